"""The record's engine: SQLite (one writer at a time) by default, PostgreSQL by DATABASE_URL.

`async with db.write() as tx` is one transaction, committed at its end; `db.read()` one snapshot.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sqlite3
import ssl
from collections.abc import AsyncIterator, Mapping
from typing import Any

import asyncpg
from sqlalchemy import URL, ColumnElement, Result, RowMapping, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from web.core.errors import KeyProblem
from web.core.keys.record_keys import RecordKeys
from web.core.settings import Settings
from web.core.sqlite import Sqlite

# Connections of a web process to PostgreSQL, besides the one that listens for news.
POOL = 20
# On SQLite a `SqliteTransaction`, which does what rules need of this: `execute`, `exec_driver_sql`,
# `run_sync`, `dialect`.
Transaction = AsyncConnection


# What a record that is away, locked, full, damaged or without its key raises, here and below SQLAlchemy.
RECORD_AWAY = (
    DBAPIError,
    KeyProblem,
    PoolTimeout,
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    ConnectionError,
    TimeoutError,
    socket.gaierror,
)


class Database:
    """The one way to the record."""

    def __init__(self, url: str, keys: RecordKeys | None = None) -> None:
        """`keys` seal and open what names a person; without them such a value cannot be touched."""
        self.url: URL = make_url(url)
        self.keys = keys
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.sqlite = Sqlite(self.url) if self.is_sqlite else None
        self.postgres = None if self.is_sqlite else _postgres(self.url)
        engine = self.sqlite.engine if self.sqlite is not None else self.postgres
        if engine is not None:
            engine.dialect.front_desk_record_keys = keys  # type: ignore[attr-defined]

    @classmethod
    def of(cls, settings: Settings) -> Database:
        """The record that the settings name, with its keys."""
        url = settings.database_url or f"sqlite:///{settings.sqlite}"
        return cls(url, RecordKeys(settings.record_key_file))

    @contextlib.asynccontextmanager
    async def read(self, *, long: bool = False) -> AsyncIterator[Transaction]:
        """Open a transaction that only reads; `long` when it goes through much of the record.

        On SQLite a short read runs at once, a long one in a thread, so that nobody waits for it.
        """
        if self.sqlite is not None:
            async with self.sqlite.read(long=long) as tx:
                yield tx  # type: ignore[misc]
            return
        async with self._connection() as connection:
            # Else every statement of a transaction would see newer rows.
            connection = await connection.execution_options(isolation_level="REPEATABLE READ")
            async with connection.begin():
                yield connection

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Open a transaction that writes: everything in it is stored together, or nothing is."""
        if self.sqlite is not None:
            async with self.sqlite.write() as tx:
                yield tx  # type: ignore[misc]
            return
        async with self._connection() as connection, connection.begin():
            yield connection

    @property
    def has_traces(self) -> bool:
        """Whether SQLite's write-ahead log may hold deleted words."""
        return self.sqlite is not None and self.sqlite.has_traces

    def expect_traces(self) -> None:
        """Have the next sweep wipe what was just overwritten."""
        if self.sqlite is not None:
            self.sqlite.has_traces = True

    async def wipe_traces(self) -> None:
        """Bring deletions from SQLite's write-ahead log into the file: nothing stays readable.

        While somebody reads an older state it cannot be done: `has_traces` then says to try again.
        """
        if self.sqlite is not None:
            await self.sqlite.wipe_traces()

    def forget_connections(self) -> None:
        """Open the file anew with the next transaction: another one may have taken its place."""
        if self.sqlite is not None:
            self.sqlite.engine.dispose()

    async def close(self) -> None:
        """Close every connection."""
        if self.sqlite is not None:
            await self.sqlite.close()
        if self.postgres is not None:
            await self.postgres.dispose()

    def _connection(self) -> AsyncConnection:
        assert self.postgres is not None
        return self.postgres.connect()


async def upsert(
    tx: Transaction,
    table: Table,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    change: Mapping[str, Any] | None = None,
    where: ColumnElement[bool] | None = None,
) -> None:
    """Store a row under its unique key, or change the one that is there already.

    In one statement, for two processes may do so at once. `change` is what a known row gets instead of
    `values`, and `where` says which known rows are changed at all.
    """
    insert: Any = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    row = insert(table).values(**key, **values)
    known = row.on_conflict_do_update(index_elements=list(key), set_=change or values, where=where)
    await tx.execute(known)


async def rows_of(found: Result[Any]) -> list[RowMapping]:
    """The rows of a long read: decoding thousands takes longer than finding them, so in a thread."""
    return await asyncio.to_thread(lambda: list(found.mappings()))


def _postgres(url: URL) -> AsyncEngine:
    tls = {"ssl": _tls_of(url)} if "sslmode" in url.query else {}
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg").difference_update_query(["sslmode", "sslrootcert"]),
        pool_pre_ping=True,
        # None over these: one that is opened for a burst and closed after it costs both sides more than
        # the statement it was opened for. The one used last is taken first: what it prepared is kept.
        pool_size=POOL,
        max_overflow=0,
        pool_use_lifo=True,
        # A commit that was told to a visitor survives a crash, whatever the server's default.
        connect_args={"server_settings": {"synchronous_commit": "on"}, **tls},
    )


def _tls_of(url: URL) -> Any:
    """What libpq's words mean to the driver; the system's CAs unless one is named."""
    mode, ca = str(url.query["sslmode"]), url.query.get("sslrootcert")
    if mode not in ("verify-ca", "verify-full"):
        return mode
    context = ssl.create_default_context(cafile=str(ca) if ca else None)
    context.check_hostname = mode == "verify-full"
    return context
