"""How background work ends: waiting may be cut short, work with the record is always finished.

A task cancelled in the middle of a transaction leaves a connection that nobody can use again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
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
        """Wait for something outside. Raises Stopped when the service stops first."""
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


class PeriodicTask:
    """Does one piece of work again and again until it is stopped; after a failure it tries again.

    `failure` is what the log says then. The work may wait by `wait_for`; a stop cuts nothing else short.
    """

    def __init__(
        self,
        work: Callable[[], Awaitable[object]],
        *,
        failure: str,
        every_s: float,
        first_after_s: float = 0.0,
        retry_after_s: float | None = None,
    ) -> None:
        self._work = work
        self._failure = failure
        self._every_s = every_s
        self._first_after_s = first_after_s
        self._retry_after_s = every_s if retry_after_s is None else retry_after_s
        self._logger = logging.getLogger(work.__module__)
        self._is_woken = asyncio.Event()
        self._stopper = StopSignal()
        self._running = TaskGroup()

    def start(self) -> None:
        """Begin: at once, and then at least one time, or after `first_after_s`."""
        self._running.start(self._keep_working())

    async def stop(self) -> None:
        """Let the work that is under way end, then stop."""
        self._stopper.stop()
        await self._running.all_done()

    def wake(self) -> None:
        """Do the work now instead of at its time; while it is under way, once more after it."""
        self._is_woken.set()

    async def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for something outside. Raises Stopped when the task is stopped first."""
        return await self._stopper.wait_for(work)

    async def run_once(self) -> bool:
        """Do the work; False when it failed, which is logged by the error's kind alone."""
        try:
            await self._work()
        except Stopped:
            raise
        except Exception as error:  # one that fails must not be the last one
            self._logger.error("%s: %s", self._failure, type(error).__name__)
            return False
        return True

    async def _keep_working(self) -> None:
        with contextlib.suppress(Stopped):
            if self._first_after_s:
                await self.wait_for(self._until_due(self._first_after_s))
            while True:  # until a wait is cut short
                self._is_woken.clear()
                if await self.run_once():
                    await self.wait_for(self._until_due(self._every_s))
                elif await self._stopper.pause(self._retry_after_s):
                    return

    async def _until_due(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._is_woken.wait(), seconds)


def _log_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()):
        logger.warning("What somebody began who then hung up failed: %s", type(error).__name__)
