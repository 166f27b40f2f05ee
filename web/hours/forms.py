"""Hours, closures and shifts as people fill them in: times of the clinic's own clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from content.facts import Clinic
from content.opening_hours import WEEKDAYS, WEEKDAYS_SPOKEN, Span
from web.core.errors import BadRequest
from web.hours.hours import HoursState

SPANS_PER_DAY = 2
MAX_SPANS = 4
SHIFT_HOURS = 8
YEARS = range(2000, 2200)
# A week as the fields of a form hold it: each day, its name, and its spans.
WeekFields = list[tuple[str, str, list[tuple[str, str]]]]


def week_of(hours: Mapping[int, Sequence[Span]]) -> WeekFields:
    """Weekly hours or shifts as the fields of the form hold them."""
    week = []
    for number, day in enumerate(WEEKDAYS):
        spans = [(f"{start:%H:%M}", f"{end:%H:%M}") for start, end in hours.get(number, ())]
        padded = (spans + [("", "")] * SPANS_PER_DAY)[: max(SPANS_PER_DAY, len(spans))]
        week.append((day, WEEKDAYS_SPOKEN["en"][number], padded))
    return week


def read_week(value: Callable[[str], str], spans: int = MAX_SPANS) -> dict[str, list[str]] | None:
    """Read the week of a form in the form of `clinic.yml`. Raises BadRequest."""
    week: dict[str, list[str]] = {}
    for day in WEEKDAYS:
        read = []
        for number in range(spans):
            start, end = value(f"{day}-{number}-from"), value(f"{day}-{number}-to")
            if bool(start) != bool(end):
                raise BadRequest(f"{day.capitalize()}: a span needs both times. Nothing was changed.")
            if start:
                read.append(f"{_clock(start):%H:%M}-{_clock(end):%H:%M}")
        if read:
            week[day] = read
    return week or None


def typed_week(value: Callable[[str], str]) -> WeekFields:
    """The week of a form as it was typed, right or wrong, to be shown again."""
    week = []
    for name, day in zip(WEEKDAYS_SPOKEN["en"], WEEKDAYS, strict=True):
        spans = [(value(f"{day}-{number}-from"), value(f"{day}-{number}-to")) for number in range(MAX_SPANS)]
        used = max((number + 1 for number, span in enumerate(spans) if any(span)), default=0)
        week.append((day, name, spans[: max(SPANS_PER_DAY, used)]))
    return week


def read_moment(text: str, zone: ZoneInfo | None, what: str) -> datetime:
    """Read "2026-12-24T14:00" as the clinic's time. Raises BadRequest."""
    if zone is None:
        raise BadRequest("Please set the clinic's time zone first.")
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError as error:
        raise BadRequest(f"{what} is not a date and time. Please choose it from the calendar.") from error
    if moment.year not in YEARS:  # a typing error, and far enough away no moment of UTC
        raise BadRequest(f"{what} is in the year {moment.year}. Please check it.")
    return moment


def read_day(text: str, what: str = "The date") -> date:
    """Read "2026-12-24". Raises BadRequest."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(f"{what} is not a date. Please write it like 2026-12-24.") from error


def shift_end(text: str, state: HoursState) -> datetime:
    """When somebody's shift ends: as filled in, at closing time, or after eight hours."""
    if not text:
        return state.closes_at or state.now + timedelta(hours=SHIFT_HOURS)
    end = datetime.combine(state.now.date(), _clock(text), tzinfo=state.now.tzinfo)
    # A shift over midnight ends on the next day.
    return end if end > state.now else end + timedelta(days=1)


def holidays_of(clinic: Clinic) -> list[Mapping[str, str]]:
    """The holidays in the form of `clinic.yml`, the earliest first."""
    return [{"date": day.isoformat(), "name": name} for day, name in sorted(clinic.holidays.items())]


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise BadRequest("This is not a time of day. Please write it like 09:00.") from error
