"""Who read, changed, exported or deleted what: rows that only grow, each sealed with the one before.

Details hold ids, names of fields and counts; never what a visitor wrote. Nothing else writes here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, text

from web.core.db import Transaction
from web.schema import audit

HOST, NOBODY = "host", "nobody"
BEGINNING = "0" * 64
_LOCK = 4_721_100_001  # any number that nobody else takes
_PAGE = 1000


@dataclass(frozen=True)
class Checked:
    """What a check of the whole chain found. `broken_at` names the first row that does not fit."""

    count: int
    last_hash: str
    broken_at: int | None = None


async def note(
    tx: Transaction,
    *,
    by: str,
    did: str,
    about: str,
    about_id: str = "",
    details: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """Write down one deed in the caller's transaction; best as its last step.

    On PostgreSQL the chain is locked until the transaction ends, so that two deeds never share a place.
    """
    if tx.dialect.name == "postgresql":
        await tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last = (await tx.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1))).first()
    row = {
        "seq": last.seq + 1 if last else 1,
        "at": now.astimezone(UTC),
        "by": by,
        "did": did,
        "about": about,
        "about_id": about_id,
        "details": dict(details or {}),
        "previous": last.hash if last else BEGINNING,
    }
    await tx.execute(insert(audit).values(**row, hash=encrypt(row)))


@dataclass(frozen=True)
class AuditFilter:
    """What somebody looks for in the audit; what is empty does not matter."""

    by: str = ""
    did: str = ""
    about_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int = 0


async def find(tx: Transaction, wanted: AuditFilter, *, limit: int) -> list[dict[str, Any]]:
    """The newest entries that fit, the newest first."""
    query = select(audit).order_by(audit.c.seq.desc()).limit(limit)
    for name in ("by", "did", "about_id"):
        if value := getattr(wanted, name):
            query = query.where(audit.c[name] == value)
    if wanted.since:
        query = query.where(audit.c.at >= wanted.since)
    if wanted.until:
        query = query.where(audit.c.at < wanted.until)
    if wanted.before:
        query = query.where(audit.c.seq < wanted.before)
    return [dict(row) for row in (await tx.execute(query)).mappings()]


async def deeds(tx: Transaction) -> list[str]:
    """Every kind of deed that was ever noted."""
    return list((await tx.execute(select(audit.c.did).distinct().order_by(audit.c.did))).scalars())


async def verify(tx: Transaction) -> Checked:
    """Go through the whole chain and check every seal."""
    count, previous = 0, BEGINNING
    while True:
        page = select(audit).where(audit.c.seq > count).order_by(audit.c.seq).limit(_PAGE)
        rows = (await tx.execute(page)).mappings().all()
        for row in rows:
            if row["seq"] != count + 1 or row["previous"] != previous or row["hash"] != encrypt(dict(row)):
                return Checked(count, previous, broken_at=count + 1)
            count, previous = row["seq"], row["hash"]
        if not rows:
            return Checked(count, previous)


def encrypt(row: Mapping[str, Any]) -> str:
    """The hash over a row and the seal of the row before it."""
    names = ("seq", "by", "did", "about", "about_id", "details", "previous")
    sealed = {name: row[name] for name in names} | {"at": row["at"].isoformat()}
    return hashlib.sha256(json.dumps(sealed, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
