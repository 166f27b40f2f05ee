"""The record's engine: SQLite (one writer at a time) by default, PostgreSQL by DATABASE_URL.

`async with db.write() as tx` is one transaction, committed at its end; `db.read()` one snapshot.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from web import sqlite

Transaction = AsyncConnection
BUSY_TIMEOUT_MS = 5_000
# Wiping waits only so long for whoever reads: all who write wait with it.
WIPE_TIMEOUT_MS = 200
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # a commit that was told to a visitor survives a power cut
    "secure_delete=ON",  # deleted words leave no trace in free pages
    "foreign_keys=ON",
    f"busy_timeout={BUSY_TIMEOUT_MS}",
)


class Database:
    """The one way to the record."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
            # The driver's own BEGIN comes too late and is never IMMEDIATE: we send ours (below).
            self.engine = create_async_engine(
                parsed.set(drivername="sqlite+aiosqlite"),
                connect_args={"isolation_level": None, "async_creator_fn": sqlite.connect},
            )
            event.listen(self.engine.sync_engine, "connect", _set_pragmas)
            event.listen(self.engine.sync_engine, "begin", _begin)
        else:
            self.engine = create_async_engine(
                parsed.set(drivername="postgresql+asyncpg"),
                pool_pre_ping=True,
                pool_size=10,
                # A commit that was told to a visitor survives a crash, whatever the server's default.
                connect_args={"server_settings": {"synchronous_commit": "on"}},
            )
        # Waiting in a fair queue here is better than SQLite's polling; it matters on SQLite only.
        self._writer = asyncio.Lock()
        # Whether the write-ahead log may hold deleted words; also after a start, from before it.
        self.has_traces = self.is_sqlite

    @contextlib.asynccontextmanager
    async def read(self, *, long: bool = False) -> AsyncIterator[Transaction]:
        """Open a transaction that only reads; `long` when it goes through much of the record.

        On SQLite a short read runs at once, a long one in a thread, so that nobody waits for it.
        """
        async with self.engine.connect() as connection:
            connection = await connection.execution_options(long=long)
            if not self.is_sqlite:  # there, every statement of a transaction would see newer rows
                connection = await connection.execution_options(isolation_level="REPEATABLE READ")
            async with connection.begin():
                yield connection

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Open a transaction that writes: everything in it is stored together, or nothing is."""
        async with contextlib.AsyncExitStack() as stack:
            if self.is_sqlite:
                await stack.enter_async_context(self._writer)
            connection = await stack.enter_async_context(self.engine.connect())
            connection = await connection.execution_options(writes=True)
            await stack.enter_async_context(connection.begin())
            yield connection

    async def wipe_traces(self) -> None:
        """Bring deletions from the write-ahead log into the file: nothing stays readable.

        While somebody reads an older state it cannot be done: `has_traces` then says to try again.
        """
        if not self.is_sqlite:
            return
        self.has_traces = True
        async with self._writer, self.engine.connect() as connection:
            raw = await connection.get_raw_connection()
            driver: Any = raw.driver_connection
            await (await driver.execute(f"PRAGMA busy_timeout={WIPE_TIMEOUT_MS}")).close()
            cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.has_traces = bool((await cursor.fetchone())[0])
            await cursor.close()  # a statement left open would keep the next commit from happening
            await (await driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")).close()

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    begin = (
        sqlite.WRITE if options.get("writes") else sqlite.LONG_READ if options.get("long") else sqlite.READ
    )
    connection.exec_driver_sql(begin)
