"""The clinic's own facts (`clinic.yml`): read, checked line by line, worded for people.

A fact that is not there is not there: nothing here has a default that a visitor could take for true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from content import fact_values as values
from content.opening_hours import WEEKDAYS, Span, hours_in_words, read_spans, written
from content.yaml_files import Problem, ProblemsError, line_of, read_yaml

PHONES = ("phone", "sms")
LINKS = ("contact_page", "booking_link", "reviews_link", "privacy_notice")
TEXTS = (
    "address", "parking", "rooms", "prices", "insurance", "payment", "cancellation", "referral",
    "staff", "routes", "session_length", "first_visit", "companion", "ages", "records",
    "telehealth", "spravato", "services", "bring", "forms", "late", "walk_ins", "after_hours", "transit",
    "accessibility", "interpreter", "refills", "results", "portal", "bills", "feedback",
)  # fmt: skip
# Facts of the moment, which the web half adds to those of the file.
MOMENT_FACTS = (
    "next_opening", "who_answers", "person_here", "closed_today", "open_or_closed", "chat_days",
)  # fmt: skip
FACT_NAMES = ("name", *PHONES, "email", *LINKS, *TEXTS, "hours", *MOMENT_FACTS)
KEYS = ("name", "country", "time_zone", *PHONES, "email", *LINKS, *TEXTS, "hours", "holidays")


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
            "hours": {WEEKDAYS[day]: [written(span) for span in spans] for day, spans in self.hours.items()},
            "holidays": [{"date": day.isoformat(), "name": name} for day, name in self.holidays.items()],
        }


def load_clinic(path: Path) -> Clinic:
    """Read `clinic.yml`. Raises ClinicError with a line for every hole, wrong type, unknown key."""
    clinic, problems = read_clinic(read_yaml(path, shown_as=path.name), shown_as=path.name)
    if problems:
        raise ClinicError(problems)
    return clinic


def names_of(project: Path) -> tuple[str, ...]:
    """What the clinic of a project is called; nothing while its file cannot be used."""
    try:
        return (load_clinic(project / "clinic.yml").name,)
    except (ProblemsError, OSError):
        return ()


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
        name = self.read("name", values.text)
        if name is None:
            self.complain("'name' is missing: write the clinic's name here.", "name")
        country = self.read("country", values.country) or "US"
        readers: dict[str, Callable[[Any], str]] = {"email": values.email}
        readers.update({key: lambda value: values.phone(value, country) for key in PHONES})
        readers.update(dict.fromkeys(LINKS, values.link))
        readers.update(dict.fromkeys(TEXTS, values.text))
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
        zone = self.read("time_zone", values.zone)
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
                hours[WEEKDAYS.index(day)] = read_spans(spans)
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
                holidays[values.holiday(entry)] = str(entry.get("name") or "a holiday")
            except ValueError as error:
                self.complain(str(error), "holidays", index)
        return holidays
