"""A visitor comes back to what staff wrote: by a link, on any device; what they write goes to staff."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update

from web.chat import handoffs, messages, turns
from web.chat.messages import Message
from web.core.db import Transaction
from web.core.i18n import say
from web.core.keys.tokens import hash_of, new_token
from web.notifications import reply_links
from web.schema import conversation_tokens, conversations, new_id


async def come_back(tx: Transaction, link_token: str, *, now: datetime) -> tuple[str, str] | None:
    """Open a conversation by a link, once: its id and a token for this device; None when it opens nothing."""
    conversation_id = await reply_links.use(tx, link_token, now=now)
    if conversation_id is None or await turns.lock(tx, conversation_id) is None:
        return None
    token = new_token()
    hashed = hash_of(token)
    row = {"id": new_id(), "conversation_id": conversation_id, "token_hash": hashed, "created_at": now}
    await tx.execute(insert(conversation_tokens).values(**row))
    return conversation_id, token


async def is_of_another_device(tx: Transaction, conversation_id: str, token: str) -> bool:
    """Whether a token is of a device that came by a link."""
    c = conversation_tokens.c
    mine = (c.token_hash == hash_of(token), c.conversation_id == conversation_id)
    return (await tx.execute(select(c.id).where(*mine))).first() is not None


async def answered_away(tx: Transaction, conversation_id: str, *, now: datetime) -> None:
    """Note that staff wrote while the visitor was gone: what they write next is for staff."""
    mine = conversations.c.id == conversation_id
    await tx.execute(update(conversations).where(mine).values(answered_away_at=now))


async def pass_on(
    tx: Transaction, conversation_id: str, message: Message, language: str, *, now: datetime, mail: bool
) -> Message:
    """Give staff what a visitor who came back says to them: it is no question to the bot."""
    mine = conversations.c.id == conversation_id
    await tx.execute(update(conversations).where(mine).values(answered_away_at=None))
    await handoffs.request(
        tx, conversation_id, message_id=message.id, reason="came_back", urgent=False, now=now, mail=mail
    )
    return await messages.append(
        tx,
        conversation_id,
        author="system",
        kind="notice",
        text=say("passed_on", language),
        language=language,
        in_reply_to=message.id,
        now=now,
    )
