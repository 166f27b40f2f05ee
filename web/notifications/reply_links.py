"""A link by which a visitor who has left finds what staff wrote: planned, sent once, used once.

One link tells of all that is written until it is opened. Its token is sealed until it was sent; then
only a hash of it is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, func, or_, select, update

from web.accounts import audit
from web.core.db import Transaction
from web.core.keys.record_keys import RecordKeys
from web.core.keys.tokens import hash_of, new_token
from web.notifications import outbox
from web.notifications.reply_contacts import ReplyContact
from web.schema import conversations, new_id, reply_links
from web.schema.sealed import is_made_of, keys_of

ABOUT = "reply"  # in the outbox
# Who was there when staff wrote has so long to read it; their page asks for news every 25 s.
MAY_READ_FOR = timedelta(seconds=90)
# A link that was not opened tells of later words too; after so long another one may be sent.
AGAIN_AFTER = timedelta(minutes=30)
DAY = timedelta(days=1)
MAX_A_DAY, MAX_A_DAY_TO_ONE_ADDRESS = 5, 10


@dataclass(frozen=True)
class ReplyLetter:
    """What is sent to a visitor: a link, no word of the chat."""

    way: str
    address: str
    token: str
    language: str


async def plan(
    tx: Transaction,
    conversation_id: str,
    contact: ReplyContact,
    *,
    message_id: str,
    by: str,
    is_here: bool,
    lasts: timedelta,
    now: datetime,
) -> None:
    """Tell a visitor of what staff wrote: at once when they are gone, else when they do not read it."""
    if not await may_send(tx, conversation_id, contact, now=now):
        return
    link_id, token = new_id(), new_token()
    row = {
        "id": link_id,
        "conversation_id": conversation_id,
        "message_id": message_id,
        "by": by,
        "way": contact.way,
        "address": contact.address,
        "state": "watching",
        "token": token,
        "token_hash": hash_of(token),
        "created_at": now,
        "due_at": now + MAY_READ_FOR if is_here else now,
        "expires_at": now + lasts,
    }
    await tx.execute(reply_links.insert().values(**row))
    if not is_here:
        await send(tx, row, now=now)


async def may_send(tx: Transaction, conversation_id: str, contact: ReplyContact, *, now: datetime) -> bool:
    """Whether another link may be made: none that is still to be opened, and not too many a day."""
    c = reply_links.c
    mine = c.conversation_id == conversation_id
    fresh = or_(
        c.state.in_(("watching", "waiting")), (c.state == "sent") & (c.created_at > now - AGAIN_AFTER)
    )
    open_ones = select(c.id).where(mine, fresh, c.used_at.is_(None)).limit(1)
    if (await tx.execute(open_ones)).first() is not None:
        return False
    keys: RecordKeys = keys_of(tx.dialect)
    same = is_made_of(c.reply_address_hash, contact.address, keys)
    for whose, most in ((mine, MAX_A_DAY), (same, MAX_A_DAY_TO_ONE_ADDRESS)):
        count = select(func.count()).where(whose, c.created_at > now - DAY, c.state != "seen")
        if int((await tx.execute(count)).scalar_one()) >= most:
            return False
    return True


async def due(tx: Transaction, *, now: datetime) -> list[RowMapping]:
    """Links whose visitor had time to read what they tell of."""
    watched = (reply_links.c.state == "watching", reply_links.c.due_at <= now)
    return list((await tx.execute(select(reply_links).where(*watched).limit(50))).mappings())


async def send(tx: Transaction, link: Any, *, now: datetime) -> bool:
    """Put a link into the outbox; False when it left the list meanwhile."""
    if not await _move(tx, link["id"], "waiting", since=("watching",)):
        return False
    of = {"about_id": link["id"], "conversation_id": link["conversation_id"]}
    await outbox.enqueue(tx, about=ABOUT, urgent=False, now=now, **of)
    await audit.note(
        tx, by=link["by"], did="reply.link_sent", about="conversations", about_id=link["conversation_id"],
        details={"way": link["way"]}, now=now,
    )  # fmt: skip
    return True


async def was_seen(tx: Transaction, link_id: str) -> None:
    """The visitor has read it in the chat: nothing is sent."""
    await _move(tx, link_id, "seen", since=("watching",), token=None)


async def letter_of(tx: Transaction, link_id: str) -> ReplyLetter | None:
    """What to send; None when the chat was deleted, or the visitor wants it no more."""
    query = (
        select(reply_links, conversations.c.language)
        .join(conversations, conversations.c.id == reply_links.c.conversation_id)
        .where(
            reply_links.c.id == link_id, reply_links.c.state == "waiting", reply_links.c.token.is_not(None)
        )
    )
    row = (await tx.execute(query)).mappings().first()
    return ReplyLetter(row["way"], row["address"], row["token"], row["language"]) if row else None


async def mark_sent(tx: Transaction, link_id: str, *, now: datetime) -> None:
    """Note that the server of the mail, or of text messages, took it."""
    await _move(tx, link_id, "sent", since=("waiting",), token=None, sent_at=now)


async def mark_failed(tx: Transaction, link_id: str, *, problem: str) -> None:
    """Note that it is given up: the link never left."""
    await _move(tx, link_id, "failed", since=("waiting",), token=None, problem=problem[:40])


async def use(tx: Transaction, token: str, *, now: datetime) -> str | None:
    """Use a link up; the conversation it opens, or None when it is used, over or unknown."""
    good = (
        reply_links.c.token_hash == hash_of(token),
        reply_links.c.used_at.is_(None),
        reply_links.c.expires_at > now,
        reply_links.c.state.in_(("waiting", "sent")),
    )
    used = update(reply_links).where(*good).values(used_at=now).returning(reply_links.c.conversation_id)
    found: str | None = (await tx.execute(used)).scalar_one_or_none()
    return found


async def of_conversation(tx: Transaction, conversation_id: str) -> dict[str, RowMapping]:
    """The links of a conversation by the message that each tells of."""
    mine = reply_links.c.conversation_id == conversation_id
    return {row["message_id"]: row for row in (await tx.execute(select(reply_links).where(mine))).mappings()}


async def _move(tx: Transaction, link_id: str, to: str, *, since: tuple[str, ...], **more: Any) -> bool:
    mine = (reply_links.c.id == link_id, reply_links.c.state.in_(since))
    return bool((await tx.execute(update(reply_links).where(*mine).values(state=to, **more))).rowcount)
