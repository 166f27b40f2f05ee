"""The door for what a visitor thinks of an answer."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request, json

from safety.cleaning import tidy
from web.chat import conversations, ratings
from web.core.errors import BadRequest, TooMany
from web.core.i18n import say
from web.http.requests import address_of, bearer_token, context_of, json_body, work_of
from web.safety.verdicts import CRISIS_KINDS, is_urgent

bp = Blueprint("ratings", url_prefix="/v1")


@bp.post("/conversations/<conversation_id:str>/messages/<message_id:str>/rating")
async def rate(request: Request, conversation_id: str, message_id: str) -> HTTPResponse:
    """Take in whether an answer helped."""
    return await work_of(request).to_the_end(_rate(request, conversation_id, message_id))


async def _rate(request: Request, conversation_id: str, message_id: str) -> HTTPResponse:
    context = context_of(request)
    async with context.db.read() as tx:
        conversation = await conversations.open_with(tx, conversation_id, bearer_token(request))
    body = json_body(request)
    helpful, sentence = body.get("helpful"), ratings.sentence_of(body.get("sentence"))
    if not isinstance(helpful, bool):
        raise BadRequest(say("bad_request"))
    # Nobody may be waiting at this door: words that need a card are sent as a message instead.
    needs_card = await _needs_card(request, sentence, conversation["language"])
    kept = tidy(sentence) if sentence and not needs_card else None
    async with context.db.write() as tx:
        await ratings.rate(
            tx, conversation_id, message_id, helpful=helpful, sentence=kept, now=context.clock()
        )
    return json({"ok": True, "send_as_message": needs_card})


async def _needs_card(request: Request, sentence: str | None, language: str) -> bool:
    """Whether a sentence needs a card. Raises TooMany over the rate, unless it certainly does."""
    address = address_of(request)
    wait_s = await request.app.ctx.inbound.rating_wait_s(address)
    if not (sentence or wait_s):
        return False
    verdict = await context_of(request).verdicts.on(
        sentence or "", address=address, is_over_rate=bool(wait_s)
    )
    if wait_s and verdict.kind not in CRISIS_KINDS:
        raise TooMany(say("too_fast", language), retry_after_s=wait_s)
    return is_urgent(verdict)
