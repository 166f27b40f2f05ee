"""The first page of the desk: who waits, who is to be called, what is to be read."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request, redirect

from web.accounts import audit
from web.chat import review_queue
from web.core.pubsub import DESK
from web.desk import next_case, queue_views, queues, undo
from web.desk.conversation_view import UNDONE
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
from web.http.requests import context_of, form_value

bp = Blueprint("desk_lists")
# The page of the calls has the others; what is to read is not pushed away by them.
MOST_CALLS = 4
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
    context, by = context_of(request), person_of(request)
    async with context.db.write() as tx:
        now = context.clock()
        listed = [case.conversation_id for case in (await queues.lists(tx, now=now))[0]["to_read"]]
        async with undo.undoable(tx, listed, did="read_all", by=by, now=now) as made:
            for conversation_id in listed:
                await review_queue.mark_read(tx, conversation_id, by=by, now=now)
    context.pubsub.publish(DESK)
    return done(request, "/desk", f"Marked as read: {len(listed)}.", undo=made.id)


@bp.post("/undo")
@allow(*WORKERS, "clinician")
async def take_back(request: Request) -> HTTPResponse:
    """Take back what they did a minute ago."""
    context, by = context_of(request), person_of(request)
    async with context.db.write() as tx:
        did, where = await undo.take_back(tx, form_value(request, "undo"), by=by, now=context.clock())
        for conversation_id in sorted(where):
            await audit.note(
                tx,
                by=by.id,
                did="handoff.undone",
                about="conversations",
                about_id=conversation_id,
                details={"did": did},
                now=context.clock(),
            )
    for conversation_id in where:
        context.pubsub.publish(conversation_id)
    paths = {"read_all": "/desk", "call": "/desk/callbacks"}
    path = paths.get(did, f"/desk/conversations/{min(where)}")
    return done(request, path, f"Undone: {UNDONE[did]}.")


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
        most_calls=MOST_CALLS,
        **pulse_values(request, snapshot),
    )
