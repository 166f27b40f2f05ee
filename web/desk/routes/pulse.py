"""The desk's pulse: counts, and what is new, without a word. A locked screen may hear it too."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request, raw

from web.desk.routes.layout import WORKERS, live_page, note_presence, pulse_values, snapshot_of
from web.http.guard import allow

bp = Blueprint("desk_pulse")


@bp.get("/pulse")
@allow(*WORKERS, background=True, while_locked=True)
async def pulse(request: Request) -> HTTPResponse:
    """Give the pulse as soon as it is another one. `heard` says whether somebody sits before this page."""
    if request.args.get("heard") == "yes" and not request.ctx.is_locked:
        await note_presence(request)
    return await live_page(request, lambda: _draw(request))


async def _draw(request: Request) -> HTTPResponse:
    values = pulse_values(request, await snapshot_of(request))
    return raw(values["pulse"].encode(), content_type="application/json")
