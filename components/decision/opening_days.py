"""Which day somebody asks about ("open now?", "on Sundays"), and what the calendar says of it.

The calendar comes with the facts of the turn (`web/hours/calendar.py`): `today`, the usual `week`
(seven texts from Monday on, "" for closed), `days` that differ from it and `holidays` by date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from content.opening_hours import WEEKDAYS

MAX_DAYS = 3
_SHORT = ("mon", "tues?", "wed(?:nes)?", "thu(?:rs?)?", "fri", "sat(?:ur)?", "sun")
_WEEKDAY = re.compile(
    rf"\b(?P<next>next )?(?:(?P<day>{'|'.join(_SHORT)})(?:days?)?|(?P<full>{'|'.join(WEEKDAYS)}))"
    r"(?P<every>s)?\b"
)
_WEEKEND, _WORKDAYS = re.compile(r"\bweek ?ends?\b"), re.compile(r"\b(?:week ?days?|work ?days?)\b")
_EVER = re.compile(r"\b(?:ever|every|usually|any|all|always|each)\b")
_NOW = re.compile(
    r"\b(?:right now|rn|just now|at the moment|currently|this minute|still open)\b"
    r"|\bopen now\b|\bnow\W*$"
    r"|^(?:(?:so|and|hey|hi|hello|ok|um|yo) )*(?:are|r) (?:you|u|yall|ya)"
    r"(?: guys| folks)? (?:there|open|closed|in)\W*$"
    r"|^(?:still |you )?open\W*$"
)
_NEAR = ((re.compile(r"\bday after tomorrow\b"), 2), (re.compile(r"\b(?:tomorrow|tmrw|tmr|tomorow)\b"), 1),
         (re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b"), 0))  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    rf"\b(?P<month>{'|'.join(_MONTHS)})[a-z]*\.? (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b"
    rf"|\b(?:the )?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month2>{'|'.join(_MONTHS)})[a-z]*\b"
)
# Days whose date is the same each year, or follows a rule; others only a clinic's own list knows.
_FIXED = (
    (re.compile(r"\bchristmas eve\b|\bx-?mas eve\b"), "christmas eve", (12, 24)),
    (re.compile(r"\bnew year'?s? eve\b|\bnye\b"), "new year's eve", (12, 31)),
    (re.compile(r"\bchristmas\b|\bx-?mas\b"), "christmas", (12, 25)),
    (re.compile(r"\bnew year'?s?\b"), "new year", (1, 1)),
    (re.compile(r"\b(?:july|jul) (?:4th|fourth|4)\b|\b(?:4th|fourth) of july\b|\bindependence day\b"),
     "independence", (7, 4)),
    (re.compile(r"\bjuneteenth\b"), "juneteenth", (6, 19)),
    (re.compile(r"\bveterans?'? day\b"), "veterans", (11, 11)),
    (re.compile(r"\bvalentine'?s?\b"), "valentine", (2, 14)),
    (re.compile(r"\bhalloween\b"), "halloween", (10, 31)),
)  # fmt: skip
_MOVING = (
    (re.compile(r"\b(?:day|friday) after thanksgiving\b|\bblack friday\b"), "black friday", (11, 3, 4, 1)),
    (re.compile(r"\bthanksgiving\b|\bturkey day\b"), "thanksgiving", (11, 3, 4, 0)),
    (re.compile(r"\blabou?r day\b"), "labor", (9, 0, 1, 0)),
    (re.compile(r"\bmemorial day\b"), "memorial", (5, 0, -1, 0)),
    (re.compile(r"\b(?:mlk|martin luther king)\b"), "martin luther king", (1, 0, 3, 0)),
    (re.compile(r"\bpresidents?'? day\b"), "president", (2, 0, 3, 0)),
    (re.compile(r"\b(?:columbus|indigenous peoples?'?) day\b"), "columbus", (10, 0, 2, 0)),
    (re.compile(r"\bmother'?s day\b"), "mother", (5, 6, 2, 0)),
)
_NAMED_ONLY = re.compile(
    r"\b(?P<name>easter|good friday|hanukkah|passover|ramadan|eid|diwali|yom kippur|rosh hashanah"
    r"|boxing day)\b"
)
OPEN_WORDS = re.compile(
    r"\b(?:open\w*|clos\w+|hours|come (?:in|by)"
    r"|(?:are|r|anyone|anybody|someone|somebody|people) (?:you |u )?(?:there|in|around))\b"
)


@dataclass(frozen=True)
class AskedDay:
    """A day that is asked about: now, one date, every such weekday, or a holiday without a known date."""

    is_now: bool = False
    day: date | None = None
    weekday: int | None = None
    holiday: str = ""


class Told(NamedTuple):
    """What to say of a day: an utterance and the values in it."""

    utterance: str
    values: Mapping[str, str]


def asked_days(text: str, today: date) -> list[AskedDay]:
    """The days a text names, in plain order; none when it names none."""
    words = " ".join(text.lower().replace("’", "'").split())
    if holiday := _holiday(words, today):
        return [holiday]
    if found := _DATE.search(words):
        month = _MONTHS.index(found["month"] or found["month2"]) + 1
        return [
            AskedDay(day=each)
            for each in (_coming(today, month, int(found["day"] or found["day2"])),)
            if each
        ]
    for pattern, days in _NEAR:
        if pattern.search(words):
            return [AskedDay(day=today + timedelta(days=days))]
    if _WEEKEND.search(words):
        return [AskedDay(weekday=5), AskedDay(weekday=6)]
    named = [_weekday(match, words, today) for match in _WEEKDAY.finditer(words)]
    if named:
        return list(dict.fromkeys(named))[:MAX_DAYS]
    return [AskedDay(is_now=True)] if _NOW.search(words) else []


def told(asked: Sequence[AskedDay], calendar: Mapping[str, Any]) -> list[Told]:
    """What the calendar says of each day; of some days it may have nothing to say."""
    found = [_told(each, calendar) for each in asked]
    return [each for each in found if each is not None]


def _told(asked: AskedDay, calendar: Mapping[str, Any]) -> Told | None:
    if asked.is_now:
        return Told("utter_open_now", {})
    week = calendar["week"]
    if asked.weekday is not None:
        day, times = f"{WEEKDAYS[asked.weekday].capitalize()}s", week[asked.weekday]
        return (
            Told("utter_open_weekday", {"day": day, "times": times})
            if times
            else Told("utter_closed_weekday", {"day": day})
        )
    if asked.day is None:
        return _listed(asked.holiday, calendar)
    day = _spoken(asked.day)
    if name := calendar["holidays"].get(asked.day.isoformat()):
        return Told("utter_closed_holiday", {"day": day, "holiday": name})
    times = calendar["days"].get(asked.day.isoformat(), week[asked.day.weekday()])
    if asked.holiday:
        if listed := _listed(asked.holiday, calendar):
            return listed
        values = {"day": day, "times": times}
        return Told("utter_holiday_not_listed", values) if times else Told("utter_closed_day", {"day": day})
    return (
        Told("utter_open_day", {"day": day, "times": times})
        if times
        else Told("utter_closed_day", {"day": day})
    )


def _listed(holiday: str, calendar: Mapping[str, Any]) -> Told | None:
    """The day of the clinic's own list that has this name."""
    for day, name in calendar["holidays"].items():
        if holiday.split()[0] in name.lower() and (("eve" in holiday) == ("eve" in name.lower().split())):
            return Told("utter_closed_holiday", {"day": _spoken(date.fromisoformat(day)), "holiday": name})
    return None


