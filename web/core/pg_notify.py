"""Carries news between the web processes of one PostgreSQL, by LISTEN and NOTIFY.

It also tells the living from the dead: each process holds a lock in the database for as long as it
is connected, so what a killed process had claimed is given back at once. SQLite has one process.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from web.core.background import PeriodicTask
from web.core.db import Database, Transaction
from web.core.pubsub import PubSub

CHANNEL = "front_desk"
RECONNECT_S = 1.0


class PgNotify:
    """One connection that listens, and one queue of topics to tell the others about."""

    def __init__(self, db: Database, pubsub: PubSub, *, process: str) -> None:
        self._db = db
        self._hub = pubsub
        self._process = process
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._task = PeriodicTask(
            self._connect,
            failure="No news from other processes for a moment",
            every_s=0,
            retry_after_s=RECONNECT_S,
        )
        self._is_heard = asyncio.Event()

    async def start(self) -> None:
        """Begin to carry, when there can be others at all; waits until this process listens."""
        if self._db.is_sqlite:
            return
        self._hub.tells_others(self._queue.put_nowait)
        self._task.start()
        await self._is_heard.wait()

    async def stop(self) -> None:
        """Hang up."""
        await self._task.stop()

    async def _connect(self) -> None:
        assert self._db.postgres is not None
        async with self._db.postgres.connect() as connection:
            await self._carry(connection)

    async def _carry(self, connection: AsyncConnection) -> None:
        wire: Any = (await connection.get_raw_connection()).driver_connection
        is_cut = asyncio.Event()
        wire.add_termination_listener(lambda _wire: is_cut.set())
        await wire.add_listener(CHANNEL, self._deliver)
        await wire.execute("SELECT pg_advisory_lock($1)", lock_of(self._process))
        # What was said while nobody listened is in the record: everybody looks once.
        self._hub.wake_all()
        self._is_heard.set()
        try:
            while not is_cut.is_set():
                topic = await self._task.wait_for(self._next(is_cut))
                if topic is not None:
                    await wire.execute("SELECT pg_notify($1, $2)", CHANNEL, f"{self._process} {topic}")
        finally:
            # Not back into the pool: it listens and holds a lock.
            with contextlib.suppress(Exception):
                await connection.invalidate()

    async def _next(self, is_cut: asyncio.Event) -> str | None:
        getting, cut = asyncio.ensure_future(self._queue.get()), asyncio.ensure_future(is_cut.wait())
        try:
            await asyncio.wait({getting, cut}, return_when=asyncio.FIRST_COMPLETED)
            return getting.result() if getting.done() else None
        finally:
            getting.cancel()
            cut.cancel()

    def _deliver(self, _wire: Any, _pid: int, _channel: str, payload: str) -> None:
        process, _, topic = payload.partition(" ")
        if process != self._process:
            self._hub.deliver(topic)


def lock_of(process: str) -> int:
    """The number under which a living process holds its lock."""
    return int.from_bytes(hashlib.sha256(process.encode()).digest()[:8], signed=True)


async def is_dead(tx: Transaction, process: str) -> bool:
    """Whether nobody holds that process's lock any more. On PostgreSQL only."""
    free = text("SELECT pg_try_advisory_xact_lock(:number)").bindparams(number=lock_of(process))
    return bool((await tx.execute(free)).scalar_one())
