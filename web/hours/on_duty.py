"""Who is at the desk: staff say "I am here" until a time, or "I am away". Nobody is here by default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select

from content.yaml_files import Problem, ProblemsError
from web.core.db import Transaction, upsert
from web.schema import at_desk, presence
from web.schema.base import UtcTime

# Who forgets to say "away" is not here for ever.
MAX_HOURS = 14
_HERE = select(presence).where(presence.c.until > bindparam("at")).order_by(presence.c.since)


_SEEN = select(at_desk.c.staff_id, at_desk.c.locked_at).where(
    at_desk.c.seen_at > bindparam("since", type_=UtcTime)
)


@dataclass(frozen=True)
class Here:
    """One member of staff who watches the desk."""

    staff_id: str
    since: datetime
    until: datetime


async def i_am_here(tx: Transaction, staff_id: str, until: datetime, now: datetime) -> None:
    """Count somebody as being at the desk until a time. Raises ProblemsError."""
    if until <= now:
        raise ProblemsError([Problem("presence", 1, "This time is over already.")])
    until = min(until, now + timedelta(hours=MAX_HOURS))
    known = {each.staff_id: each.since for each in await here(tx, now)}
    since = known.get(staff_id, now)
    await upsert(tx, presence, {"staff_id": staff_id}, {"since": since, "until": until})


async def i_am_away(tx: Transaction, staff_id: str) -> bool:
    """Count somebody as gone; False when they were not here."""
    gone = await tx.execute(delete(presence).where(presence.c.staff_id == staff_id))
    return gone.rowcount == 1


async def here(tx: Transaction, now: datetime) -> Sequence[Here]:
    """Everybody who said so and whose time is not over."""
    found = await tx.execute(_HERE, {"at": now})
    return [Here(row["staff_id"], row["since"], row["until"]) for row in found.mappings()]


async def watching(tx: Transaction, now: datetime, *, unseen: timedelta) -> Sequence[Here]:
    """Those of them who have a page of the desk open: who went home and forgot to say so sees nothing."""
    on_shift = await here(tx, now)
    if not on_shift:
        return []
    recent = now - unseen
    seen = {row.staff_id: row for row in await tx.execute(_SEEN, {"since": recent})}
    return [each for each in on_shift if _watches(each, seen.get(each.staff_id), recent)]


def _watches(each: Here, seen: Any, recent: datetime) -> bool:
    """Whether they said so a moment ago or have a page open; a locked screen is nobody."""
    return seen.locked_at is None if seen is not None else each.since > recent
