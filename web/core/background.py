"""How background work ends: waiting may be cut short, work with the record is always finished.

A task cancelled in the middle of a transaction leaves a connection that nobody can use again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
logger = logging.getLogger(__name__)


class Stopped(Exception):
    """The service stops: what was waited for does not matter any more."""


class StopSignal:
    """Runs what a stop may cut short."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self._waits: set[asyncio.Task[Any]] = set()

    @property
    def is_stopping(self) -> bool:
        """Whether the service stops."""
        return self._asked.is_set()

    def stop(self) -> None:
        """Cut every wait short, now and from now on."""
        self._asked.set()
        for wait in self._waits:
            wait.cancel()

    async def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for something outside. Raises StoppedError when the service stops first."""
        task = asyncio.create_task(work)
        self._waits.add(task)
        if self.is_stopping:
            task.cancel()
        try:
            return await task
        except asyncio.CancelledError:
            if self.is_stopping:
                raise Stopped from None
            raise
        finally:
            task.cancel()
            self._waits.discard(task)

    async def pause(self, seconds: float) -> bool:
        """Wait some time; True when it is time to stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._asked.wait(), seconds)
        return self.is_stopping


class TaskGroup:
    """Work that goes on when the one who asked for it has hung up."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def to_the_end(self, work: Coroutine[Any, Any, T]) -> T:
        """Do the work, also when the caller is cancelled meanwhile."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_log_failure)  # nobody else will hear of it
            raise

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin work that nobody waits for; it has to log its own failures."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def all_done(self) -> None:
        """Wait until nothing is left."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)


def _log_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()):
        logger.warning("What somebody began who then hung up failed: %s", type(error).__name__)
