"""Looks at how a database would carry out a statement: which tables it would read from end to end."""

from __future__ import annotations

import contextlib
import contextvars
import json
import re
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event

from web import schema
from web.core.db import Database

# What grows with use. Tables of the clinic's own (facts, hours, accounts, answers) stay small, and of
# drafts there are as many as staff have begun and not sent.
GROWING = frozenset(
    table.name for table in schema.metadata.tables.values() if "conversation_id" in table.c
) - {"drafts"} | {"conversations"}
# The few rows that are open, whatever was closed before: reading all of such an index is what it is for.
OF_OPEN_ONES = frozenset(
    index.name
    for table in schema.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
)
_LONG: contextvars.ContextVar[bool] = contextvars.ContextVar("long", default=False)


@dataclass
class Recorder:
    """Every statement that was executed on the event loop, once, with parameters it was given."""

    db: Database
    seen: dict[str, Any] = field(default_factory=dict)

    @contextlib.contextmanager
    def recording(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Listen to the engine; reads that are marked as long run apart and do not count."""
        monkeypatch.setattr(Database, "read", _marked(Database.read))
        engine = self.db.sqlite.engine if self.db.sqlite else self.db.postgres.sync_engine  # type: ignore[union-attr]
        event.listen(engine, "before_cursor_execute", self._keep)
        yield
        event.remove(engine, "before_cursor_execute", self._keep)

    def _keep(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any,
              is_many: bool) -> None:  # fmt: skip
        in_thread = threading.current_thread().name.startswith("record-read")
        is_ours = re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)", statement)
        if is_ours and not (_LONG.get() or in_thread):
            # Lists of different lengths are one statement; the longest says most.
            known = self.seen.get(_without_lists(statement))
            if known is None or len(known[0]) < len(statement):
                self.seen[_without_lists(statement)] = (statement, parameters[0] if is_many else parameters)

    async def scans(self) -> list[str]:
        """Each statement that reads a growing table from end to end, with what the plan says."""
        look = self._scans_of_sqlite if self.db.is_sqlite else self._scans_of_postgres
        return [f"{found}: {statement}" for statement, given in self.seen.values()
                for found in await look(statement, given)]  # fmt: skip

    async def _scans_of_sqlite(self, statement: str, given: Any) -> list[str]:
        async with self.db.read() as tx:
            plan = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            steps = [str(row.detail) for row in plan]
        aliases = _tables_by_alias(statement)
        return [
            step
            for step in steps
            if (found := re.match(r"SCAN (\w+)(?: USING(?: COVERING)? INDEX (\w+))?", step))
            and aliases.get(found[1], found[1]) in GROWING
            and found[2] not in OF_OPEN_ONES
        ]

    async def _scans_of_postgres(self, statement: str, given: Any) -> list[str]:
        async with self.db.read() as tx:
            plan = (await tx.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", given)).scalar_one()
        (top,) = json.loads(plan) if isinstance(plan, str) else plan
        return [_in_words(node) for node in _nodes(top["Plan"]) if _is_scan(node)]


def _marked(read: Any) -> Any:
    @contextlib.asynccontextmanager
    async def marked(self: Database, *, long: bool = False) -> AsyncIterator[Any]:
        token = _LONG.set(long)
        try:
            async with read(self, long=long) as tx:
                yield tx
        finally:
            _LONG.reset(token)

    return marked


def _without_lists(statement: str) -> str:
    return re.sub(r"\((?:\s*(?:\?|\$\d+(?:::\w+)?),?)+\s*\)", "(...)", statement)


def _tables_by_alias(statement: str) -> dict[str, str]:
    return {alias: table for table, alias in re.findall(r"\b(\w+) AS (\w+)", statement)}


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _is_scan(node: dict[str, Any]) -> bool:
    if node.get("Relation Name") not in GROWING:
        return False
    if node["Node Type"] == "Seq Scan":
        return True
    is_through_index = node["Node Type"] in ("Index Scan", "Index Only Scan")
    return is_through_index and "Index Cond" not in node and node["Index Name"] not in OF_OPEN_ONES


def _in_words(node: dict[str, Any]) -> str:
    return f"{node['Node Type']} {node['Relation Name']} {node.get('Index Name', '')}".rstrip()
