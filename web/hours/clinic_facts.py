"""The clinic's facts as they are now: those of `clinic.yml`, overlaid by what staff set in the record.

A fact set here is live with the next message; no release is built for it. One whose text is clinical
waits for a clinician (`web/hours/fact_versions.py`): until then visitors read the value before, or nothing.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import RowMapping, select

from content.facts import KEYS, TEXTS, Clinic, ClinicError, read_clinic
from content.texts import TextRules
from content.yaml_files import Problem
from web.core.db import Transaction, upsert
from web.hours import fact_versions
from web.schema import clinic_facts

SHOWN_AS = "the clinic's facts"
MAX_HOLIDAY_CHARS = 60
_CHANGES = select(clinic_facts.c.name, clinic_facts.c.value, clinic_facts.c.signed_by_name)
# Hours need a zone; when only one value is looked at, any zone will do.
_LONE = {"name": "-", "time_zone": "UTC"}
Became = Literal["live", "waits"]


async def current(tx: Transaction, file_clinic: Clinic, rules: TextRules) -> Clinic:
    """The clinic as visitors may read it now.

    A value of the record that no longer fits the others counts as not known, and so does a clinical
    one that nobody signed, wherever it was written.
    """
    found = [row for row in await tx.execute(_CHANGES) if row.name in KEYS]
    document = {**file_clinic.as_document(), **{row.name: row.value for row in found}}
    signed = frozenset(row.name for row in found if row.signed_by_name)
    return _read(json.dumps(document, sort_keys=True), signed, rules)


def of_file(file_clinic: Clinic, rules: TextRules) -> Clinic:
    """The clinic of `clinic.yml` alone, without what is clinical: nobody can know who signed it."""
    return _read(json.dumps(file_clinic.as_document(), sort_keys=True), frozenset(), rules)


async def all_set(tx: Transaction) -> list[RowMapping]:
    """Every fact that the record overlays: name, value, set_by, set_at."""
    return list((await tx.execute(select(clinic_facts).order_by(clinic_facts.c.name))).mappings())


async def set_fact(
    tx: Transaction,
    name: str,
    value: Any,
    *,
    by: str | None,
    now: datetime,
    rules: TextRules,
    file_clinic: Clinic | None = None,
) -> Became:
    """Set one fact, in the form of `clinic.yml`; None says that it is not known.

    A clinical value waits for a signature, unless it was signed before. With `file_clinic` the value
    is read together with all others (a phone with its country, hours with their zone). Raises
    ClinicError, a ProblemsError, with a sentence.
    """
    if name == "name" and value is None:
        raise _problem(name, "The clinic needs a name.")
    others = {row["name"]: row["value"] for row in await all_set(tx)}
    standing = {**(file_clinic.as_document() if file_clinic else _LONE), **others}
    _, problems = read_clinic({**(standing if file_clinic else _LONE), name: value}, shown_as=SHOWN_AS)
    if problems:
        raise ClinicError(problems)
    for text in rules.problems(value) if isinstance(value, str) else ():
        raise _problem(name, text)
    for text in _about_holidays(value, rules) if name == "holidays" else ():
        raise _problem(name, text)
    is_clinical = bool(rules.why_clinical(name, value))
    signer = await fact_versions.signer_of(tx, name, value) if is_clinical else None
    await fact_versions.add(
        tx, name, value, before=standing.get(name), is_clinical=is_clinical, signer=signer, by=by, now=now
    )
    if is_clinical and signer is None:
        return "waits"
    await put(tx, name, value, by=by, now=now, signed_by_name=signer)
    return "live"


def _about_holidays(value: Any, rules: TextRules) -> Iterator[str]:
    """What is wrong with the names of holidays: visitors read them on the day, and nobody signs them."""
    for holiday in value or ():
        name = str(holiday.get("name") or "")
        yield from rules.problems(name)
        if len(name) > MAX_HOLIDAY_CHARS or rules.judge.of_text(name):
            yield f"“{name[:60]}” is more than the name of a holiday. Write just that, like Christmas Day."


async def put(
    tx: Transaction, name: str, value: Any, *, by: str | None, now: datetime, signed_by_name: str | None
) -> None:
    """Let visitors read a value; whether they may was decided before."""
    values = {"value": value, "set_by": by, "set_at": now, "signed_by_name": signed_by_name}
    await upsert(tx, clinic_facts, {"name": name}, values)


async def note_unsigned(
    tx: Transaction, file_clinic: Clinic, rules: TextRules, *, now: datetime
) -> list[str]:
    """At a start: lay what is clinical in `clinic.yml`, or from an earlier version, before a clinician."""
    rows = {row["name"]: row for row in await all_set(tx)}
    noted = []
    for name, value in {**file_clinic.as_document(), **{n: row["value"] for n, row in rows.items()}}.items():
        is_signed = name in rows and rows[name]["signed_by_name"]
        if is_signed or not rules.why_clinical(name, value) or await fact_versions.is_known(tx, name, value):
            continue
        await fact_versions.add(
            tx, name, value, before=value, is_clinical=True, signer=None, by=None, now=now
        )
        noted.append(name)
    return noted


@functools.lru_cache(maxsize=8)  # read with every message, changed once in a month
def _read(document: str, signed: frozenset[str], rules: TextRules) -> Clinic:
    known: Mapping[str, Any] = json.loads(document)
    held = [name for name in TEXTS if name not in signed and rules.why_clinical(name, known.get(name))]
    return read_clinic({k: v for k, v in known.items() if k not in held}, shown_as=SHOWN_AS)[0]


def _problem(name: str, text: str) -> ClinicError:
    return ClinicError([Problem(name, 1, text)])
