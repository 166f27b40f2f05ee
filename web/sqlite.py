"""SQLite without a thread change for every step: what may wait runs aside, the rest at once.

aiosqlite sends each step of each statement (cursor, execute, fetch, close) to a thread and back, some
two hundred changes for one visitor's message: they cost more than the statements, which take a few
microseconds each. Only three kinds of work can wait: for the write lock, for the disk at the commit of
a write, and for a read through much of the record (`db.read(long=True)`). These keep the thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite

ITER_CHUNK_ROWS = 64
WRITE = "BEGIN IMMEDIATE"
READ, LONG_READ = "BEGIN", "BEGIN DEFERRED"  # the same to SQLite
_ASIDE = (WRITE, LONG_READ, "PRAGMA")


class Connection(aiosqlite.Connection):
    """A connection whose short steps run in the event loop's own thread."""

    _is_writing = False
    _is_aside = False

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        name = getattr(fn, "__name__", "")
        statement = str(args[0]) if name == "execute" and args else ""
        if statement.startswith("BEGIN"):
            self._is_writing = statement == WRITE
            self._is_aside = statement == LONG_READ
        if self._is_aside or statement.startswith(_ASIDE) or self._may_wait(fn, name):
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        return fn(*args, **kwargs)

    def _may_wait(self, fn: Callable[..., Any], name: str) -> bool:
        """Whether it waits for the disk, or for work in the thread that somebody gave up on."""
        if not self._running or self._connection is None:
            return True  # aiosqlite says what is wrong
        of_connection = getattr(fn, "__self__", None) is self._connection
        return of_connection and (name == "close" or (name == "commit" and self._is_writing))


def connect(database: str, **options: Any) -> Connection:
    """Make a connection, for SQLAlchemy's `async_creator_fn`; await it to open it."""
    # Two threads use it, never at once: one awaits the other.
    options["check_same_thread"] = False
    return Connection(lambda: sqlite3.connect(database, **options), ITER_CHUNK_ROWS)
