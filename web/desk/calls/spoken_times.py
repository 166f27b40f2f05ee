"""Times, days and zones as people write them: only what is named without doubt.

"after 3" could be either half of the day, "tuesday or wednesday" is no day, "not on Friday" neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

MAX_TIMES = 2
_HALF = r"(?:am|pm|a\.\s?m\.|p\.\s?m\.)(?!\w)"
_ONE = rf"(?<![\d:/])(?P<{{0}}hour>\d{{{{1,2}}}})(?::(?P<{{0}}minute>[0-5]\d))?\s*(?P<{{0}}half>{_HALF})"
_LATER = _ONE.format("")
_RANGE = re.compile(
    r"(?<![\d:/])(?P<first>\d{1,2})(?::(?P<first_minute>[0-5]\d))?\s*"
    rf"(?P<first_half>{_HALF})?\s*(?P<joint>-|–|to|until|till|and|y|a)\s*"
    + _LATER.replace(r"(?<![\d:/])", ""),
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\b(?:between|entre)\s+(?:las?\s+)?$", re.IGNORECASE)
_CLOCK = re.compile(
    rf"{_LATER}|(?<![\d:/])(?P<hour24>\d{{1,2}}):(?P<minute24>[0-5]\d)(?![\d:])"
    r"|(?P<noon>\bnoon\b|\bmidday\b|\bmediod[ií]a\b)",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|no|never|don't|dont|do not|except|but|before|until|till|by"
    r"|nunca|antes|hasta|menos|excepto|salvo)\b",
    re.IGNORECASE,
)
_FROM_TODAY = (
    (re.compile(r"\bday after tomorrow\b|\bpasado\s+mañana\b", re.IGNORECASE), 2),
    # "por la mañana" is the morning, "mañana" alone is tomorrow.
    (re.compile(r"\btomorrow\b|(?<!la )(?<!las )(?<!esta )\bmañana\b(?!s)", re.IGNORECASE), 1),
    (re.compile(r"\b(?:today|tonight|hoy|esta (?:tarde|noche))\b", re.IGNORECASE), 0),
)
_WEEKDAYS = (
    ("monday", "mon", "lunes"),
    ("tuesday", "tues", "tue", "martes"),
    ("wednesday", "wed", "miércoles", "miercoles"),
    ("thursday", "thurs", "thur", "thu", "jueves"),
    ("friday", "fri", "viernes"),
    ("saturday", "sábado", "sabado"),
    ("sunday", "domingo"),
)
_WEEKDAY = re.compile(rf"\b({'|'.join(name for names in _WEEKDAYS for name in names)})\b", re.IGNORECASE)
# Dates, several days, and "next Monday", which some say of the one after.
_OTHER_DAYS = re.compile(
    r"\d\s?/\s?\d|\d(?:st|nd|rd|th)\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\s\d"
    r"|\d\s(?:de\s)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic)"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days\b|\b(?:los|every|next|week|semana|próxim[oa])\b",
    re.IGNORECASE,
)
# In the words of the zone that has the clocks; its letters only behind a time.
_ZONES = (
    ("eastern", "E[SD]?T", "America/New_York"),
    ("central", "C[SD]?T", "America/Chicago"),
    ("mountain", "M[SD]?T", "America/Denver"),
    ("pacific", "P[SD]?T", "America/Los_Angeles"),
    ("arizona", "", "America/Phoenix"),
    ("alaska", "AK[SD]?T", "America/Anchorage"),
    ("hawaii", "HST", "Pacific/Honolulu"),
    ("(?:uk|london|british|gmt)", "GMT|BST", "Europe/London"),
)
_NAMED_ZONES = [
    (
        re.compile(
            rf"(?i:\b{name}\s+(?:standard |daylight |summer )?time\b)|(?i:(?:[ap]m|\d)\s+{name}\b)"
            + (rf"|(?i:(?:[ap]m|\d)\s*(?:{letters})\b)" if letters else "")
        ),
        ZoneInfo(zone),
    )
    for name, letters, zone in _ZONES
]


@dataclass(frozen=True)
class NamedTime:
    """A time of day, or a span of it."""

    start: time
    end: time | None = None


@dataclass(frozen=True)
class NamedDay:
    """A day as it was called, and its date."""

    word: str
    date: date


def times_in(words: str) -> list[NamedTime]:
    """The times of day that are named without doubt, a span as a span."""
    found: list[tuple[int, NamedTime]] = []
    rest = words
    for match in _RANGE.finditer(words):
        span = _span(match)
        if span is not None:
            found.append((match.start(), span))
            rest = rest[: match.start()] + " " * (match.end() - match.start()) + rest[match.end() :]
    for match in _CLOCK.finditer(rest):
        clock = _time_of(match)
        if clock is not None:
            found.append((match.start(), NamedTime(clock)))
    return [each for _, each in sorted(found, key=lambda pair: pair[0])][:MAX_TIMES]


def day_in(words: str, asked_on: date) -> NamedDay | None:
    """The one day that is named, counted from the day of asking; None when there is a doubt."""
    weekdays = {_number(match[1]): match[1] for match in _WEEKDAY.finditer(words)}
    found = ((pattern.search(words), days) for pattern, days in _FROM_TODAY)
    from_today = next(((match[0], days) for match, days in found if match), None)
    if _OTHER_DAYS.search(words) or len(weekdays) + (from_today is not None) != 1:
        return None
    if from_today:
        return NamedDay(" ".join(from_today[0].lower().split()), asked_on + timedelta(days=from_today[1]))
    if is_negated(words):
        return None
    number, word = next(iter(weekdays.items()))
    # Asked on a Tuesday, "Tuesday" may be today or in a week: nobody knows.
    ahead = (number - asked_on.weekday()) % 7
    return NamedDay(word.lower(), asked_on + timedelta(days=ahead)) if ahead else None


def zone_in(words: str) -> ZoneInfo | None:
    """The zone that is named; None when none is, or several are."""
    found = {zone.key: zone for pattern, zone in _NAMED_ZONES if pattern.search(words)}
    return next(iter(found.values())) if len(found) == 1 else None


def is_negated(words: str) -> bool:
    """Whether a "not", a "before" or the like may turn what is named into its opposite."""
    return bool(_NOT.search(words))


def _number(word: str) -> int:
    return next(number for number, names in enumerate(_WEEKDAYS) if word.lower() in names)


def _span(match: re.Match[str]) -> NamedTime | None:
    # "9 am and 3 pm" are two times, "between 9 am and 3 pm" is one span.
    if match["joint"].lower() in ("and", "y") and not _BETWEEN.search(match.string[: match.start()]):
        return None
    end = _of_twelve(match["hour"], match["minute"], match["half"])
    first, minute = int(match["first"]), match["first_minute"]
    if end is None:
        return None
    start = _of_twelve(match["first"], minute, match["first_half"] or match["half"])
    # "11 to 1 pm" begins in the half before.
    if start and not match["first_half"] and start > end and first != 12:
        start = start.replace(hour=start.hour - 12) if start.hour >= 12 else None
    return NamedTime(start, end) if start and start < end else None


def _time_of(match: re.Match[str]) -> time | None:
    if match["noon"]:
        return time(12)
    if match["hour24"]:
        hour = int(match["hour24"])
        return time(hour, int(match["minute24"])) if hour < 24 else None
    return _of_twelve(match["hour"], match["minute"], match["half"])


def _of_twelve(hour: str, minute: str | None, half: str) -> time | None:
    """A time of the twelve-hour clock; None when there is no such hour."""
    if not 1 <= int(hour) <= 12:
        return None
    is_afternoon = half.lower().startswith("p")
    return time(int(hour) % 12 + (12 if is_afternoon else 0), int(minute or 0))
