"""Whether an answer helped, as its visitor says; a "no" may add a sentence, and staff may read it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from web.chat import review_queue
from web.core.db import Transaction, upsert
from web.core.errors import BadRequest, NotFound
from web.core.i18n import say
from web.schema import messages, new_id, ratings

MAX_SENTENCE_CHARS = 500


async def rate(
    tx: Transaction,
    conversation_id: str,
    message_id: str,
    *,
    helpful: bool,
    sentence: str | None,
    now: datetime,
) -> None:
    """Keep what a visitor thinks of one answer; thinking again replaces it.

    Raises NotFound when the bot said no such thing in this conversation.
    """
    answer = (messages.c.id == message_id, messages.c.conversation_id == conversation_id)
    found = await tx.execute(select(messages.c.author).where(*answer))
    if found.scalar() != "bot":
        raise NotFound(say("no_conversation"))
    mine = (ratings.c.message_id == message_id, ratings.c.conversation_id == conversation_id)
    before = (await tx.execute(select(ratings.c.helpful).where(*mine))).scalar()
    values = {"helpful": helpful, "sentence": None if helpful else sentence, "created_at": now}
    first = {"id": new_id(), "conversation_id": conversation_id, **values}
    await upsert(tx, ratings, {"message_id": message_id}, first, change=values)
    if not helpful and before is not False:
        await review_queue.enqueue(tx, conversation_id, reason="not_helpful", now=now, message_id=message_id)


def sentence_of(value: object) -> str | None:
    """What a visitor added, fit to be kept. Raises BadRequest when it is no short text."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > MAX_SENTENCE_CHARS:
        raise BadRequest(say("bad_request"))
    return value
