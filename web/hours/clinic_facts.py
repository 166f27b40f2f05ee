"""The clinic's facts as they are now: those of `clinic.yml`, overlaid by what staff set in the record.

A fact set here is live with the next message; no release is built for it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select

from content.facts import KEYS, Clinic, ClinicError, read_clinic
from content.yaml_files import Problem
from web.core.db import Transaction
from web.schema import clinic_facts

SHOWN_AS = "the clinic's facts"
_CHANGES = select(clinic_facts.c.name, clinic_facts.c.value)
# Hours need a zone; when only one value is looked at, any zone will do.
_LONE = {"name": "-", "time_zone": "UTC"}


async def current(tx: Transaction, file_clinic: Clinic) -> Clinic:
    """The clinic now. A value of the record that no longer fits the others counts as not known."""
    found = await tx.execute(_CHANGES)
    changes = {row.name: row.value for row in found if row.name in KEYS}
    if not changes:
        return file_clinic
    return _read(json.dumps({**file_clinic.as_document(), **changes}, sort_keys=True))


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
    file_clinic: Clinic | None = None,
) -> None:
    """Set one fact, in the form of `clinic.yml`; None says that it is not known.

    With `file_clinic` the value is read together with all others (a phone with its country, hours
    with their zone). Raises ClinicError, a ProblemsError, with a sentence.
    """
    if name == "name" and value is None:
        raise _problem("name", "The clinic needs a name.")
    if file_clinic is None:
        document: dict[str, Any] = {**_LONE, name: value}
    else:
        others = {row["name"]: row["value"] for row in await all_set(tx)}
        document = {**file_clinic.as_document(), **others, name: value}
    _, problems = read_clinic(document, shown_as=SHOWN_AS)
    if problems:
        raise ClinicError(problems)
    await unset(tx, name)
    await tx.execute(insert(clinic_facts).values(name=name, value=value, set_by=by, set_at=now))


async def unset(tx: Transaction, name: str) -> bool:
    """Go back to what `clinic.yml` says; False when nothing was set."""
    gone = await tx.execute(delete(clinic_facts).where(clinic_facts.c.name == name))
    return gone.rowcount == 1


@functools.lru_cache(maxsize=8)  # read with every message, changed once in a month
def _read(document: str) -> Clinic:
    known: Mapping[str, Any] = json.loads(document)
    return read_clinic(known, shown_as=SHOWN_AS)[0]


def _problem(name: str, text: str) -> ClinicError:
    return ClinicError([Problem(name, 1, text)])
