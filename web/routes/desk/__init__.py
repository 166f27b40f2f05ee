"""The doors of the desk, `/desk`: each room of it in a file of its own."""

from __future__ import annotations

from sanic import Blueprint

from web.routes.desk import calls, canned, conversation, deeds, lists, numbers, opening, pulse, review

ROOMS = (lists, pulse, conversation, deeds, calls, opening, review, canned, numbers)

doors = Blueprint.group(*(room.doors for room in ROOMS), url_prefix="/desk")
