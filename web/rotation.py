"""Seals everything anew with a new key; the earlier one then opens nothing that is in the record.

The service may go on: it takes the new key up with the next value that it seals, and the earlier one
stays in the file until a look at the whole record, while nobody can write, finds nothing of it. Broken
off, both keys are there and everything opens; the next rotation goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, RowMapping, String, Table, cast, func, select, type_coerce, update
from sqlalchemy import Text as Words
from sqlalchemy import text as sql

from web import schema
from web.accounts import audit
from web.core.db import Database, Transaction
from web.core.errors import KeyProblem
from web.core.keys.record_keys import KEY_NAME_CHARS, RecordKeys
from web.schema.sealed import KeyedHash, Sealable, Sealed, SealedJson, compared

logger = logging.getLogger(__name__)
AT_ONCE = 200  # rows of one transaction: visitors write in between


async def rotate(db: Database, keys: RecordKeys, *, now: datetime) -> int:
    """Seal all with a new key and take the earlier ones away; how many rows. Raises KeyProblem."""
    keys.add()
    total = 0
    while True:
        new = keys.names()[-1]
        for table, column in _sealed_columns():
            while changed := await _some(db, table, column, keys, new):
                total += changed
        async with db.write() as tx:
            await _hold_writers_off(tx)
            if await _is_all_sealed_with(tx, new):
                keys.keep_only_last()
                await audit.note(
                    tx, by=audit.HOST, did="record.key_rotated", about="record", details={"values": total},
                    now=now,
                )  # fmt: skip
                break
    await db.wipe_traces()
    return total


async def warn_of_lost_keys(tx: Transaction, keys: RecordKeys) -> None:
    """Say in the log when something is sealed with a key that is not here."""
    name = func.substr(type_coerce(schema.callbacks.c.phone, String), 1, KEY_NAME_CHARS)
    named = select(name).where(schema.callbacks.c.phone.is_not(None)).distinct()
    used = set((await tx.execute(named)).scalars())
    try:
        lost = used - set(keys.names())
    except KeyProblem as problem:
        logger.error("Alert: names and numbers in the record cannot be read: %s", problem)
        return
    if lost:
        logger.error("Alert: names and numbers of %d keys that are not in %s cannot be read: put its file "
                     "back from a backup.", len(lost), keys.file)  # fmt: skip


def _sealed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    for table in schema.metadata.sorted_tables:
        for column in table.c:
            if isinstance(column.type, (Sealed, SealedJson, Sealable)):
                yield table, column


def _raw(column: Column[Any]) -> Any:
    """What really stands in the record."""
    if isinstance(column.type, SealedJson):
        return func.trim(cast(type_coerce(column, JSON), Words), '"')
    return type_coerce(column, String)


def _with_another_key(column: Column[Any], new: str) -> Any:
    raw, mark = _raw(column), _mark(column)
    is_sealed = raw.startswith(mark, autoescape=True) if mark else raw.not_in(("", "[]", "{}", "null"))
    return is_sealed & ~raw.startswith(f"{mark}{new}.", autoescape=True)


def _mark(column: Column[Any]) -> str:
    return Sealable.MARK if isinstance(column.type, Sealable) else ""


async def _some(db: Database, table: Table, column: Column[Any], keys: RecordKeys, new: str) -> int:
    names = list(table.primary_key.columns)
    query = select(*names, _raw(column).label("raw")).where(_with_another_key(column, new)).limit(AT_ONCE)
    async with db.write() as tx:
        rows = list((await tx.execute(query)).mappings())
        for row in rows:
            change = update(table).where(*(each == row[each.name] for each in names))
            await tx.execute(change.values(_sealed_anew(table, column, row, keys)))
    return len(rows)


def _sealed_anew(table: Table, column: Column[Any], row: RowMapping, keys: RecordKeys) -> dict[Any, Any]:
    """What the row gets instead; and the hashes that are made of the same words."""
    sealing: Any = column.type
    where, mark = sealing.where, _mark(column)
    words = keys.open(row["raw"].removeprefix(mark), where=where)
    kind: Any = JSON if isinstance(column.type, SealedJson) else String
    changed: dict[Any, Any] = {column: type_coerce(mark + keys.seal(words, where=where), kind)}
    for other in table.c:
        if isinstance(other.type, KeyedHash) and other.type.of == column.name:
            changed[other] = type_coerce(keys.hash_of(compared(words), where=other.type.where), String)
    return changed


async def _is_all_sealed_with(tx: Transaction, new: str) -> bool:
    for _, column in _sealed_columns():
        query = select(_raw(column)).where(_with_another_key(column, new)).limit(1)
        if (await tx.execute(query)).first() is not None:
            return False
    return True


async def _hold_writers_off(tx: Transaction) -> None:
    """Wait for whoever writes with the earlier key; on SQLite nobody else writes anyway."""
    if tx.dialect.name == "postgresql":
        names = ", ".join(sorted({table.name for table, _ in _sealed_columns()}))
        await tx.execute(sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
