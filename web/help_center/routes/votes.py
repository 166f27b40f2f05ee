"""Whether a page helped: a form without script or cookie, and a rate for each address."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request, redirect

from content.wording import DEFAULT_LANGUAGE
from web.core.errors import BadRequest, NotFound, TooMany
from web.core.i18n import say
from web.help_center import votes
from web.help_center.routes.drawing import read_now
from web.http.requests import address_of, context_of, form_value
from web.widget.loader import known_language

bp = Blueprint("answer_votes")


@bp.post("/answers/<name:str>/helpful")
async def vote(request: Request, name: str) -> HTTPResponse:
    """Count whether an answer's page helped."""
    context, helpful = context_of(request), form_value(request, "helpful")
    language = known_language(form_value(request, "language"))
    if helpful not in {"yes", "no"}:
        raise BadRequest(say("bad_request", language))
    page = (await read_now(request)).shown.pages.get(name)
    if page is None:
        raise NotFound(say("no_such_page", language))
    if wait_s := await request.app.ctx.inbound.rating_wait_s(address_of(request)):
        raise TooMany(say("too_fast", language), retry_after_s=wait_s)
    async with context.db.write() as tx:
        await votes.count(tx, page.id, helpful=helpful == "yes", now=context.clock())
    asked = "" if language == DEFAULT_LANGUAGE else f"language={language}&"
    return redirect(f"{page.path}?{asked}thanks=yes#helpful", status=303)
