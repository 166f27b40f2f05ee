"""The clinic's own facts (`clinic.yml`): read, checked line by line, worded for people.

A fact that is not there is not there: nothing here has a default that a visitor could take for true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

from clinic.yaml_files import Problem, ProblemsError, line_of, read_yaml

MAX_FACT_CHARS = 300
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS_SPOKEN = {
    "en": tuple(day.capitalize() for day in WEEKDAYS),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
PHONES = ("phone", "sms")
LINKS = ("contact_page", "booking_link", "reviews_link", "privacy_notice")
TEXTS = (
    "address", "parking", "rooms", "prices", "insurance", "payment", "cancellation", "referral",
    "staff", "routes", "session_length", "first_visit", "companion", "ages", "records",
    "telehealth", "spravato",
)  # fmt: skip
# Facts of the moment, which the web half adds to those of the file.
MOMENT_FACTS = ("next_opening", "who_answers", "person_here", "closed_today", "chat_days")
FACT_NAMES = ("name", *PHONES, "email", *LINKS, *TEXTS, "hours", *MOMENT_FACTS)
KEYS = ("name", "country", "time_zone", *PHONES, "email", *LINKS, *TEXTS, "hours", "holidays")

Span = tuple[time, time]


class ClinicError(ProblemsError):
    """`clinic.yml` holds something that cannot be used."""


@dataclass(frozen=True)
class Clinic:
    """One clinic: `texts` by fact name, weekly `hours` by weekday (0 = Monday), `holidays`."""

    name: str
    country: str = "US"
    time_zone: ZoneInfo | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    holidays: Mapping[date, str] = field(default_factory=dict)

    def facts(self, language: str = "en") -> dict[str, str]:
        """The known facts, worded for people; an unknown one is absent."""
        facts = {"name": self.name, **self.texts}
        if self.hours:
            facts["hours"] = hours_in_words(self.hours, language)
        return facts

    def as_document(self) -> dict[str, Any]:
        """The clinic as `clinic.yml` writes it: what `read_clinic` reads back."""
        return {
            "name": self.name,
            "country": self.country,
            "time_zone": self.time_zone.key if self.time_zone else None,
            **self.texts,
            "hours": {WEEKDAYS[day]: [_written(span) for span in spans] for day, spans in self.hours.items()},
            "holidays": [{"date": day.isoformat(), "name": name} for day, name in self.holidays.items()],
        }


def load_clinic(path: Path) -> Clinic:
    """Read `clinic.yml`. Raises ClinicError with a line for every hole, wrong type, unknown key."""
    clinic, problems = read_clinic(read_yaml(path, shown_as=path.name), shown_as=path.name)
    if problems:
        raise ClinicError(problems)
    return clinic


def read_clinic(document: Any, *, shown_as: str) -> tuple[Clinic, list[Problem]]:
    """Read facts in the form of `clinic.yml`: what can be used, and what is wrong with the rest."""
    reader = _Reader(shown_as, document)
    return reader.clinic(), reader.problems


class _Reader:
    """Goes through one loaded `clinic.yml` and collects what is wrong with it."""

    def __init__(self, shown_as: str, document: Any) -> None:
        self.shown_as = shown_as
        self.document = document if isinstance(document, Mapping) else {}
        self.problems: list[Problem] = []

    def clinic(self) -> Clinic:
        for key in self.document:
            if key not in KEYS:
                self.complain(f"Unknown key '{key}'. Known: {', '.join(KEYS)}.", key)
        name = self.read("name", _text)
        if name is None:
            self.complain("'name' is missing: write the clinic's name here.", "name")
        country = self.read("country", _country) or "US"
        readers: dict[str, Callable[[Any], str]] = {"email": _email}
        readers.update({key: lambda value: _phone(value, country) for key in PHONES})
        readers.update(dict.fromkeys(LINKS, _link))
        readers.update(dict.fromkeys(TEXTS, _text))
        texts = {key: text for key, read in readers.items() if (text := self.read(key, read))}
        return Clinic(
            name=name or "",
            country=country,
            time_zone=self.time_zone(),
            texts=texts,
            hours=self.hours(),
            holidays=self.holidays(),
        )

    def complain(self, text: str, *keys: Any) -> None:
        self.problems.append(Problem(self.shown_as, line_of(self.document, *keys), text))

    def read(self, key: str, reader: Callable[[Any], Any]) -> Any:
        value = self.document.get(key)
        if value is None:
            return None
        try:
            return reader(value)
        except ValueError as error:
            self.complain(f"'{key}' {error}", key)
            return None

    def time_zone(self) -> ZoneInfo | None:
        zone = self.read("time_zone", _zone)
        if zone is None and self.document.get("hours") and not self.document.get("time_zone"):
            self.complain("'hours' needs 'time_zone', for example America/New_York.", "hours")
        return zone

    def hours(self) -> dict[int, tuple[Span, ...]]:
        week = self.document.get("hours") or {}
        if not isinstance(week, Mapping):
            self.complain("'hours' lists days, for example 'monday: [\"9:00-17:00\"]'.", "hours")
            return {}
        hours: dict[int, tuple[Span, ...]] = {}
        for day, spans in week.items():
            if day not in WEEKDAYS:
                self.complain(f"'{day}' is not a day. Write {', '.join(WEEKDAYS)}.", "hours", day)
                continue
            try:
                hours[WEEKDAYS.index(day)] = _spans(spans)
            except ValueError as error:
                self.complain(f"{day}: {error}", "hours", day)
        return {day: spans for day, spans in sorted(hours.items()) if spans}

    def holidays(self) -> dict[date, str]:
        listed = self.document.get("holidays") or []
        if not isinstance(listed, list):
            self.complain("'holidays' is a list of {date, name}.", "holidays")
            return {}
        holidays: dict[date, str] = {}
        for index, entry in enumerate(listed):
            try:
                holidays[_quoted_date(entry)] = str(entry.get("name") or "a holiday")
            except ValueError as error:
                self.complain(str(error), "holidays", index)
        return holidays


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text: put it in quotes.")
    text = " ".join(value.split())
    if not text:
        raise ValueError("is empty: write the fact, or null.")
    if len(text) > MAX_FACT_CHARS:
        raise ValueError(f"is longer than {MAX_FACT_CHARS} characters: say it in a sentence or two.")
    if re.search(r"[{}]|\$\w", text):
        raise ValueError("may not hold { } or $ with a letter behind it.")
    return text


def _phone(value: Any, country: str) -> str:
    try:
        number = phonenumbers.parse(_text(value), country)
    except phonenumbers.NumberParseException as error:
        raise ValueError("is not a phone number.") from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError("is not a phone number: it has too few or too many digits.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def _country(value: Any) -> str:
    if value not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("must be a country's two letters, for example US.")
    return str(value)


def _email(value: Any) -> str:
    if not re.fullmatch(r"[^@\s{}]+@[^@\s{}]+\.[^@\s{}]+", _text(value)):
        raise ValueError("is not an e-mail address.")
    return _text(value)


def _link(value: Any) -> str:
    if not re.fullmatch(r"https://[^\s{}<>\"]+", _text(value)):
        raise ValueError("must be an address that starts with https://.")
    return _text(value)


def _zone(value: Any) -> ZoneInfo:
    try:
        return ZoneInfo(_text(value))
    except (KeyError, OSError) as error:
        raise ValueError("is not a time zone: write one like America/New_York.") from error


def _quoted_date(entry: Any) -> date:
    if not isinstance(entry, Mapping) or set(entry) - {"date", "name"}:
        raise ValueError("A holiday has a date and a name.")
    if not isinstance(entry.get("date"), str):
        raise ValueError('Put the date in quotes: "2026-12-25".')
    try:
        return date.fromisoformat(entry["date"])
    except ValueError as error:
        raise ValueError(f"'{entry['date']}' is not a date like 2026-12-25.") from error


def _spans(value: Any) -> tuple[Span, ...]:
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


def _written(span: Span) -> str:
    start, end = span
    return f"{start:%H:%M}-{end:%H:%M}"
