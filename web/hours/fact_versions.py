"""The history of the facts: every value with who and when, and who signed it where it is clinical."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from web.core.db import Transaction
from web.schema import fact_versions, new_id


@dataclass(frozen=True)
class Version:
    """One value that a fact had or waits to have."""

    id: str
    name: str
    number: int
    value: Any
    is_clinical: bool
    set_by: str | None
    set_at: datetime
    signed_by_name: str | None
    signed_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether visitors do not read it before a clinician has signed; for the newest of its name."""
        return self.is_clinical and self.signed_at is None


async def add(
    tx: Transaction,
    name: str,
    value: Any,
    *,
    before: Any,
    is_clinical: bool,
    signer: str | None,
    by: str | None,
    now: datetime,
) -> None:
    """Note a new value; what stood before the first one is noted too, so that it can be brought back."""
    last = await tx.execute(select(func.max(fact_versions.c.number)).where(fact_versions.c.name == name))
    number = last.scalar() or 0
    row = {"name": name, "set_at": now, "signed_by_name": signer, "signed_at": now if signer else None}
    if not number and before != value:
        first = {"name": name, "set_at": now, "value": before, "is_clinical": False, "set_by": None}
        await tx.execute(insert(fact_versions).values(id=new_id(), number=1, **first))
        number = 1
    row |= {"value": value, "is_clinical": is_clinical, "set_by": by}
    await tx.execute(insert(fact_versions).values(id=new_id(), number=number + 1, **row))


async def get(tx: Transaction, version_id: str) -> Version | None:
    """One version, or None."""
    found = await _read(tx, fact_versions.c.id == version_id)
    return found[0] if found else None


async def versions_of(tx: Transaction, name: str) -> list[Version]:
    """Every value of a fact, the newest first."""
    return await _read(tx, fact_versions.c.name == name)


async def newest(tx: Transaction) -> Mapping[str, Version]:
    """The newest value of each fact that was ever set here, by name."""
    found: dict[str, Version] = {}
    for version in await _read(tx):
        found.setdefault(version.name, version)
    return found


async def waiting(tx: Transaction) -> list[Version]:
    """The values that wait for a clinician, the oldest first."""
    found = [version for version in (await newest(tx)).values() if version.waits]
    return sorted(found, key=lambda version: version.set_at)


async def signer_of(tx: Transaction, name: str, value: Any) -> str | None:
    """Who signed this very value of this fact."""
    signed = (
        version for version in await versions_of(tx, name) if version.value == value and version.signed_at
    )
    return next((version.signed_by_name for version in signed), None)


async def is_known(tx: Transaction, name: str, value: Any) -> bool:
    """Whether this very value was noted as clinical before."""
    return any(version.value == value and version.is_clinical for version in await versions_of(tx, name))


async def note_signature(tx: Transaction, version: Version, *, by: str, name: str, now: datetime) -> bool:
    """Put a signature under a value; False when somebody else was faster."""
    mine = (fact_versions.c.id == version.id, fact_versions.c.signed_at.is_(None))
    values = {"signed_by": by, "signed_by_name": name, "signed_at": now}
    return (await tx.execute(update(fact_versions).where(*mine).values(**values))).rowcount == 1


async def _read(tx: Transaction, *conditions: Any) -> list[Version]:
    columns = [fact_versions.c[name] for name in Version.__dataclass_fields__]
    query = select(*columns).where(*conditions).order_by(fact_versions.c.number.desc(), fact_versions.c.name)
    return [Version(**row) for row in (await tx.execute(query)).mappings()]