def _holiday(words: str, today: date) -> AskedDay | None:
    for pattern, name, (month, day) in _FIXED:
        if pattern.search(words):
            return AskedDay(day=_coming(today, month, day), holiday=name)
    for pattern, name, (month, weekday, nth, after) in _MOVING:
        if pattern.search(words):
            days = (
                _nth(year, month, weekday, nth) + timedelta(days=after)
                for year in (today.year, today.year + 1)
            )
            return AskedDay(day=next(day for day in days if day >= today), holiday=name)
    named = _NAMED_ONLY.search(words)
    return AskedDay(holiday=named["name"]) if named else None


def _weekday(match: re.Match[str], words: str, today: date) -> AskedDay:
    if match["full"]:
        weekday = WEEKDAYS.index(match["full"])
    else:
        weekday = next(n for n, short in enumerate(_SHORT) if re.fullmatch(short, match["day"]))
    if match["every"] or match.group().endswith("days") or _EVER.search(words):
        return AskedDay(weekday=weekday)
    ahead = (weekday - today.weekday()) % 7
    return AskedDay(day=today + timedelta(days=ahead + (7 if match["next"] and ahead == 0 else 0)))


def _coming(today: date, month: int, day: int) -> date | None:
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            return None
        if found >= today:
            return found
    return None


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth weekday of a month; -1 is its last."""
    if nth < 0:
        last = date(year, month + 1, 1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _spoken(day: date) -> str:
    return f"{day:%A, %B} {day.day}"
