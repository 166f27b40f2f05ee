"""The doors of the desk, `/desk`: each room of it in a file of its own."""

from __future__ import annotations

from sanic import Blueprint

from web.desk.routes import (
    callbacks,
    canned,
    conversation,
    conversation_actions,
    crisis_steps,
    drafts,
    escalation,
    exports,
    folded,
    hours,
    lists,
    pulse,
    review,
    schedule,
    statistics,
    tags,
    urgent,
    week,
)

ROOMS = (
    lists,
    pulse,
    conversation,
    conversation_actions,
    tags,
    drafts,
    folded,
    urgent,
    crisis_steps,
    callbacks,
    hours,
    schedule,
    escalation,
    review,
    exports,
    week,
    canned,
    statistics,
)

bp = Blueprint.group(*(room.bp for room in ROOMS), url_prefix="/desk")
