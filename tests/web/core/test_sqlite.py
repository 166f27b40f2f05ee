"""SQLite's steps: what may wait runs in a thread, everything else at once."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from web.core.db import Database


class Watcher:
    """Notes in which thread SQLite was asked for each statement."""

    def __init__(self) -> None:
        self.at_once: list[str] = []
        self.aside: list[str] = []
        self._own = threading.get_ident()

    def __call__(self, statement: str) -> None:
        told = self.at_once if threading.get_ident() == self._own else self.aside
        told.append(statement.split("(")[0].strip())


def watched(db: Database) -> Watcher:
    """Watch the one connection that is in the pool now."""
    watcher = Watcher()
    assert db.sqlite is not None
    with contextlib.closing(db.sqlite.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        driver.set_trace_callback(watcher)
    watcher.at_once.clear()
    watcher.aside.clear()
    return watcher


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'record.sqlite3'}")


async def test_a_write_waits_for_the_disk_in_a_thread(db: Database) -> None:
    watcher = watched(db)
    async with db.write() as tx:
        await tx.execute(text("CREATE TABLE notes (words TEXT)"))
        await tx.execute(text("INSERT INTO notes VALUES ('kept')"))
    assert watcher.aside == ["COMMIT"]
    assert watcher.at_once[-2:] == ["CREATE TABLE notes", "INSERT INTO notes VALUES"]
    await db.close()


async def test_a_short_read_changes_no_thread(db: Database) -> None:
    watcher = watched(db)
    async with db.read() as tx:
        assert (await tx.execute(text("SELECT 1"))).scalar_one() == 1
    assert watcher.aside == []
    assert watcher.at_once[:2] == ["BEGIN", "SELECT 1"]
    await db.close()


async def test_a_long_read_holds_nobody_up(db: Database) -> None:
    watcher = watched(db)
    async with db.read(long=True) as tx:
        assert (await tx.execute(text("SELECT 1"))).scalar_one() == 1
    assert "SELECT 1" not in watcher.at_once
    assert watcher.aside == ["SELECT 1"]
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
        is_left = db.has_traces
        assert is_left
        assert b"my secret words" in logged(db)
        async with db.write() as tx:  # nobody who writes waits for it
            await tx.execute(text("INSERT INTO notes VALUES ('new')"))
    await db.wipe_traces()
    assert not db.has_traces
    assert logged(db) == b""
    await db.close()


def logged(db: Database) -> bytes:
    """What the write-ahead log holds."""
    return Path(f"{db.url.database}-wal").read_bytes()


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


@pytest.mark.thorough
@pytest.mark.parametrize("record", ["sqlite"])
async def test_the_sweep_wipes_what_a_visitor_deleted_while_somebody_read(visitor, service) -> None:
    await visitor.sends("my secret words")
    async with service.db.read() as reader:
        await reader.execute(text("SELECT * FROM messages"))
        assert (await visitor.http.delete(visitor.path, headers=visitor.headers)).status_code == 200
        assert service.db.has_traces
    while service.db.has_traces:
        await visitor.http.get("/v1/health")
    assert b"my secret words" not in logged(service.db)


async def test_a_write_waits_in_a_thread_for_the_lock_of_another_process(db: Database) -> None:
    watcher = watched(db)
    other = sqlite3.connect(str(db.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(write_a_table(db))
    while "BEGIN IMMEDIATE" not in watcher.aside:  # noqa: ASYNC110 (another thread fills it)
        await asyncio.sleep(0)
    assert not writing.done()
    other.execute("COMMIT")
    await writing
    other.close()
    await db.close()


async def test_who_gives_up_while_it_commits_leaves_a_connection_that_works(db: Database) -> None:
    await write_a_table(db)
    for _ in range(20):
        writing = asyncio.create_task(write_a_note(db))
        await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    await write_a_note(db)
    async with db.read() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM notes"))).scalar_one() >= 1
    await db.close()


async def write_a_table(db: Database) -> None:
    async with db.write() as tx:
        await tx.execute(text("CREATE TABLE notes (words TEXT)"))


async def write_a_note(db: Database) -> None:
    async with db.write() as tx:
        await tx.execute(text("INSERT INTO notes VALUES ('kept')"))
