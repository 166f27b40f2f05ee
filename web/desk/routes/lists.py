"""The first page of the desk: who waits, who is to be called, what is to be read."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request, redirect

from web.chat import review_queue
from web.desk import next_case, queue_views, queues
from web.desk.routes.layout import (
    WORKERS,
    done,
    draw,
    live_page,
    note_presence,
    note_reading,
    note_reading_once,
    person_of,
    pulse_values,
    snapshot_of,
)
from web.http.guard import allow, staff_of
from web.http.requests import context_of

bp = Blueprint("desk_lists")
LISTED = ("conversations.listed", "conversations")


@bp.get("/")
@allow(*WORKERS)
async def page(request: Request) -> HTTPResponse:
    """Show the three lists."""
    await note_presence(request)
    await note_reading(request, *LISTED)
    return await _draw(request, "desk/lists.html")


@bp.get("/live")
@allow(*WORKERS, background=True)
async def live(request: Request) -> HTTPResponse:
    """Give the lists alone, as soon as they change."""
    await note_presence(request)
    await note_reading_once(request, *LISTED)
    return await live_page(request, lambda: _draw(request, "desk/_lists.html"))


@bp.get("/next")
@allow(*WORKERS)
async def next_one(request: Request) -> HTTPResponse:
    """Go to the next conversation in which somebody waits."""
    context = context_of(request)
    async with context.db.write() as tx:
        found = await next_case.next_case(
            tx, by=person_of(request), but=request.args.get("after") or "", now=context.clock()
        )
    if found is None:
        return done(request, "/desk", "Nobody is waiting.")
    return redirect(f"/desk/conversations/{found}?write=1", status=303)


@bp.post("/read-all")
@allow(*WORKERS)
async def read_all(request: Request) -> HTTPResponse:
    """Take everything off *To read*."""
    context = context_of(request)
    async with context.db.write() as tx:
        listed = (await queues.lists(tx, now=context.clock()))[0]["to_read"]
        for case in listed:
            await review_queue.mark_read(tx, case.conversation_id, by=person_of(request), now=context.clock())
    context.pubsub.publish("desk")
    return done(request, "/desk", f"Marked as read: {len(listed)}.")


async def _draw(request: Request, template: str) -> HTTPResponse:
    snapshot = await snapshot_of(request)
    return draw(
        request,
        template,
        titles=queue_views.TITLES,
        empty=queue_views.EMPTY,
        colleagues=[each for each in snapshot.colleagues if each.id != staff_of(request).id],
        hours=snapshot.hours,
        am_here=staff_of(request).id in snapshot.on_duty,
        **pulse_values(request, snapshot),
    )
