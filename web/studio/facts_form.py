"""The form of the clinic's facts: what is typed becomes what `clinic.yml` would hold, fact by fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from content.facts import LINKS, PHONES, TEXTS, Clinic
from content.opening_hours import WEEKDAYS
from content.texts import TextRules
from content.yaml_files import ProblemsError
from web.core.db import Transaction
from web.hours import clinic_facts, fact_versions
from web.studio.editing import fact_conflicts, fact_fields

One = Callable[[str], str]
# In this order: a phone is read with its country, hours with their zone.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("The clinic", ("name", "country", "time_zone")),
    ("How to reach it", (*PHONES, "email", "address", "transit", "parking", "accessibility", *LINKS)),
    ("Money", ("prices", "insurance", "payment", "bills", "cancellation")),
    ("Visits", ("services", "staff", "routes", "spravato", "ages", "referral", "walk_ins", "telehealth",
                "first_visit", "bring", "forms", "session_length", "companion", "interpreter", "rooms",
                "late")),
    ("After the visit", ("after_hours", "results", "refills", "records", "portal", "feedback")),
)  # fmt: skip
LABELS = {
    "name": "Name", "country": "Country (two letters)", "time_zone": "Time zone", "phone": "Phone",
    "sms": "Number for text messages", "email": "E-mail", "contact_page": "Contact page",
    "booking_link": "Booking link", "reviews_link": "Reviews", "privacy_notice": "Privacy notice",
    "session_length": "How long a visit takes", "first_visit": "The first visit",
    "companion": "Bringing a companion", "ages": "Who you treat", "records": "Medical records",
    "staff": "Who treats people here", "routes": "How treatment is given", "spravato": "Spravato",
    "services": "What you offer", "bring": "What to bring", "late": "Late arrivals",
    "walk_ins": "Walk-ins", "after_hours": "After-hours help",
    "transit": "Directions and transit", "accessibility": "Accessibility", "interpreter": "Other languages",
    "refills": "Prescription refills", "results": "Test results", "portal": "Patient portal",
    "bills": "Questions about a bill",
}  # fmt: skip
HOURS = "Hours"  # the last group: the week, and holidays
LONG = frozenset(TEXTS)
FREE = frozenset({"name", "email", *PHONES, *LINKS, *TEXTS})  # one field, one value, that answers may say


@dataclass(frozen=True)
class Saved:
    """What became of the form: what is live, what waits for a clinician, and what was not stored and why."""

    changed: list[str]
    waits: list[str]
    problems: dict[str, str]


def label(name: str) -> str:
    """What people call a fact."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def typed(document: Mapping[str, Any]) -> dict[str, str]:
    """The facts as the form shows them; an unknown one is empty."""
    shown = {name: str(document.get(name) or "") for _, names in GROUPS for name in names}
    week = document.get("hours") or {}
    shown |= {day: ", ".join(map(str, week.get(day) or ())) for day in WEEKDAYS}
    holidays = document.get("holidays") or []
    shown["holidays"] = "\n".join(f"{each['date']} {each.get('name', '')}".strip() for each in holidays)
    return shown


def empty(shown: Mapping[str, str]) -> dict[str, list[str]]:
    """The fields of each group that nobody has filled in; of the week none once a day has hours."""
    found = {title: [name for name in names if not shown.get(name)] for title, names in GROUPS}
    has_week = any(shown.get(day) for day in WEEKDAYS)
    found[HOURS] = [] if has_week else [WEEKDAYS[0]]
    if not shown.get("holidays"):
        found[HOURS].append("holidays")
    return found


def read(one: One) -> dict[str, Any]:
    """What `clinic.yml` would hold; an empty field is a fact that is not known."""
    country = " ".join(one("country").split()) or "US"
    values: dict[str, Any] = {
        name: " ".join(one(name).split()) or None for _, names in GROUPS for name in names
    }
    values["hours"] = _week(one)
    lines = [line for line in one("holidays").splitlines() if line.strip()]
    values["holidays"] = [_holiday(line, country) for line in lines] or None
    return values


def read_one(name: str, typed: str, country: str) -> str | None:
    """One fact in the form of its kind. Raises ValueError with what to write instead."""
    return fact_fields.typed(name, typed, country) or None


def _week(one: One) -> dict[str, list[str]] | None:
    week = {day: [fact_fields.span(part) for part in one(day).split(",") if part.strip()] for day in WEEKDAYS}
    return {day: spans for day, spans in week.items() if spans} or None


def _holiday(line: str, country: str) -> dict[str, str]:
    day, name = fact_fields.holiday(line, country)
    return {"date": day, "name": name or "a holiday"}


async def standing(tx: Transaction, clinic: Clinic) -> dict[str, Any]:
    """The facts as they were written last: what waits for a signature stands for what visitors read."""
    waiting = {version.name: version.value for version in await fact_versions.waiting(tx)}
    return {**clinic.as_document(), **waiting}


async def save(
    tx: Transaction,
    values: Mapping[str, Any],
    *,
    file_clinic: Clinic,
    clinic: Clinic,
    rules: TextRules,
    by: str,
    now: datetime,
    drawn: Mapping[str, Any] | None = None,
) -> Saved:
    """Set every fact that is not as it was; one that cannot be loses no other.

    `drawn`: what stood in the form when it was opened. What a colleague has changed since stays.
    """
    known = await standing(tx, clinic)
    saved = Saved([], [], {})
    country = str(values.get("country") or "US")
    if drawn is not None:
        values = fact_conflicts.touched(values, drawn)
        meanwhile = fact_conflicts.changed_meanwhile(values, drawn, known)
        saved.problems.update(await fact_conflicts.sentences(tx, meanwhile, typed(known)))
    for name, value in values.items():
        if name in saved.problems or (value or None) == (known.get(name) or None):
            continue
        try:
            if name in fact_fields.KINDS and value:
                value = read_one(name, str(value), country)
        except ValueError as error:
            saved.problems[name] = f"“{label(name)}”: {error}"
            continue
        if value == (known.get(name) or None):
            continue
        try:
            became = await clinic_facts.set_fact(
                tx, name, value, by=by, now=now, rules=rules, file_clinic=file_clinic
            )
        except ProblemsError as error:
            saved.problems[name] = " ".join(dict.fromkeys(problem.text for problem in error.problems))
        else:
            (saved.changed if became == "live" else saved.waits).append(name)
    return saved
