"""Whether a visitor is still there: their page asks for news all the time, and that is noted.

Noting must cost next to nothing: it is collected in memory and written in one go every few seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from web.chat.away import waiting_line
from web.core.db import Transaction, upsert
from web.schema import conversations, messages, visits

HERE_FOR = waiting_line.HERE_FOR
NOTED_EVERY = timedelta(seconds=20)


def is_here(seen_at: datetime | None, now: datetime) -> bool:
    """Whether a visitor who was seen then still counts as being there."""
    return seen_at is not None and now - seen_at <= HERE_FOR


@dataclass
class Sightings:
    """Collects who was seen; `take` gives what has to be written."""

    _fresh: dict[str, datetime] = field(default_factory=dict)
    _noted: dict[str, datetime] = field(default_factory=dict)

    def saw(self, conversation_id: str, now: datetime) -> None:
        """Note one visitor, at most every 20 s."""
        noted = self._noted.get(conversation_id)
        if noted is None or now - noted >= NOTED_EVERY:
            self._fresh[conversation_id] = now

    def take(self, now: datetime) -> dict[str, datetime]:
        """What was not written yet; memory of those who left is dropped."""
        fresh, self._fresh = self._fresh, {}
        gone = [each for each, noted in self._noted.items() if now - noted > HERE_FOR]
        for conversation_id in gone:
            del self._noted[conversation_id]
        self._noted |= fresh
        return fresh


async def note_seen(tx: Transaction, seen: Mapping[str, datetime]) -> bool:
    """Write who was seen when, without deleted conversations; whether somebody had come (back)."""
    there = select(conversations.c.id).where(
        conversations.c.id.in_(seen), conversations.c.deleted_at.is_(None)
    )
    ids = set((await tx.execute(there)).scalars())
    known = await seen_at(tx, ids)
    has_news = any(not is_here(known.get(each), seen[each]) for each in ids)
    for conversation_id in sorted(ids):
        moment = seen[conversation_id]
        key, values = {"conversation_id": conversation_id}, {"seen_at": moment}
        await upsert(tx, visits, key, values, where=visits.c.seen_at < moment)
    return has_news


async def seen_at(tx: Transaction, conversation_ids: Iterable[str]) -> dict[str, datetime]:
    """When each visitor was last seen, as far as it was noted."""
    wanted = visits.c.conversation_id.in_(list(conversation_ids))
    found = await tx.execute(select(visits.c.conversation_id, visits.c.seen_at).where(wanted))
    return {row.conversation_id: row.seen_at for row in found}


async def last_here(tx: Transaction, conversation_id: str) -> datetime | None:
    """When a visitor was there last: seen, or wrote."""
    wrote = select(func.max(messages.c.created_at)).where(
        messages.c.conversation_id == conversation_id, messages.c.author == "visitor"
    )
    known = (await seen_at(tx, [conversation_id])).get(conversation_id)
    return max(filter(None, (known, (await tx.execute(wrote)).scalar_one_or_none())), default=None)
