"""Canned replies: read, write, change, delete."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from web.accounts import audit
from web.core.errors import BadRequest
from web.core.i18n import LANGUAGES
from web.desk import canned
from web.desk.routes.layout import WORKERS, done, draw, person_of
from web.http.guard import allow
from web.http.requests import context_of, form_value

bp = Blueprint("desk_canned", url_prefix="/replies")
HERE = "/desk/replies"


@bp.get("/")
@allow(*WORKERS)
async def page(request: Request) -> HTTPResponse:
    """Show every reply with its form."""
    async with context_of(request).db.read() as tx:
        return draw(request, "desk/replies.html", replies=await canned.list_all(tx))


@bp.post("/save")
@allow(*WORKERS)
async def save(request: Request) -> HTTPResponse:
    """Write a new reply, or change one."""
    context, by = context_of(request), person_of(request)
    language = form_value(request, "language") or "en"
    if language not in LANGUAGES:
        raise BadRequest("There is no such language here.")
    async with context.db.write() as tx:
        reply_id = await canned.save(
            tx,
            title=form_value(request, "title"),
            text=form_value(request, "text"),
            language=language,
            by=by,
            now=context.clock(),
            reply_id=form_value(request, "id") or None,
        )
        await audit.note(
            tx, by=by.id, did="reply.save", about="canned_replies", about_id=reply_id, now=context.clock()
        )
    return done(request, HERE, "The reply is saved.")


@bp.post("/<reply_id:str>/remove")
@allow(*WORKERS)
async def remove(request: Request, reply_id: str) -> HTTPResponse:
    """Delete one."""
    context, by = context_of(request), person_of(request)
    async with context.db.write() as tx:
        if not await canned.remove(tx, reply_id):
            raise BadRequest("This reply was deleted already.")
        await audit.note(
            tx, by=by.id, did="reply.remove", about="canned_replies", about_id=reply_id, now=context.clock()
        )
    return done(request, HERE, "The reply is deleted.")
