"""SQLite in the event loop's own thread: what may wait runs aside, the rest at once.

A statement takes SQLite a few microseconds; a change of threads for each step of each statement costs
more than all of them. Only three kinds of work can wait: for the write lock when another process has
it, for the disk at the commit of a write, and for a read through much of the record
(`db.read(long=True)`). These go to a thread; long reads to threads of their own, so that no commit
stands in line behind them.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Engine, Executable, QueuePool, create_engine, event
from sqlalchemy.engine import URL, Connection, Dialect

T = TypeVar("T")
BUSY_TIMEOUT_MS = 5_000
# Wiping waits only so long for whoever reads: all who write wait with it.
WIPE_TIMEOUT_MS = 200
WRITE, READ = "BEGIN IMMEDIATE", "BEGIN"
THREADS = 4
LONG_READS = 2  # at once; more take turns
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # a commit that was told to a visitor survives a power cut
    "secure_delete=ON",  # deleted words leave no trace in free pages
    "foreign_keys=ON",
    f"busy_timeout={BUSY_TIMEOUT_MS}",
)


class SqliteTransaction:
    """What rules see of a transaction: the same as of an `AsyncConnection` on PostgreSQL."""

    def __init__(self, connection: Connection, aside: Callable[..., Any] | None = None) -> None:
        self._connection = connection
        self._aside = aside

    @property
    def dialect(self) -> Dialect:
        """SQLAlchemy's."""
        return self._connection.dialect

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Execute one statement."""
        return await self.run_sync(lambda connection: connection.execute(statement, parameters))

    async def exec_driver_sql(self, statement: str, parameters: Any = None) -> CursorResult[Any]:
        """Execute one statement in SQLite's own words."""
        return await self.run_sync(lambda connection: connection.exec_driver_sql(statement, parameters))

    async def run_sync(self, work: Callable[[Connection], T]) -> T:
        """Give the connection to a function that knows no coroutines."""
        if self._aside is None:
            return work(self._connection)
        result: T = await self._aside(lambda: work(self._connection))
        return result


class Sqlite:
    """One file, many readers, one writer at a time."""

    def __init__(self, url: URL) -> None:
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
        # The driver's own BEGIN comes too late and is never IMMEDIATE: we send ours (below). Two
        # threads use a connection, never at once: one awaits the other. The pool must not wait.
        self.engine: Engine = create_engine(
            url.set(drivername="sqlite+pysqlite"),
            connect_args={"isolation_level": None, "check_same_thread": False, "factory": _Connection},
            poolclass=QueuePool,
            pool_size=10,
            max_overflow=-1,
        )
        event.listen(self.engine, "connect", _set_pragmas)
        event.listen(self.engine, "begin", _begin)
        self._threads = ThreadPoolExecutor(THREADS, "record")
        self._readers = ThreadPoolExecutor(LONG_READS, "record-read")
        # Waiting in a fair queue here is better than SQLite's polling.
        self._writer = asyncio.Lock()
        # Whether the write-ahead log may hold deleted words; also after a start, from before it.
        self.has_traces = True

    @contextlib.asynccontextmanager
    async def read(self, *, long: bool) -> AsyncIterator[SqliteTransaction]:
        """Open one snapshot."""
        with self.engine.connect() as connection, connection.begin():
            yield SqliteTransaction(connection, self._read_aside if long else None)

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[SqliteTransaction]:
        """Open one transaction that writes."""
        async with self._writer:
            with self.engine.connect() as connection:
                raw: Any = connection.connection.driver_connection
                if not _lock_now(raw):
                    await self._to_the_end(lambda: raw.execute(WRITE))
                before = raw.total_changes
                transaction = connection.begin()
                try:
                    yield SqliteTransaction(connection)
                except BaseException:
                    transaction.rollback()
                    raise
                if raw.total_changes == before:
                    transaction.commit()  # nothing goes to the disk
                else:
                    await self._to_the_end(transaction.commit)

    async def wipe_traces(self) -> None:
        """Bring deletions from the write-ahead log into the file: nothing stays readable."""
        self.has_traces = True
        async with self._writer:
            with contextlib.closing(self.engine.raw_connection()) as connection:
                raw: Any = connection.driver_connection
                self.has_traces = not await self._to_the_end(lambda: _checkpoint(raw))

    async def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        self._threads.shutdown(wait=False)
        self._readers.shutdown(wait=False)

    async def _read_aside(self, work: Callable[[], T]) -> T:
        return await self._to_the_end(work, self._readers)

    async def _to_the_end(self, work: Callable[[], T], threads: ThreadPoolExecutor | None = None) -> T:
        """Do the work in a thread. Who is cancelled meanwhile still waits: the connection is in use."""
        doing = asyncio.get_running_loop().run_in_executor(threads or self._threads, work)
        try:
            return await asyncio.shield(doing)
        except asyncio.CancelledError:
            await asyncio.wait({doing})
            raise


class _Cursor(sqlite3.Cursor):
    """Fetches everything at once: a statement left open would keep the next commit from happening."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._rows: deque[Any] = deque()

    def execute(self, *arguments: Any) -> _Cursor:
        super().execute(*arguments)
        self._rows = deque(super().fetchall()) if self.description else deque()
        return self

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        return [self._rows.popleft() for _ in range(min(size or self.arraysize, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        rows, self._rows = list(self._rows), deque()
        return rows


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


def _lock_now(raw: sqlite3.Connection) -> bool:
    """Take the write lock without waiting; False when another process has it."""
    raw.execute("PRAGMA busy_timeout=0")
    try:
        raw.execute(WRITE)
    except sqlite3.OperationalError:
        return False
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return True


def _checkpoint(raw: sqlite3.Connection) -> bool:
    """Empty the write-ahead log; False while somebody reads an older state."""
    raw.execute(f"PRAGMA busy_timeout={WIPE_TIMEOUT_MS}")
    try:
        (is_busy, *_) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return not is_busy


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    raw: Any = connection.connection.driver_connection
    if not raw.in_transaction:  # a write has begun already
        raw.execute(READ)
