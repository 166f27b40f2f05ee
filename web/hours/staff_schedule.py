"""The staff schedule: who is at the desk when, by weekday, with the days that differ.

Times are the clinic's clock. On holidays and while the clinic is closed the weekly shifts do not count;
an extra shift does. Being scheduled makes nobody present: `on_duty.watching` wants an open page, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import bindparam, delete, insert, select

from content.facts import Clinic
from content.opening_hours import WEEKDAYS
from web.accounts import accounts
from web.core.db import Transaction
from web.core.errors import BadRequest, NotFound
from web.hours.closures import Closure
from web.hours.hours import Moments, moment_of, without
from web.hours.on_duty import Here
from web.schema import new_id, shift_exceptions, shifts
from web.schema.base import UtcTime

OFF, EXTRA, AWAY = "off", "extra", "away"
ONE_DAY = timedelta(days=1)
MAX_DAYS_OFF = 92

_SHIFTS = select(shifts).order_by(shifts.c.weekday, shifts.c.starts)
_EXCEPTIONS = (
    select(shift_exceptions)
    .where(shift_exceptions.c.ends_at > bindparam("at", type_=UtcTime))
    .order_by(shift_exceptions.c.starts_at)
)


@dataclass(frozen=True)
class Shift:
    """One shift of somebody's usual week."""

    staff_id: str
    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True)
class ShiftException:
    """Somebody is off, has an extra shift, or went away by their own word."""

    id: str
    staff_id: str
    kind: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Schedule:
    """Everybody's usual week, and what differs."""

    shifts: Sequence[Shift] = ()
    exceptions: Sequence[ShiftException] = ()

    def on(self, day: date, clinic: Clinic, closures: Sequence[Closure]) -> list[Here]:
        """Who is scheduled on one day, by time."""
        if clinic.time_zone is None:
            return []
        found = [
            Here(shift.staff_id, *piece)
            for shift in self.shifts
            if shift.weekday == day.weekday() and day not in clinic.holidays
            for piece in without(closures, _span(shift, day, clinic))
        ]
        found += [
            Here(each.staff_id, each.starts_at, each.ends_at)
            for each in self.exceptions
            if each.kind == EXTRA and each.starts_at.astimezone(clinic.time_zone).date() == day
        ]
        pieces = (piece for each in found for piece in self._but_off(each))
        return sorted(pieces, key=lambda each: (each.since, each.until, each.staff_id))

    def at(self, now: datetime, clinic: Clinic, closures: Sequence[Closure]) -> list[Here]:
        """Who is scheduled now; a shift of yesterday may go past midnight."""
        if clinic.time_zone is None or not (self.shifts or self.exceptions):
            return []
        today = now.astimezone(clinic.time_zone).date()
        days = (*self.on(today - ONE_DAY, clinic, closures), *self.on(today, clinic, closures))
        latest: dict[str, Here] = {}
        for each in days:
            if each.since <= now < each.until:
                known = latest.get(each.staff_id)
                latest[each.staff_id] = each if known is None or known.until < each.until else known
        return list(latest.values())

    def _but_off(self, each: Here) -> Iterator[Here]:
        gone = [one for one in self.exceptions if one.kind != EXTRA and one.staff_id == each.staff_id]
        for since, until in without(gone, (each.since, each.until)):
            yield Here(each.staff_id, since, until)


def _span(shift: Shift, day: date, clinic: Clinic) -> Moments:
    last = day if shift.ends > shift.starts else day + ONE_DAY
    return moment_of(clinic, day, shift.starts, 0), moment_of(clinic, last, shift.ends, 1)


async def read(tx: Transaction, *, now: datetime) -> Schedule:
    """The schedule of everybody who works at the desk, with what differs from now on (or since yesterday)."""
    week = list(await tx.execute(_SHIFTS))
    differs = list(await tx.execute(_EXCEPTIONS, {"at": now - ONE_DAY}))
    if not week and not differs:
        return Schedule()
    people = {each.id for each in await accounts.of_the_desk(tx)}
    return Schedule(
        [
            Shift(row.staff_id, row.weekday, time.fromisoformat(row.starts), time.fromisoformat(row.ends))
            for row in week
            if row.staff_id in people
        ],
        [
            ShiftException(row.id, row.staff_id, row.kind, row.starts_at, row.ends_at)
            for row in differs
            if row.staff_id in people
        ],
    )


async def set_week(
    tx: Transaction, staff_id: str, week: dict[str, list[str]] | None, *, by: str, now: datetime
) -> None:
    """Keep somebody's usual week in the form of `forms.read_week`; it holds at once. Raises BadRequest."""
    rows = [
        {"id": new_id(), "staff_id": staff_id, "weekday": WEEKDAYS.index(day), "starts": span[:5],
         "ends": span[6:], "set_by": by, "set_at": now}
        for day, spans in (week or {}).items()
        for span in spans
    ]  # fmt: skip
    for row in rows:
        if row["starts"] == row["ends"]:
            raise BadRequest("A shift ends at the same time as it starts. Nothing was changed.")
    await tx.execute(delete(shifts).where(shifts.c.staff_id == staff_id))
    if rows:
        await tx.execute(insert(shifts), rows)


async def add(tx: Transaction, staff_id: str, kind: str, span: Moments, *, by: str, now: datetime) -> None:
    """Keep that somebody is off or has an extra shift. Raises BadRequest."""
    starts_at, ends_at = (moment.astimezone(UTC) for moment in span)
    if ends_at <= starts_at:
        raise BadRequest("This ends before it starts.")
    if ends_at <= now:
        raise BadRequest("This is over already.")
    if ends_at - starts_at > timedelta(days=MAX_DAYS_OFF):
        raise BadRequest(f"This is longer than {MAX_DAYS_OFF} days. Please remove the weekly shifts instead.")
    if kind == EXTRA and ends_at - starts_at > ONE_DAY:
        raise BadRequest("An extra shift is at most a day long. Please add one for each day.")
    row = {"id": new_id(), "staff_id": staff_id, "kind": kind, "starts_at": starts_at, "ends_at": ends_at}
    await tx.execute(insert(shift_exceptions).values(**row, set_by=by, set_at=now))


async def remove(tx: Transaction, exception_id: str) -> None:
    """Take a day that differs back. Raises NotFound."""
    gone = await tx.execute(delete(shift_exceptions).where(shift_exceptions.c.id == exception_id))
    if gone.rowcount != 1:
        raise NotFound("It is not on the schedule anymore.")


async def go_away(tx: Transaction, scheduled: Sequence[Here], staff_id: str, *, now: datetime) -> None:
    """Count somebody as gone for the rest of the shift that they are scheduled for now."""
    for each in scheduled:
        if each.staff_id == staff_id:
            await add(tx, staff_id, AWAY, (now, each.until), by=staff_id, now=now)


async def come_back(tx: Transaction, staff_id: str, *, now: datetime) -> None:
    """Count them by the schedule again."""
    mine = (shift_exceptions.c.staff_id == staff_id, shift_exceptions.c.kind == AWAY)
    await tx.execute(delete(shift_exceptions).where(*mine, shift_exceptions.c.ends_at > now))
