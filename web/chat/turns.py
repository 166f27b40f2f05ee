"""Turns: one for each visitor message, claimed once at a time, in order, and ended exactly once.

A claim is a conditional update with a lease: who loses it, or comes too late, stores nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, insert, or_, select, update

from safety.calm import is_over
from web.chat.messages import Message
from web.core.db import Transaction
from web.core.errors import NotFound
from web.schema import conversations, messages, new_id, turns
from web.schema.base import UtcTime, is_one_of

GONE = "This chat is no longer available. The visitor may have deleted it."
# After these cards the next answers are careful; after an emergency, 988 is not the point.
DESPAIR_CARDS = ("crisis", "crisis_other")

_MINE = turns.c.conversation_id == bindparam("conversation")
# As the partial indexes have it: with it no statement reads the turns that are done.
_OPEN = is_one_of(turns.c.state, ("waiting", "claimed"))
# Of every turn: made once, for making a statement costs more than it does.
_INSERT = insert(turns)
# Two processes on PostgreSQL queue here, so two turns of one conversation never run at once.
_LOCK = (
    select(conversations.c.language, conversations.c.events, conversations.c.answered_away_at)
    .where(conversations.c.id == bindparam("conversation"), conversations.c.deleted_at.is_(None))
    .with_for_update()
)
_NEXT = select(turns).where(_MINE, _OPEN).order_by(turns.c.seq).limit(1)
_CLAIM = (
    update(turns)
    .where(
        turns.c.id == bindparam("turn"),
        _OPEN,
        or_(turns.c.state == "waiting", turns.c.lease_until < bindparam("at", type_=UtcTime)),
    )
    .values(
        state="claimed",
        claimed_by=bindparam("by"),
        lease_until=bindparam("until", type_=UtcTime),
        attempts=turns.c.attempts + 1,
    )
)
_END = update(turns).where(
    turns.c.id == bindparam("turn"), turns.c.state == "claimed", turns.c.claimed_by == bindparam("by")
)
_KEEP_EVENTS = update(conversations).where(conversations.c.id == bindparam("conversation"))
_PENDING = select(turns.c.message_id).where(_MINE, _OPEN, turns.c.told_at.is_(None)).order_by(turns.c.seq)
_LATE = (
    select(turns.c.id, turns.c.conversation_id, turns.c.message_id, turns.c.ask)
    .where(_OPEN, turns.c.told_at.is_(None), turns.c.tell_by <= bindparam("at", type_=UtcTime))
    .order_by(turns.c.tell_by)
)
_NEXT_LATE = (
    select(turns.c.tell_by).where(_OPEN, turns.c.told_at.is_(None)).order_by(turns.c.tell_by).limit(1)
)
_CARDS = (
    select(messages.c.seq, messages.c.details)
    .where(
        messages.c.conversation_id == bindparam("conversation"),
        messages.c.seq < bindparam("before"),
        messages.c.kind == "card",
    )
)  # fmt: skip
_SAID_SINCE = (
    select(messages.c.utterance)
    .where(
        messages.c.conversation_id == bindparam("conversation"),
        messages.c.seq < bindparam("before"),
        messages.c.seq > bindparam("card"),
        messages.c.utterance.is_not(None),
    )
)  # fmt: skip
_WRITTEN = (
    select(messages.c.seq)
    .where(
        messages.c.conversation_id == bindparam("conversation"),
        messages.c.seq < bindparam("before"),
        messages.c.author == "visitor",
    )
    .order_by(messages.c.seq.desc())
    .limit(bindparam("most", type_=Integer))
)


@dataclass(frozen=True)
class Turn:
    """A claimed turn with what the bot needs to know."""

    id: str
    conversation_id: str
    message_id: str
    seq: int
    ask: Mapping[str, Any]
    soft_line: bool
    tell_by: datetime
    told_at: datetime | None
    language: str
    events: list[Any]
    claimed_by: str
    attempts: int


@dataclass(frozen=True)
class Late:
    """An open turn whose time is over."""

    turn_id: str
    conversation_id: str
    message_id: str
    ask: Mapping[str, Any]


async def open_for(
    tx: Transaction,
    message: Message,
    *,
    conversation_id: str,
    ask: Mapping[str, Any],
    soft_line: bool,
    is_covered: bool,
    now: datetime,
    tell_by: datetime,
) -> None:
    """Open the turn of a visitor's message.

    `is_covered`: a card has answered all of it. The bot is told, and nobody waits for its reply.
    """
    row = {
        "id": new_id(),
        "conversation_id": conversation_id,
        "message_id": message.id,
        "seq": message.seq,
        "state": "waiting",
        "ask": dict(ask),
        "soft_line": soft_line,
        "attempts": 0,
        "tell_by": tell_by,
        "told_at": now if is_covered else None,
        "created_at": now,
    }
    await tx.execute(_INSERT, row)


async def claim_next(
    tx: Transaction, conversation_id: str, *, by: str, lease: timedelta, now: datetime
) -> Turn | None:
    """Claim the oldest open turn of a conversation; None when there is none, or somebody has it."""
    row = (await tx.execute(_NEXT, {"conversation": conversation_id})).mappings().first()
    if row is None:
        return None  # mostly, after a turn
    held = await lock(tx, conversation_id)
    if held is None:
        return None
    claimed = await tx.execute(_CLAIM, {"turn": row["id"], "by": by, "until": now + lease, "at": now})
    if claimed.rowcount != 1:
        return None
    return Turn(
        id=row["id"],
        conversation_id=conversation_id,
        message_id=row["message_id"],
        seq=row["seq"],
        ask=row["ask"],
        soft_line=row["soft_line"],
        tell_by=row["tell_by"],
        told_at=row["told_at"],
        language=held.language,
        events=held.events,
        claimed_by=by,
        attempts=row["attempts"] + 1,
    )


async def finish(
    tx: Transaction,
    turn: Turn,
    *,
    outcome: str,
    now: datetime,
    release: str | None = None,
    understood: Mapping[str, Any] | None = None,
    events: list[Any] | None = None,
) -> bool:
    """End a turn; False when it is no longer ours, and then nothing of it may be stored."""
    await lock(tx, turn.conversation_id)
    ended = await tx.execute(
        _END,
        {
            "turn": turn.id,
            "by": turn.claimed_by,
            "state": "done",
            "outcome": outcome,
            "release": release,
            "understood": dict(understood) if understood is not None else None,
            "done_at": now,
        },
    )
    if ended.rowcount == 1 and events is not None:
        await tx.execute(_KEEP_EVENTS, {"conversation": turn.conversation_id, "events": events})
    return ended.rowcount == 1


async def mark_told(tx: Transaction, turn_id: str, *, now: datetime) -> bool:
    """Take the right to say the stand-in sentence: once for each turn, only while it is open."""
    told = await tx.execute(
        update(turns).where(turns.c.id == turn_id, _OPEN, turns.c.told_at.is_(None)).values(told_at=now)
    )
    return told.rowcount == 1


async def was_told(tx: Transaction, turn_id: str) -> bool:
    """Whether a sentence already stood in for this turn's answer."""
    found = await tx.execute(select(turns.c.told_at).where(turns.c.id == turn_id))
    return found.scalar_one_or_none() is not None


