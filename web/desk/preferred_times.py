"""When a visitor wants to be called: their own words, and what these mean on the clinic's clock.

Their words are never changed. What can be told for sure is added: the zone they are meant in, a clock
time on our clock, the date of "tomorrow". What is not known is said.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from content.opening_hours import clock_in_words
from web.core import time_zones

_CLOCK = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))?\s*(?P<half>am|pm|a\.\s?m\.|p\.\s?m\.)(?!\w)"
    r"|(?<![\d:])(?P<hour24>\d{1,2}):(?P<minute24>[0-5]\d)(?![\d:])"
    r"|(?P<noon>\bnoon\b|\bmidday\b|\bmediod[ií]a\b)",
    re.IGNORECASE,
)
_DAYS = (
    (re.compile(r"\b(?:today|tonight|hoy|esta (?:tarde|noche))\b", re.IGNORECASE), 0),
    # "por la mañana" is the morning, "mañana" alone is tomorrow.
    (re.compile(r"\btomorrow\b|(?<!la )(?<!las )\bmañana\b(?!s)", re.IGNORECASE), 1),
)
MAX_CLOCKS = 2


def explained(
    words: str, *, zone: ZoneInfo | None, clinic: ZoneInfo | None, asked_at: datetime, now: datetime
) -> str:
    """What staff need to know beside the visitor's words; empty when there are none."""
    if not words:
        return ""
    parts = [_zone_in_words(words, zone, clinic, now), _date_of(words, zone or clinic, asked_at, now)]
    return "; ".join(filter(None, parts))


def in_short(words: str, *, zone: ZoneInfo | None, clinic: ZoneInfo | None, now: datetime) -> str:
    """What a list has room for: the time on our clock, or how far theirs is off; empty when it is not."""
    if not words or zone is None or clinic is None:
        return ""
    difference = time_zones.ahead(zone, clinic, at=now)
    here = [_on_our_clock(clock, difference) for clock in _clocks(words)]
    if not difference:
        return ""
    return f"{' and '.join(here)} here" if here else f"their clock is {time_zones.in_words(difference)}"


def _zone_in_words(words: str, zone: ZoneInfo | None, clinic: ZoneInfo | None, now: datetime) -> str:
    if zone is None:
        ours = f" ({clinic})" if clinic else ""
        return f"visitor's time zone not known: taken as the clinic's time{ours}"
    if clinic is None:
        return f"visitor's time: {zone}"
    difference = time_zones.ahead(zone, clinic, at=now)
    if not difference:
        return f"visitor's time: {zone}, the same as ours"
    here = [_on_our_clock(clock, difference) for clock in _clocks(words)]
    told = f"{' and '.join(here)} here" if here else time_zones.in_words(difference)
    return f"visitor's time: {zone}, {told}"


def _clocks(words: str) -> list[timedelta]:
    """The times of day that are named without doubt; "after 3" could be either half of the day."""
    return [clock for match in _CLOCK.finditer(words) if (clock := _time_of(match)) is not None][:MAX_CLOCKS]


def _time_of(match: re.Match[str]) -> timedelta | None:
    if match["noon"]:
        return timedelta(hours=12)
    if match["hour24"]:
        hour, minute = int(match["hour24"]), int(match["minute24"])
        return timedelta(hours=hour, minutes=minute) if hour < 24 else None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if not 1 <= hour <= 12:
        return None
    is_afternoon = match["half"].lower().startswith("p")
    return timedelta(hours=hour % 12 + (12 if is_afternoon else 0), minutes=minute)


def _on_our_clock(theirs: timedelta, difference: timedelta) -> str:
    days, rest = divmod(theirs - difference, timedelta(days=1))
    shown = clock_in_words((datetime.min + rest).time())
    return shown if not days else f"{shown} {'the next day' if days > 0 else 'the day before'}"


def _date_of(words: str, zone: ZoneInfo | None, asked_at: datetime, now: datetime) -> str:
    """The date of a day that was named from the day of asking; it may be today or over by now."""
    for pattern, days in _DAYS:
        found = pattern.search(words)
        if found and zone:
            day, today = asked_at.astimezone(zone).date() + timedelta(days=days), now.astimezone(zone).date()
            when = "is today" if day == today else "was" if day < today else "is"
            return f"“{found[0].lower()}” {when}{',' if day == today else ''} {day:%a, %b} {day.day}"
    return ""
