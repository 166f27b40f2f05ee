"""Tags and the outcome of a conversation: one form beside it."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from web.accounts import audit
from web.desk.finding import tags
from web.desk.routes.layout import WORKERS, done, person_of
from web.http.guard import allow
from web.http.requests import context_of, form_value, work_of

bp = Blueprint("desk_tags", url_prefix="/conversations")


@bp.post("/<conversation_id:str>/tags")
@allow(*WORKERS)
async def save(request: Request, conversation_id: str) -> HTTPResponse:
    """Set them, as the form says; what it leaves out is taken away."""
    context, by = context_of(request), person_of(request)
    named, outcome = tags.read_tags(form_value(request, "tags")), form_value(request, "outcome")

    async def change() -> None:
        async with context.db.write() as tx:
            now = context.clock()
            await tags.save(tx, conversation_id, tags=named, outcome=outcome, by=by, now=now)
            did, about = "conversation.tagged", "conversations"
            await audit.note(tx, by=by.id, did=did, about=about, about_id=conversation_id, now=now)

    await work_of(request).to_the_end(change())
    context.pubsub.publish(conversation_id)
    return done(request, f"/desk/conversations/{conversation_id}", "Tags and outcome are saved.")
