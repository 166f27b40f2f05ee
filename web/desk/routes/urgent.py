"""Every urgent chat that nobody has taken over: the list has room for some, this page for all."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from web.desk import queue_views
from web.desk.routes.layout import WORKERS, draw, note_presence, note_reading, zone_of
from web.http.guard import allow
from web.http.requests import context_of, whole_number

bp = Blueprint("desk_urgent", url_prefix="/urgent")
PER_PAGE = 50


@bp.get("/")
@allow(*WORKERS)
async def page(request: Request) -> HTTPResponse:
    """Show them, those whose visitor is there first; `after` so many."""
    context = context_of(request)
    await note_presence(request)
    await note_reading(request, "conversations.listed", "conversations")
    after = max(0, whole_number(request.args.get("after"), default=0))
    async with context.db.read(long=True) as tx:
        rows, total = await queue_views.urgent(
            tx,
            manifest=context.manifests.current(),
            zone=await zone_of(request, tx),
            now=context.clock(),
            after=after,
            most=PER_PAGE,
        )
    return draw(request, "desk/urgent.html", rows=rows, total=total, after=after, per_page=PER_PAGE)
