"""The urgent chats from one address that share a row of the desk's list: looked through, and closed."""

from __future__ import annotations

from dataclasses import replace

from sanic import Blueprint, HTTPResponse, Request

from web.accounts import audit
from web.chat import handoffs
from web.core.errors import BadRequest, NotFound
from web.core.pubsub import DESK
from web.desk import queue_views, queues
from web.desk.routes.layout import WORKERS, done, draw, note_presence, note_reading, person_of, zone_of
from web.http.guard import allow
from web.http.requests import context_of, form_value
from web.safety.crisis_outcomes import OUTCOMES

bp = Blueprint("desk_folded", url_prefix="/folded")
MOST_SHOWN = 50
MOST_CLOSED = 200  # at once: whoever writes waits meanwhile


@bp.get("/<fold_id:str>")
@allow(*WORKERS)
async def page(request: Request, fold_id: str) -> HTTPResponse:
    """Show them, the longest wait first."""
    context, by = context_of(request), person_of(request)
    await note_presence(request)
    await note_reading(request, "conversations.listed", "conversations")
    async with context.db.read() as tx:
        now, zone, manifest = context.clock(), await zone_of(request, tx), context.manifests.current()
        cases = await queues.in_fold(tx, fold_id, most=MOST_SHOWN)
        rows = [queue_views.row_of(case, "waiting", manifest, now, zone) for case in cases]
        total = await handoffs.count_of_fold(tx, fold_id)
    if not total:
        raise NotFound("Nothing is open here now. It was closed, or somebody has taken it over.")
    shown = [replace(row, is_mine=row.holder_id == by.id) for row in rows]
    return draw(request, "desk/folded.html", fold_id=fold_id, rows=shown, total=total, outcomes=OUTCOMES)


@bp.post("/<fold_id:str>/close")
@allow(*WORKERS)
async def close(request: Request, fold_id: str) -> HTTPResponse:
    """Close those that nobody holds, for somebody who says that they looked through them."""
    context, by = context_of(request), person_of(request)
    if form_value(request, "looked") != "yes":
        raise BadRequest("Please look through them first, and check the box.")
    outcome = form_value(request, "outcome")
    if outcome not in OUTCOMES:
        raise BadRequest("Please say how they ended.")
    closed, is_more = 0, True
    while is_more:
        async with context.db.write() as tx:
            rows = await handoffs.of_fold(tx, fold_id, most=MOST_CLOSED)
            for row in rows:
                await handoffs.resolve(
                    tx, row["conversation_id"], by=by, now=context.clock(), outcome=outcome
                )
        closed, is_more = closed + len(rows), len(rows) == MOST_CLOSED
    async with context.db.write() as tx:
        await audit.note(
            tx, by=by.id, did="handoff.closed_together", about="handoffs", about_id=fold_id,
            details={"closed": closed, "outcome": outcome}, now=context.clock(),
        )  # fmt: skip
    context.pubsub.publish(DESK)
    return done(request, "/desk", f"Closed: {closed}.")
