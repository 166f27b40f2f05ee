"""The staff schedule in words: seven days with who is at the desk when, and when nobody is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from content.facts import Clinic
from content.opening_hours import WEEKDAYS_SPOKEN, Span
from web.core import formatting
from web.hours.closures import Closure
from web.hours.hours import Moments, open_spans, without
from web.hours.on_duty import Here
from web.hours.staff_schedule import AWAY, EXTRA, Schedule, ShiftException

DAYS = 7
KINDS = {"off": "Off", EXTRA: "Extra shift", AWAY: "Said “I am away”"}
COLLEAGUE = "A colleague"


@dataclass(frozen=True)
class Day:
    """One day: what is said of it, its shifts, and the open hours that nobody covers."""

    title: str
    is_today: bool
    remark: str
    shifts: tuple[tuple[str, str], ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class _Taken:
    starts_at: datetime
    ends_at: datetime


def days(
    schedule: Schedule,
    clinic: Clinic,
    closures: Sequence[Closure],
    names: Mapping[str, str],
    *,
    now: datetime,
    first: date,
) -> list[Day]:
    """The week from a day on."""
    if clinic.time_zone is None:
        return []
    zone, today = clinic.time_zone, now.astimezone(clinic.time_zone).date()
    week = [first + timedelta(days=number) for number in range(DAYS)]
    return [_day(schedule, clinic, closures, names, day, zone, is_today=day == today) for day in week]


def _day(
    schedule: Schedule,
    clinic: Clinic,
    closures: Sequence[Closure],
    names: Mapping[str, str],
    day: date,
    zone: ZoneInfo,
    *,
    is_today: bool,
) -> Day:
    found = schedule.on(day, clinic, closures)
    over_night = schedule.on(day - timedelta(days=1), clinic, closures)
    opened = list(open_spans(clinic, closures, day, days=1))
    taken = [_Taken(each.since, each.until) for each in (*over_night, *found)]
    gaps = [gap for span in opened for gap in without(taken, span)] if schedule.shifts else []
    remark = clinic.holidays.get(day, "") or ("" if opened or not clinic.hours else "Closed")
    return Day(
        title=f"{WEEKDAYS_SPOKEN['en'][day.weekday()]}, {day:%b} {day.day}",
        is_today=is_today,
        remark=remark,
        shifts=tuple((names.get(each.staff_id, COLLEAGUE), _times(each, zone)) for each in found),
        gaps=tuple(span_in_words(gap, zone) for gap in gaps),
    )


def _times(each: Here, zone: ZoneInfo) -> str:
    return span_in_words((each.since, each.until), zone)


def span_in_words(span: Moments, zone: ZoneInfo | None) -> str:
    """A span of one day: "9 am to 1 pm"."""
    return f"{formatting.clock(span[0], zone)} to {formatting.clock(span[1], zone)}"


def exception_in_words(each: ShiftException, zone: ZoneInfo | None) -> str:
    """What differs and when: "Off: Mon, Nov 30, 12 am to Tue, Dec 1, 12 am"."""
    starts, ends = (formatting.when(moment, zone) for moment in (each.starts_at, each.ends_at))
    return f"{KINDS[each.kind]}: {starts} to {ends}"


def week_of(schedule: Schedule, staff_id: str) -> dict[int, tuple[Span, ...]]:
    """Somebody's usual week in the form of a clinic's hours; empty when they have no shift."""
    hours: dict[int, tuple[Span, ...]] = {}
    for each in schedule.shifts:
        if each.staff_id == staff_id:
            hours[each.weekday] = (*hours.get(each.weekday, ()), (each.starts, each.ends))
    return hours
