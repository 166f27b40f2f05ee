"""SQLite's steps: what may wait runs in a thread, everything else at once."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from web.db import Database
from web.sqlite import connect


class Watcher:
    """Notes in which thread SQLite was asked for each statement."""

    def __init__(self) -> None:
        self.at_once: list[str] = []
        self.aside: list[str] = []
        self._own = threading.get_ident()

    def __call__(self, statement: str) -> None:
        told = self.at_once if threading.get_ident() == self._own else self.aside
        told.append(statement.split("(")[0].strip())


async def watched(db: Database) -> Watcher:
    """Watch the one connection that is in the pool now."""
    watcher = Watcher()
    async with db.engine.connect() as connection:
        raw: Any = await connection.get_raw_connection()
        raw.driver_connection._conn.set_trace_callback(watcher)
        await connection.rollback()
    watcher.at_once.clear()
    watcher.aside.clear()
    return watcher


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'record.sqlite3'}")


async def test_a_write_waits_for_its_lock_and_for_the_disk_in_a_thread(db: Database) -> None:
    watcher = await watched(db)
    async with db.write() as tx:
        await tx.execute(text("CREATE TABLE notes (words TEXT)"))
        await tx.execute(text("INSERT INTO notes VALUES ('kept')"))
    assert watcher.aside == ["BEGIN IMMEDIATE", "COMMIT"]
    assert watcher.at_once == ["CREATE TABLE notes", "INSERT INTO notes VALUES"]
    await db.close()


async def test_a_short_read_changes_no_thread(db: Database) -> None:
    watcher = await watched(db)
    async with db.read() as tx:
        assert (await tx.execute(text("SELECT 1"))).scalar_one() == 1
    assert watcher.aside == []
    assert watcher.at_once[:2] == ["BEGIN", "SELECT 1"]
    await db.close()


async def test_a_long_read_holds_nobody_up(db: Database) -> None:
    watcher = await watched(db)
    async with db.read(long=True) as tx:
        assert (await tx.execute(text("SELECT 1"))).scalar_one() == 1
    assert watcher.at_once == []
    assert watcher.aside[:2] == ["BEGIN DEFERRED", "SELECT 1"]
    await db.close()


async def test_deleted_words_are_wiped_as_soon_as_nobody_reads_what_was_before(db: Database) -> None:
    async with db.write() as tx:
        await tx.execute(text("CREATE TABLE notes (words TEXT)"))
        await tx.execute(text("INSERT INTO notes VALUES ('my secret words')"))
    async with db.read() as reader:
        await reader.execute(text("SELECT * FROM notes"))
        async with db.write() as tx:
            await tx.execute(text("DELETE FROM notes"))
        await db.wipe_traces()
        assert db.has_traces
        assert b"my secret words" in logged(db)
        async with db.write() as tx:  # nobody who writes waits for it
            await tx.execute(text("INSERT INTO notes VALUES ('new')"))
    await db.wipe_traces()
    assert not db.has_traces
    assert logged(db) == b""
    await db.close()


def logged(db: Database) -> bytes:
    """What the write-ahead log holds."""
    return Path(f"{db.engine.url.database}-wal").read_bytes()


async def test_what_failed_is_rolled_back(db: Database) -> None:
    async with db.write() as tx:
        await tx.execute(text("CREATE TABLE notes (words TEXT)"))
    with pytest.raises(OperationalError):
        await write_and_fail(db)
    async with db.read() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM notes"))).scalar_one() == 0
    await db.close()


async def write_and_fail(db: Database) -> None:
    async with db.write() as tx:
        await tx.execute(text("INSERT INTO notes VALUES ('lost')"))
        await tx.execute(text("SELECT nothing FROM nowhere"))


async def test_a_closed_connection_refuses_work(tmp_path: Path) -> None:
    connection = await connect(str(tmp_path / "record.sqlite3"), isolation_level=None)
    await connection.close()
    with pytest.raises(ValueError, match="connection"):
        await connection.execute("SELECT 1")


async def test_the_sweep_wipes_what_a_visitor_deleted_while_somebody_read(visitor, service) -> None:
    await visitor.sends("my secret words")
    async with service.db.read() as reader:
        await reader.execute(text("SELECT * FROM messages"))
        assert (await visitor.http.delete(visitor.path, headers=visitor.headers)).status_code == 200
        assert service.db.has_traces
    while service.db.has_traces:
        await visitor.http.get("/v1/health")
    assert b"my secret words" not in logged(service.db)
