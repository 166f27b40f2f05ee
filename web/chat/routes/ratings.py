"""The door for what a visitor thinks of an answer."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request, json

from safety.cleaning import tidy
from web.chat import conversations, ratings
from web.core.errors import BadRequest
from web.core.i18n import say
from web.http.requests import bearer_token, context_of, json_body, work_of
from web.safety.verdicts import is_urgent, verdict_on

bp = Blueprint("ratings", url_prefix="/v1")


@bp.post("/conversations/<conversation_id:str>/messages/<message_id:str>/rating")
async def rate(request: Request, conversation_id: str, message_id: str) -> HTTPResponse:
    """Take in whether an answer helped."""
    return await work_of(request).to_the_end(_rate(request, conversation_id, message_id))


async def _rate(request: Request, conversation_id: str, message_id: str) -> HTTPResponse:
    context = context_of(request)
    async with context.db.read() as tx:
        await conversations.open_with(tx, conversation_id, bearer_token(request))
    body = json_body(request)
    helpful, sentence = body.get("helpful"), ratings.sentence_of(body.get("sentence"))
    if not isinstance(helpful, bool):
        raise BadRequest(say("bad_request"))
    # Nobody may be waiting at this door: words that need a card are sent as a message instead.
    needs_card = bool(sentence) and is_urgent(verdict_on(str(sentence)))
    kept = tidy(sentence) if sentence and not needs_card else None
    async with context.db.write() as tx:
        await ratings.rate(
            tx, conversation_id, message_id, helpful=helpful, sentence=kept, now=context.clock()
        )
    return json({"ok": True, "send_as_message": needs_card})
