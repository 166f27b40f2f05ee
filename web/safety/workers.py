"""Asks safety for its verdict, in processes of its own: no text holds up anybody else.

One text at a time goes to each worker; who waits, waits by address in turn, so that one address
with many texts is one address. Past `within_s` nobody knows, and the verdict is "unsure".
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections import OrderedDict, deque
from pathlib import Path

import safety
from safety.check import Verdict, unsure

logger = logging.getLogger(__name__)

WORKERS = 2
COMMAND = (sys.executable, "-m", "safety.worker")
_ROOT = Path(safety.__file__).parent.parent
# The longest answer is a message's parts, every character as an escape.
MAX_LINE_BYTES = 256 * 1024
# A text costs at most 50 ms: a worker silent for so long hangs and is started anew.
HANGS_AFTER_S = 5.0
STARTS_WITHIN_S = 60.0
RESTARTS_S = (0.1, 1.0, 5.0)


class _Job:
    def __init__(self, text: str) -> None:
        self.text = text
        self.may_retry = True
        self.verdict: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()


class _Line:
    """Jobs by address; each address has its turn."""

    def __init__(self) -> None:
        self._by_address: OrderedDict[str, deque[_Job]] = OrderedDict()

    def put(self, address: str, job: _Job) -> None:
        self._by_address.setdefault(address, deque()).append(job)

    def take(self) -> _Job | None:
        """Give the next job that somebody still waits for."""
        while self._by_address:
            address, jobs = self._by_address.popitem(last=False)
            job = jobs.popleft()
            if jobs:
                self._by_address[address] = jobs  # to the end
            if not job.verdict.done():
                return job
        return None


class Verdicts:
    """The workers, started with the service and started again when they die."""

    def __init__(
        self,
        *,
        within_s: float,
        workers: int = WORKERS,
        command: tuple[str, ...] = COMMAND,
        kept: Path | None = None,
        hangs_after_s: float = HANGS_AFTER_S,
    ) -> None:
        self._within_s = within_s
        self._workers = workers
        self._command = (*command, str(kept)) if kept else command  # where the rules are kept compiled
        self._hangs_after_s = hangs_after_s
        self._first, self._over_rate = _Line(), _Line()
        self._news = asyncio.Event()
        self._ready = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start the workers; `ready` tells when the first has read the rules."""
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._keep_one(number)) for number in range(self._workers)]

    async def ready(self, *, within_s: float = STARTS_WITHIN_S) -> None:
        """Wait for the first worker. Without one the service starts all the same: all is "unsure"."""
        try:
            await asyncio.wait_for(self._ready.wait(), within_s)
        except TimeoutError:
            logger.error("Alert: no worker of safety after %s s, every message counts as unsure", within_s)

    async def stop(self) -> None:
        """End the workers."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def on(self, text: str, *, address: str = "", is_over_rate: bool = False) -> Verdict:
        """Judge one text. Never raises, never takes longer than the deadline.

        What is over its rate is judged by one worker alone, when nothing else waits.
        """
        job = _Job(text)
        self._put(job, address, is_over_rate=is_over_rate)
        try:
            return await asyncio.wait_for(job.verdict, self._within_s)
        except TimeoutError:
            logger.error("No verdict within %s s, so it is unsure", self._within_s)
            return unsure(text)

    def _put(self, job: _Job, address: str, *, is_over_rate: bool) -> None:
        (self._over_rate if is_over_rate else self._first).put(address, job)
        self._news.set()

    async def _next(self, number: int) -> _Job:
        while True:
            job = self._first.take() or (self._over_rate.take() if number == 0 else None)
            if job is not None:
                return job
            self._news.clear()
            await self._news.wait()

    async def _keep_one(self, number: int) -> None:
        """Keep one worker at work; a dead one is started anew, after a while when that does not help."""
        failures = 0
        while True:
            process = None
            try:
                process = await self._started()
                failures = 0
                await self._work(process, number)
            except (OSError, EOFError, ValueError, TimeoutError) as error:
                logger.error("Alert: a worker of safety is started again: %s", type(error).__name__)
            finally:
                await _end(process)
            await asyncio.sleep(RESTARTS_S[min(failures, len(RESTARTS_S) - 1)])
            failures += 1

    async def _started(self) -> Process:
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, cwd=_ROOT, limit=MAX_LINE_BYTES
        )
        try:
            await _line(process, STARTS_WITHIN_S)
        except BaseException:
            await _end(process)
            raise
        self._ready.set()
        return process

    async def _work(self, process: Process, number: int) -> None:
        while True:
            job = await self._next(number)
            if process.stdout is None or process.stdout.at_eof():
                # It died while it had nothing to do: that is no try of this text.
                self._put(job, "", is_over_rate=False)
                raise EOFError
            try:
                verdict = await self._judged(process, job.text)
            except BaseException:
                self._again_or_unsure(job)
                raise
            if not job.verdict.done():  # else too late
                job.verdict.set_result(verdict)

    def _again_or_unsure(self, job: _Job) -> None:
        """Try once more what a dead worker was given: it may have died before, of something else."""
        if job.may_retry:
            job.may_retry = False
            self._put(job, "", is_over_rate=False)
        elif not job.verdict.done():
            job.verdict.set_result(unsure(job.text))

    async def _judged(self, process: Process, text: str) -> Verdict:
        assert process.stdin is not None
        process.stdin.write(json.dumps(text).encode() + b"\n")
        return Verdict(**json.loads(await _line(process, self._hangs_after_s)))


async def _line(process: Process, within_s: float) -> bytes:
    assert process.stdout is not None
    # Not wait_for: before Python 3.12 it forgets a cancellation that comes together with the line, and
    # whoever stops the workers would wait for ever.
    async with asyncio.timeout(within_s):
        line = await process.stdout.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    return line


async def _end(process: Process | None) -> None:
    if process is None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
