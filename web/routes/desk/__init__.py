"""The doors of the desk, `/desk`: each room of it in a file of its own."""

from __future__ import annotations

from sanic import Blueprint

from web.routes.desk import calls, conversation, deeds, lists, opening

doors = Blueprint.group(
    lists.doors, conversation.doors, deeds.doors, calls.doors, opening.doors, url_prefix="/desk"
)
