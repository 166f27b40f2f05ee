"""A part that cannot be started, loses its log or hangs is started again, and never takes others along."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.processes import Backoff, Child, Watch

UP = "import signal; signal.pause()"
DIE = "import sys; sys.exit(3)"


class Part:
    """A child of the given code, kept running until `until` says that enough was seen."""

    def __init__(self, folder: Path, code: str, *, watch: Watch | None = None) -> None:
        self.said: list[str] = []
        self.log = folder / "part.log"
        self.command = [sys.executable, "-c", code]
        backoff = Backoff(first_s=0.01)
        self.child = Child(
            "A part", lambda: self.command, dict(os.environ), folder, self.log, backoff=backoff, watch=watch
        )

    async def runs(self, until: Callable[[], bool]) -> None:
        keeping = asyncio.create_task(self.child.keep_running(self.said.append))
        async with asyncio.timeout(30):
            while not until() and not keeping.done():  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.01)
        assert not keeping.done(), "the supervisor would have stopped everything"
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def test_what_cannot_be_started_now_is_tried_again(tmp_path: Path) -> None:
    part = Part(tmp_path, UP)
    whole, part.command = part.command, ["/no/such/program"]

    def runs_in_the_end() -> bool:
        if part.said:
            part.command = whole
        return part.child.is_running

    await part.runs(runs_in_the_end)
    assert "could not be started: No such file" in part.said[0]


async def test_a_removed_log_stops_nothing(tmp_path: Path) -> None:
    part = Part(tmp_path, f"import os; os.remove('{tmp_path}/part.log'); {DIE}")
    await part.runs(lambda: part.child.starts > 1)
    assert "its log cannot be read" in part.said[0]


async def test_a_part_that_hangs_is_ended_and_comes_back(tmp_path: Path) -> None:
    heard = iter([False, True, False, True, False, False])

    async def answers() -> bool:
        return next(heard, True)

    part = Part(tmp_path, UP, watch=Watch(answers, every_s=0.01, silences=2))
    await part.runs(lambda: part.child.starts == 2 and part.child.is_running)
    assert next(heard, "all asked") == "all asked", "it was ended too early"
    assert "no longer answers" in part.said[0]
    assert "was ended by SIGKILL" in part.said[1]
