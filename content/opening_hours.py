"""Weekly opening hours: read from spans like "9:00-17:00", written back, worded for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import time
from itertools import pairwise
from typing import Any

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS_SPOKEN = {
    "en": tuple(day.capitalize() for day in WEEKDAYS),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
SPANISH_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip

Span = tuple[time, time]


def read_spans(value: Any) -> tuple[Span, ...]:
    """One day's spans in order. Raises ValueError with what to write instead."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError('write a list of spans, for example ["9:00-12:00", "13:00-17:00"].')
    spans = tuple(sorted(_span(item) for item in value))
    for earlier, later in pairwise(spans):
        if later[0] < earlier[1]:
            raise ValueError("two spans overlap.")
    return spans


def _span(item: Any) -> Span:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", str(item))
    if not match:
        raise ValueError(f"'{item}' is not a span like 9:00-17:00.")
    hour, minute, end_hour, end_minute = (int(part) for part in match.groups())
    try:
        start, end = time(hour, minute), time(end_hour, end_minute)
    except ValueError as error:
        raise ValueError(f"'{item}' is not a span like 9:00-17:00.") from error
    if end <= start:
        raise ValueError(f"'{item}' ends before it starts.")
    return start, end


def written(span: Span) -> str:
    """A span as `clinic.yml` writes it."""
    start, end = span
    return f"{start:%H:%M}-{end:%H:%M}"


def clock_in_words(moment: time) -> str:
    """A time of day as people say it: "9 am", "4:30 pm"."""
    hour = moment.hour % 12 or 12
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{hour}{minutes} {'am' if moment.hour < 12 else 'pm'}"


def hours_in_words(hours: Mapping[int, tuple[Span, ...]], language: str = "en") -> str:
    """Weekly hours as one phrase: "Monday to Thursday 9 am to 5 pm, Friday 9 am to 1 pm"."""
    groups: list[tuple[int, int, tuple[Span, ...]]] = []
    for day in sorted(hours):
        if groups and groups[-1][1] == day - 1 and groups[-1][2] == hours[day]:
            groups[-1] = (groups[-1][0], day, hours[day])
        else:
            groups.append((day, day, hours[day]))
    days, times = (_spanish_days, _spanish_times) if language == "es" else (_days, _times)
    return ", ".join(f"{days(first, last)} {times(spans)}" for first, last, spans in groups)


def times_in_words(spans: Iterable[Span], language: str = "en") -> str:
    """The spans of one day: "9 am to 12 pm and 1 pm to 5 pm"; empty for none."""
    return (_spanish_times if language == "es" else _times)(tuple(spans))


def _days(first: int, last: int) -> str:
    names = WEEKDAYS_SPOKEN["en"]
    if first == last:
        return names[first]
    return f"{names[first]} {'and' if last == first + 1 else 'to'} {names[last]}"


def _times(spans: tuple[Span, ...]) -> str:
    worded = [f"{clock_in_words(start)} to {clock_in_words(end)}" for start, end in spans]
    return " and ".join(worded)


def _spanish_days(first: int, last: int) -> str:
    names = WEEKDAYS_SPOKEN["es"]
    if first == last:
        return names[first]
    return f"{names[first]} {'y' if last == first + 1 else 'a'} {names[last]}"


def _spanish_times(spans: tuple[Span, ...]) -> str:
    worded = [f"de {clock_in_words(start)} a {clock_in_words(end)}" for start, end in spans]
    return " y ".join(worded)
