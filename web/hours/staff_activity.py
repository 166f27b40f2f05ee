"""Who of the staff is at the desk, who looks at a conversation, and who types there.

Rows with a short life, in the record, so that two processes of the service agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import RowMapping, bindparam, delete, select, update

from web.accounts.staff import Person
from web.core.db import Transaction, upsert
from web.schema import at_desk, handoffs, onlookers
from web.schema.base import UtcTime

LOOKS_FOR = timedelta(seconds=45)  # a page asks for news every 25 s
TYPES_FOR = timedelta(seconds=8)
AT_DESK_FOR = timedelta(minutes=2)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# A page that asks more often than this was noted already: watching must not keep writing.
NOTED_EVERY = timedelta(seconds=15)
_LAST_SEEN = select(at_desk.c.staff_id, at_desk.c.seen_at)
_LOOKING_HOLDER = select(handoffs.c.claimed_name).where(
    onlookers.c.conversation_id == bindparam("conversation"),
    handoffs.c.conversation_id == onlookers.c.conversation_id,
    handoffs.c.claimed_by == onlookers.c.staff_id,
    handoffs.c.state == "claimed",
)
_TYPING_HOLDER = _LOOKING_HOLDER.where(onlookers.c.typing_at >= bindparam("since", type_=UtcTime))
_READING_HOLDER = _LOOKING_HOLDER.where(onlookers.c.seen_at > bindparam("since", type_=UtcTime))


@dataclass(frozen=True)
class Onlooker:
    """A colleague who looks at the same conversation."""

    id: str
    name: str
    is_typing: bool


async def at_the_desk(tx: Transaction, person: Person, *, now: datetime) -> None:
    """Note that somebody has a page of the desk open."""
    values = {"name": person.name, "seen_at": now, "locked_at": None}
    await upsert(tx, at_desk, {"staff_id": person.id}, values)


async def locked(tx: Transaction, staff_id: str, *, now: datetime) -> None:
    """Note that nobody sits there any more; what they hold goes on until its time is over."""
    await tx.execute(update(at_desk).where(at_desk.c.staff_id == staff_id).values(locked_at=now))


async def left_the_desk(tx: Transaction, staff_id: str) -> None:
    """Note that somebody has no page of the desk before their eyes any more."""
    await tx.execute(delete(at_desk).where(at_desk.c.staff_id == staff_id))


async def last_at_the_desk(tx: Transaction) -> dict[str, datetime]:
    """When each of the staff was last seen at the desk."""
    found = await tx.execute(_LAST_SEEN)
    return {row.staff_id: row.seen_at for row in found}


async def colleagues(tx: Transaction, *, now: datetime) -> list[Person]:
    """Everybody who is at the desk now, by name."""
    recent = (at_desk.c.seen_at > now - AT_DESK_FOR, at_desk.c.locked_at.is_(None))
    found = await tx.execute(select(at_desk).where(*recent).order_by(at_desk.c.name))
    return [Person(row["staff_id"], row["name"]) for row in found.mappings()]


async def note_reading(
    tx: Transaction,
    conversation_id: str,
    person: Person,
    *,
    now: datetime,
    is_typing: bool | None = None,
    read_seq: int | None = None,
) -> None:
    """Note that somebody looks at a conversation; what is None stays as it was.

    `read_seq` is the last message that is before their eyes.
    """
    values: dict[str, datetime | str | int | None] = {"seen_at": now, "name": person.name}
    if is_typing is not None:
        values["typing_at"] = now if is_typing else None
    if read_seq is not None:
        values["read_seq"] = read_seq
    await upsert(tx, onlookers, {"conversation_id": conversation_id, "staff_id": person.id}, values)


async def is_noted(
    tx: Transaction, person: Person, *, now: datetime, conversation_id: str | None = None
) -> bool:
    """Whether somebody was seen a moment ago: at the desk, or at a conversation."""
    if conversation_id is None:
        there = (at_desk.c.staff_id == person.id, at_desk.c.locked_at.is_(None))
        query = select(at_desk.c.seen_at).where(*there)
    else:
        mine = (onlookers.c.conversation_id == conversation_id, onlookers.c.staff_id == person.id)
        query = select(onlookers.c.seen_at).where(*mine)
    seen_at = (await tx.execute(query)).scalar_one_or_none()
    return seen_at is not None and now - seen_at < NOTED_EVERY


async def leave(tx: Transaction, conversation_id: str, person: Person) -> None:
    """Note that somebody looks elsewhere; what they have read stays read."""
    mine = (onlookers.c.conversation_id == conversation_id, onlookers.c.staff_id == person.id)
    await tx.execute(update(onlookers).where(*mine).values(seen_at=_LONG_AGO, typing_at=None))


async def read_by(tx: Transaction, conversation_id: str, person: Person) -> int | None:
    """The last message that somebody has had before their eyes."""
    mine = (onlookers.c.conversation_id == conversation_id, onlookers.c.staff_id == person.id)
    return (await tx.execute(select(onlookers.c.read_seq).where(*mine))).scalar_one_or_none()


async def forget_reading(tx: Transaction, conversation_id: str, person: Person) -> None:
    """Count somebody as not having looked at what they were given just now."""
    mine = (onlookers.c.conversation_id == conversation_id, onlookers.c.staff_id == person.id)
    await tx.execute(update(onlookers).where(*mine).values(read_seq=None))


async def of_conversations(tx: Transaction, conversation_ids: Iterable[str]) -> list[RowMapping]:
    """Who looks, or looked, at each of these, and how far they have read."""
    mine = onlookers.c.conversation_id.in_(list(conversation_ids))
    found = await tx.execute(select(onlookers).where(mine).order_by(onlookers.c.name))
    return list(found.mappings())


def is_writing(row: RowMapping, now: datetime) -> bool:
    """Whether they write in it."""
    return _types(row["typing_at"], now)


def is_looking(row: RowMapping, now: datetime) -> bool:
    """Whether somebody looks at a conversation now."""
    return bool(row["seen_at"] > now - LOOKS_FOR)


async def who(
    tx: Transaction, conversation_id: str, *, now: datetime, but: Person | None = None
) -> list[Onlooker]:
    """Who looks at a conversation now, without the one who asks."""
    there = (onlookers.c.conversation_id == conversation_id, onlookers.c.seen_at > now - LOOKS_FOR)
    found = await tx.execute(select(onlookers).where(*there).order_by(onlookers.c.name))
    return [
        Onlooker(row["staff_id"], row["name"], _types(row["typing_at"], now))
        for row in found.mappings()
        if but is None or row["staff_id"] != but.id
    ]


async def typing_holder(tx: Transaction, conversation_id: str, *, now: datetime) -> str | None:
    """The name of whoever holds a conversation, while they type; visitors are told of nobody else."""
    found = await tx.execute(_TYPING_HOLDER, {"conversation": conversation_id, "since": now - TYPES_FOR})
    return found.scalars().first()


async def reading_holder(tx: Transaction, conversation_id: str, *, now: datetime) -> str | None:
    """The name of whoever holds a conversation and has its page open now."""
    found = await tx.execute(_READING_HOLDER, {"conversation": conversation_id, "since": now - LOOKS_FOR})
    return found.scalars().first()


def _types(typing_at: datetime | None, now: datetime) -> bool:
    return typing_at is not None and now - typing_at <= TYPES_FOR
