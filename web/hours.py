"""When the clinic is open, now and next, from weekly hours, holidays and the time zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from clinic.facts import WEEKDAYS, Clinic, clock_in_words

# Two weeks of holidays in a row still find the next opening.
LOOK_AHEAD_DAYS = 21
_SPANISH_DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


@dataclass(frozen=True)
class Opening:
    """`open_now` is None when nobody told us the hours; `next_opening` is words, or None."""

    open_now: bool | None = None
    next_opening: str | None = None


def opening(clinic: Clinic, *, now: datetime, language: str = "en") -> Opening:
    """Say whether the clinic is open at `now` and when it opens next."""
    if clinic.time_zone is None or not clinic.hours:
        return Opening()
    local = now.astimezone(clinic.time_zone)
    for start, end in _spans(clinic, local.date()):
        if start <= now < end:
            return Opening(open_now=True)
        if now < start:
            return Opening(False, _in_words(start, local.date(), language))
    return Opening(open_now=False)


def _spans(clinic: Clinic, first: date) -> Iterator[tuple[datetime, datetime]]:
    """The clinic's open spans from one day on, as moments. A holiday has none."""
    for offset in range(LOOK_AHEAD_DAYS + 1):
        day = first + timedelta(days=offset)
        if day in clinic.holidays:
            continue
        for start, end in clinic.hours.get(day.weekday(), ()):
            yield (
                datetime.combine(day, start, tzinfo=clinic.time_zone),
                datetime.combine(day, end, tzinfo=clinic.time_zone),
            )


def _in_words(start: datetime, today: date, language: str) -> str:
    days = (start.date() - today).days
    if language == "es":
        return f"{_spanish_day(start.date(), days)} a las {_clock(start.time())}"
    return f"{_english_day(start.date(), days)} at {clock_in_words(start.time())}"


def _english_day(day: date, days: int) -> str:
    if days < 2:
        return ("today", "tomorrow")[days]
    name = WEEKDAYS[day.weekday()].capitalize()
    return name if days < 7 else f"{name}, {day:%B} {day.day}"


def _spanish_day(day: date, days: int) -> str:
    if days < 2:
        return ("hoy", "mañana")[days]
    name = f"el {_SPANISH_DAYS[day.weekday()]}"
    return name if days < 7 else f"{name} {day.day}/{day.month}"


def _clock(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02d}"
