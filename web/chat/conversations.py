"""Conversations: started, found by their secret token; and a visitor's message received.

Every function works inside the caller's transaction and knows nothing of HTTP.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, insert, select, update

from web.bot.client import Offer
from web.chat import handoffs, messages, turns
from web.chat.away import returning
from web.chat.messages import Message
from web.core.db import Transaction
from web.core.errors import ChoiceRefused, IdTaken, NotFound
from web.core.i18n import say
from web.core.keys.tokens import hash_of, new_token
from web.safety.crisis_cards import Help
from web.safety.verdicts import Verdict, found_in, leaves_nothing, strength
from web.schema import choices, conversations, new_id

_FIND = select(
    conversations.c.id, conversations.c.token_hash, conversations.c.language, conversations.c.last_seq
).where(conversations.c.id == bindparam("conversation"))
_LANGUAGE = select(conversations.c.language).where(
    conversations.c.id == bindparam("conversation"), conversations.c.deleted_at.is_(None)
)
_SPEAK = update(conversations).where(conversations.c.id == bindparam("conversation"))


@dataclass(frozen=True)
class Started:
    """A new conversation. The token is shown once; the record keeps only its hash."""

    id: str
    token: str
    starters: list[dict[str, str]]


@dataclass(frozen=True)
class Incoming:
    """A visitor's message, clean and judged: what is stored, and what the bot shall be asked."""

    client_id: str
    text: str
    ask: Mapping[str, Any]
    verdict: Verdict
    language: str
    choice_id: str | None = None


@dataclass(frozen=True)
class Receipt:
    """A stored message and what was said in reply to it so far."""

    message: Message
    replies: list[Message]
    is_new: bool
    pending: Sequence[str] = ()  # messages that still wait for their answer


async def start(
    tx: Transaction,
    *,
    starters: Sequence[Offer],
    language: str,
    now: datetime,
    time_zone: str | None = None,
) -> Started:
    """Begin a conversation and issue its starting questions."""
    conversation_id, token = new_id(), new_token()
    await tx.execute(
        insert(conversations).values(
            id=conversation_id,
            token_hash=hash_of(token),
            language=language,
            time_zone=time_zone,
            last_seq=0,
            events=[],
            created_at=now,
            updated_at=now,
        )
    )
    issued = await messages.offer(tx, conversation_id, starters, now=now)
    return Started(conversation_id, token, issued)


async def open_with(tx: Transaction, conversation_id: str, token: str) -> RowMapping:
    """Find a conversation by id and token. Unknown and not yours look the same."""
    row = (await tx.execute(_FIND, {"conversation": conversation_id})).mappings().first()
    known_hash = row["token_hash"] if row else hash_of("")
    if row is not None and hmac.compare_digest(known_hash, hash_of(token)):
        return row
    # Of another device of the visitor's, that came by a link (`web/chat/away/returning.py`).
    if row is None or not await returning.is_of_another_device(tx, conversation_id, token):
        raise NotFound(say("no_conversation"))
    return row


async def language_of(tx: Transaction, conversation_id: str) -> str:
    """The language a conversation is in. Raises NotFound when it is gone."""
    found = (await tx.execute(_LANGUAGE, {"conversation": conversation_id})).scalar_one_or_none()
    if found is None:
        raise NotFound(turns.GONE)
    return str(found)


async def choice(tx: Transaction, conversation_id: str, choice_id: str, language: str) -> Offer:
    """Find a choice that was issued to this conversation."""
    mine = (choices.c.id == choice_id, choices.c.conversation_id == conversation_id)
    found = (await tx.execute(select(choices.c.title, choices.c.intent).where(*mine))).first()
    if found is None:
        raise ChoiceRefused(say("choice_unknown", language))
    return Offer(title=found.title, intent=found.intent)


async def receive(
    tx: Transaction,
    conversation_id: str,
    incoming: Incoming,
    *,
    urgent_help: Help | None,
    fold_id: str | None = None,
    now: datetime,
    tell_by: datetime,
    mail: bool,
) -> Receipt:
    """Store a visitor's message with everything it causes at once: its turn, card and handoff.

    `fold_id`: where an urgent handoff is shown when one address has too many of them
    (`web/chat/floods.py`). A resend gives back what is stored.
    Raises IdTaken for the same id with other words.
    """
    # PostgreSQL waits here for another request of this conversation; SQLite has one writer anyway.
    held = await turns.lock(tx, conversation_id)
    if held is None:
        raise NotFound(say("no_conversation"))
    known = await messages.by_client_id(tx, conversation_id, incoming.client_id)
    if known is not None:
        if (known.text, known.choice_id) != (incoming.text, incoming.choice_id):
            raise IdTaken(say("id_taken", incoming.language))
        replies = await messages.replies_to(tx, conversation_id, known.id)
        return Receipt(known, replies, is_new=False)
    message = await messages.append(
        tx,
        conversation_id,
        author="visitor",
        text=incoming.text,
        language=incoming.language,
        client_id=incoming.client_id,
        choice_id=incoming.choice_id,
        details={messages.SAFETY: found_in(incoming.verdict, shown=urgent_help.kind if urgent_help else "")},
        now=now,
    )
    await tx.execute(_SPEAK, {"conversation": conversation_id, "language": incoming.language})
    replies = await _protect(
        tx, conversation_id, message, incoming, urgent_help, fold_id=fold_id, now=now, mail=mail
    )
    if await handoffs.holder(tx, conversation_id) is not None:
        return Receipt(message, replies, is_new=True)  # a person answers; safety has spoken above
    if held.answered_away_at and urgent_help is None and "text" in incoming.ask:
        language = incoming.language
        passed_on = await returning.pass_on(tx, conversation_id, message, language, now=now, mail=mail)
        return Receipt(message, [passed_on], is_new=True)
    await turns.open_for(
        tx,
        message,
        conversation_id=conversation_id,
        ask=incoming.ask,
        soft_line=incoming.verdict.soft_line,
        is_covered=leaves_nothing(incoming.verdict),
        now=now,
        tell_by=tell_by,
    )
    return Receipt(message, replies, is_new=True)


async def _protect(
    tx: Transaction,
    conversation_id: str,
    message: Message,
    incoming: Incoming,
    urgent_help: Help | None,
    *,
    fold_id: str | None,
    now: datetime,
    mail: bool,
) -> list[Message]:
    """Show what helps and call for people, when safety says so."""
    if urgent_help is None:
        return []
    await handoffs.request(
        tx,
        conversation_id,
        message_id=message.id,
        reason=incoming.verdict.kind,
        urgent=True,
        strength=strength(incoming.verdict),
        fold_id=fold_id,
        now=now,
        mail=mail,
    )
    if not urgent_help.text:
        return []
    shown = await messages.append(
        tx,
        conversation_id,
        author="system" if urgent_help.kind == "notice" else "bot",
        kind=urgent_help.kind,
        text=urgent_help.text,
        language=incoming.language,
        in_reply_to=message.id,
        details=urgent_help.details,
        offers=urgent_help.offers,
        now=now,
    )
    return [shown]