async def late(tx: Transaction, *, now: datetime) -> list[Late]:
    """Open turns past their time whose visitor was not told yet."""
    found = await tx.execute(_LATE, {"at": now})
    return [Late(row.id, row.conversation_id, row.message_id, row.ask) for row in found]


async def next_late(tx: Transaction) -> datetime | None:
    """When the next open turn is late whose visitor was not told yet."""
    return (await tx.execute(_NEXT_LATE)).scalars().first()


async def unfinished(tx: Transaction, *, now: datetime) -> list[str]:
    """Conversations with an open turn that nobody holds."""
    free = or_(turns.c.state == "waiting", turns.c.lease_until < now)
    found = await tx.execute(select(turns.c.conversation_id).where(_OPEN, free).distinct())
    return list(found.scalars())


async def hand_over(tx: Transaction, conversation_id: str, *, now: datetime) -> None:
    """End every open turn, also one the bot is at work on: from now on a person answers."""
    is_open = (turns.c.conversation_id == conversation_id, _OPEN)
    await tx.execute(update(turns).where(*is_open).values(state="done", outcome="person", done_at=now))


async def holders(tx: Transaction, *, but: str) -> list[str]:
    """The other processes that hold a claim."""
    theirs = (_OPEN, turns.c.state == "claimed", turns.c.claimed_by != but)
    found = await tx.execute(select(turns.c.claimed_by).where(*theirs).distinct())
    return [str(holder) for holder in found.scalars()]


async def give_back(tx: Transaction, *, by: str) -> None:
    """Give back the claims of one holder."""
    free = {"state": "waiting", "claimed_by": None, "lease_until": None}
    mine = (_OPEN, turns.c.state == "claimed", turns.c.claimed_by == by)
    await tx.execute(update(turns).where(*mine).values(**free))


async def postpone(tx: Transaction, *, late_since: datetime, tell_by: datetime) -> None:
    """After a start, give what was left open before the time a new message has."""
    left = (_OPEN, turns.c.told_at.is_(None), turns.c.tell_by < late_since)
    await tx.execute(update(turns).where(*left).values(tell_by=tell_by))


async def pending(tx: Transaction, conversation_id: str) -> list[str]:
    """Messages whose answer is still being worked on and was not yet stood in for."""
    found = await tx.execute(_PENDING, {"conversation": conversation_id})
    return list(found.scalars())


async def in_crisis_context(
    tx: Transaction,
    conversation_id: str,
    *,
    seq: int,
    messages_long: int,
    kinds: Collection[str] = DESPAIR_CARDS,
) -> bool:
    """Whether a card of one of these kinds was shown not more than so many visitor messages before `seq`.

    Not once the visitor has plainly said since then that there is no danger.
    """
    before = {"conversation": conversation_id, "before": seq}
    found = await tx.execute(_CARDS, before)
    cards = [card.seq for card in found if card.details.get("kind") in kinds]
    if not cards:
        return False  # nearly always
    since = await tx.execute(_SAID_SINCE, {**before, "card": max(cards)})
    if is_over(list(since.scalars())):
        return False
    last = await tx.execute(_WRITTEN, {**before, "most": messages_long})
    return max(cards) > min(last.scalars(), default=seq)


async def lock(tx: Transaction, conversation_id: str) -> Any:
    """Hold the conversation until the commit; how it stands (`_LOCK`), or None when it is gone."""
    return (await tx.execute(_LOCK, {"conversation": conversation_id})).first()


async def lock_known(tx: Transaction, conversation_id: str) -> Any:
    """Hold the conversation until the commit; how it stands. Raises NotFound when it is gone."""
    held = await lock(tx, conversation_id)
    if held is None:
        raise NotFound(GONE)
    return held
