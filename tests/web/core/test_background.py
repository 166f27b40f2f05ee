"""Work goes on when the one who asked for it hangs up; periodic work goes on after failures, until a stop."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from web.core.background import PeriodicTask, TaskGroup
from web.core.errors import NotFound


async def hung_up_during(error: Exception | None) -> list[dict[str, Any]]:
    """Begin work, hang up, let the work end; what the event loop complains of."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    unfinished, may_end = TaskGroup(), asyncio.Event()

    async def work() -> None:
        await may_end.wait()
        if error:
            raise error

    caller = asyncio.create_task(unfinished.to_the_end(work()))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    may_end.set()
    await unfinished.all_done()
    await asyncio.sleep(0)
    return complaints


@pytest.mark.parametrize("error", [None, NotFound("The words of Canary")])
def test_a_failure_after_the_caller_hung_up_is_logged_by_its_kind_alone(
    error: Exception | None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        complaints = asyncio.run(hung_up_during(error))
    assert complaints == []
    assert ("NotFound" in caplog.text) == bool(error)
    assert "Canary" not in caplog.text


NEVER_S = 3600.0


class Work:
    """Work that counts how often it was done, and fails the first time."""

    def __init__(self) -> None:
        self.times = 0
        self.has_run = asyncio.Event()

    async def do(self) -> None:
        """Count, and fail once."""
        self.times += 1
        self.has_run.set()
        if self.times == 1:
            raise NotFound("The words of Canary")

    async def is_done(self) -> None:
        """Wait until it was done once more."""
        await self.has_run.wait()
        self.has_run.clear()


def test_periodic_work_goes_on_after_a_failure_which_is_logged_by_its_kind_alone(caplog) -> None:
    async def fails_then_works() -> int:
        work = Work()
        task = PeriodicTask(work.do, failure="It failed", every_s=NEVER_S, retry_after_s=0)
        task.start()
        await work.is_done()
        await work.is_done()
        await task.stop()
        return work.times

    assert asyncio.run(fails_then_works()) == 2
    assert [(record.name, record.getMessage()) for record in caplog.records] == [
        (Work.__module__, "It failed: NotFound")
    ]


def test_periodic_work_is_done_at_once_when_woken_also_when_that_was_during_the_work() -> None:
    async def is_woken() -> int:
        times = 0
        woken, done = asyncio.Event(), asyncio.Event()

        async def work() -> None:
            nonlocal times
            times += 1
            if times == 2:
                await woken.wait()
            if times == 3:
                done.set()

        task = PeriodicTask(work, failure="It failed", every_s=NEVER_S)
        task.start()
        while times < 2:
            task.wake()
            await asyncio.sleep(0)
        task.wake()
        woken.set()
        await done.wait()
        await task.stop()
        return times

    assert asyncio.run(is_woken()) == 3


def test_a_stop_lets_the_work_end_and_cuts_short_only_its_waits() -> None:
    async def is_stopped() -> list[str]:
        said: list[str] = []
        at_work, may_end = asyncio.Event(), asyncio.Event()

        async def work() -> None:
            at_work.set()
            await may_end.wait()
            said.append("stored")
            await task.wait_for(asyncio.sleep(NEVER_S))
            said.append("waited")

        task = PeriodicTask(work, failure="It failed", every_s=0)
        task.start()
        await at_work.wait()
        stopping = asyncio.create_task(task.stop())
        await asyncio.sleep(0)
        may_end.set()
        await stopping
        return said

    assert asyncio.run(is_stopped()) == ["stored"]


@pytest.mark.parametrize(("first_after_s", "times"), [(0, 1), (NEVER_S, 0)])
def test_a_stop_right_after_the_start_leaves_out_only_what_is_not_due_yet(
    first_after_s: float, times: int
) -> None:
    async def is_stopped_early() -> int:
        work = Work()
        task = PeriodicTask(work.do, failure="It failed", every_s=NEVER_S, first_after_s=first_after_s)
        task.start()
        await task.stop()
        return work.times

    assert asyncio.run(is_stopped_early()) == times
