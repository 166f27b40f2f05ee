"""Work goes on when the one who asked for it hangs up, and a failure of it is told to the log."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from web.core.background import TaskGroup
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
