"""Sudden closures: "closed today", "closed from two o'clock", a week of snow. Live at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import bindparam, delete, insert, select

from content.facts import Clinic
from content.yaml_files import Problem, ProblemsError
from web.core.db import Transaction
from web.schema import closures, new_id

MAX_DAYS = 366
MAX_REASON_CHARS = 120
_NOT_OVER = (
    select(closures).where(closures.c.ends_at > bindparam("at")).order_by(closures.c.starts_at, closures.c.id)
)


@dataclass(frozen=True)
class Closure:
    """The clinic is closed from `starts_at` until `ends_at`, whatever its weekly hours say."""

    id: str
    starts_at: datetime
    ends_at: datetime
    reason: str = ""
    made_by: str | None = None


async def close_today(
    tx: Transaction, *, clinic: Clinic, by: str | None, now: datetime, reason: str = ""
) -> Closure:
    """Close from now until the end of this day at the clinic. Raises ProblemsError."""
    if clinic.time_zone is None:
        raise _problem("Please set the clinic's time zone first: it decides when today ends.")
    local = now.astimezone(clinic.time_zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=clinic.time_zone)
    return await add(tx, starts_at=now, ends_at=midnight, by=by, now=now, reason=reason)


async def add(
    tx: Transaction,
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: str | None,
    now: datetime,
    reason: str = "",
) -> Closure:
    """Close for a span of time. Raises ProblemsError with a sentence."""
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    if ends_at <= starts_at:
        raise _problem("This closure ends before it starts.")
    if ends_at <= now:
        raise _problem("This closure is over already.")
    if ends_at - starts_at > timedelta(days=MAX_DAYS):
        raise _problem("A closure lasts a year at most. Change the weekly hours instead.")
    closure = Closure(new_id(), starts_at, ends_at, _reason(reason), by)
    await tx.execute(
        insert(closures).values(
            id=closure.id,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=closure.reason,
            made_by=by,
            made_at=now,
        )
    )
    return closure


async def remove(tx: Transaction, closure_id: str) -> bool:
    """Take a closure back; False when it is unknown."""
    gone = await tx.execute(delete(closures).where(closures.c.id == closure_id))
    return gone.rowcount == 1


async def list_all(tx: Transaction, *, now: datetime) -> Sequence[Closure]:
    """Every closure that is not over yet, the earliest first."""
    found = await tx.execute(_NOT_OVER, {"at": now})
    names = ("id", "starts_at", "ends_at", "reason", "made_by")
    return [Closure(**{name: row[name] for name in names}) for row in found.mappings()]


def _reason(text: str) -> str:
    reason = " ".join(text.split()).rstrip(".")
    if len(reason) > MAX_REASON_CHARS:
        raise _problem(f"Please give the reason in at most {MAX_REASON_CHARS} characters.")
    if re.search(r"[{}]", reason):
        raise _problem("The reason may not hold { or }.")
    return reason


def _problem(text: str) -> ProblemsError:
    return ProblemsError([Problem("closure", 1, text)])
