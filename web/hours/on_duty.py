"""Who is at the desk: staff say "I am here" until a time, or the schedule has them and a page is open.

Nobody is here by default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


async def watching(
    tx: Transaction, now: datetime, *, unseen: timedelta, scheduled: Sequence[Here] = ()
) -> Sequence[Here]:
    """Those of them, and of the `scheduled`, who have a page of the desk open.

    Who went home and forgot to say so sees nothing; neither does who is scheduled and has not come.
    """
    said = await here(tx, now)
    if not said and not scheduled:
        return []
    recent = now - unseen
    seen = {row.staff_id: row for row in await tx.execute(_SEEN, {"since": recent})}
    found = [each for each in said if _watches(each, seen.get(each.staff_id), recent)]
    known = {each.staff_id for each in said}
    return [*found, *(each for each in scheduled if each.staff_id not in known and _is_open(seen, each))]


def _is_open(seen: Mapping[str, Any], each: Here) -> bool:
    """Whether they have a page open on a screen that is not locked."""
    row = seen.get(each.staff_id)
    return row is not None and row.locked_at is None


def _watches(each: Here, seen: Any, recent: datetime) -> bool:
    """Whether they said so a moment ago or have a page open; a locked screen is nobody."""
    return seen.locked_at is None if seen is not None else each.since > recent
