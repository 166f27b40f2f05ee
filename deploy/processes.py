"""Keep one process running, restart it when it dies, and never leave it behind."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

MAX_LOG_BYTES = 10_000_000
STOP_TIMEOUT_S = 5.0
CANNOT_START = 2  # exit status: a setting or a file is wrong, so starting again would not help
SHOWN_LOG_LINES = 12
PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LIBC = ctypes.CDLL(None, use_errno=True)

Say = Callable[[str], None]
Answers = Callable[[], Awaitable[bool]]  # asks a running part whether it is still there


class ChildRefused(Exception):
    """A part says that it cannot start as things are; the message holds the end of its log."""


class FileChanged(ChildRefused):
    """What a part is started with is not what it was: the part stays down, the others go on."""


@dataclass(frozen=True)
class Backoff:
    """How long to wait before the next restart: doubling, and from the start again once it held."""

    first_s: float = 1.0
    longest_s: float = 60.0
    steady_after_s: float = 60.0

    def next_delay_s(self, previous_s: float, *, ran_s: float) -> float:
        """Seconds to wait, given the previous wait (0 for none) and how long the process ran."""
        if previous_s == 0 or ran_s >= self.steady_after_s:
            return self.first_s
        return min(self.longest_s, previous_s * 2)


@dataclass(frozen=True)
class Watch:
    """How a part is asked whether it still answers, and after how many silences in a row it is ended."""

    answers: Answers
    every_s: float = 30.0
    silences: int = 3


@dataclass
class Child:
    """A part of Front Desk: what starts it, where it logs, and its process while it runs."""

    name: str
    command: Callable[[], list[str]]  # asked at each start: the published release may change
    environ: dict[str, str]
    folder: Path
    log: Path
    log_mode: int = 0o600
    shows_output: bool = False  # its standard output goes to the terminal, not to the log
    backoff: Backoff = field(default_factory=Backoff)
    watch: Watch | None = None
    pass_fds: tuple[int, ...] = ()  # files that are open here and that it takes over
    may_start: Callable[[], bool] | None = None  # asked at each start; it may read a large file
    process: asyncio.subprocess.Process | None = None
    starts: int = 0

    @property
    def is_running(self) -> bool:
        """Whether its process is there now."""
        return self.process is not None and self.process.returncode is None

    async def keep_running(self, say: Say) -> None:
        """Start the process again and again, until this is cancelled; then stop it."""
        delay_s = 0.0
        try:
            while True:
                started_s = time.monotonic()
                end = await self._run(say)
                delay_s = self.backoff.next_delay_s(delay_s, ran_s=time.monotonic() - started_s)
                say(f"{self.name} {end}\n    Starting it again in {delay_s:g} s. Its log: {self.log}")
                await asyncio.sleep(delay_s)
        finally:
            await self._stop()

    async def _run(self, say: Say) -> str:
        """Run the process once, and tell how it ended. Raises ChildRefused when it cannot start at all."""
        if self.may_start is not None and not await asyncio.to_thread(self.may_start):
            raise FileChanged(f"{self.name} is not started: its files are not the ones that were built.")
        try:
            self.process = await self._start()
        except OSError as error:  # no memory, no process, no disk: that passes, and the others go on
            return f"could not be started: {error.strerror or error}."
        hung = asyncio.create_task(self._end_when_hung(self.process, say))
        try:
            status = await self.process.wait()
        finally:
            hung.cancel()
        if status == CANNOT_START:
            raise ChildRefused(f"{self.name} cannot start:\n{_end_of(self.log, lines=SHOWN_LOG_LINES)}")
        return f"{_ending(status)}. Its last words:\n{_end_of(self.log, lines=3)}"

    async def _end_when_hung(self, process: asyncio.subprocess.Process, say: Say) -> None:
        """End a process that has answered once and does not any more: a restart may help."""
        if self.watch is None:
            return
        silences, has_answered = 0, False
        while silences < self.watch.silences:
            await asyncio.sleep(self.watch.every_s)
            if await self.watch.answers():
                silences, has_answered = 0, True
            else:
                silences += has_answered  # while it starts it may be silent
        say(f"{self.name} runs, but no longer answers. It is ended and started again.")
        signal_group(process.pid, signal.SIGKILL)

    async def _start(self) -> asyncio.subprocess.Process:
        self.starts += 1
        parent = os.getpid()
        with open_log(self.log, mode=self.log_mode) as log:
            return await asyncio.create_subprocess_exec(
                *self.command(),
                cwd=self.folder,
                env=self.environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=None if self.shows_output else log,
                stderr=log,
                pass_fds=self.pass_fds,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops in order
                preexec_fn=lambda: die_with(parent),
            )

    async def _stop(self) -> None:
        """Ask the process to end, and make it after STOP_TIMEOUT_S."""
        if self.process is None or self.process.returncode is not None:
            return
        signal_group(self.process.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), STOP_TIMEOUT_S)
        except TimeoutError:
            signal_group(self.process.pid, signal.SIGKILL)
            await self.process.wait()


def die_with(parent: int) -> None:
    """In a new child: be killed by the kernel when the parent ends, even by SIGKILL."""
    if _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)


def signal_group(process_id: int, number: signal.Signals) -> None:
    """Signal a child and what it started; it leads its own process group."""
    try:
        os.killpg(process_id, number)
    except ProcessLookupError:
        return  # ended meanwhile


def open_log(path: Path, *, mode: int = 0o600) -> BinaryIO:
    """Open a log for appending, for its owner only unless told; a long one is put aside first."""
    path.parent.mkdir(mode=0o750 if mode & 0o040 else 0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode), "ab")


def _ending(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


def _end_of(log: Path, *, lines: int) -> str:
    """The last lines of a log (logs hold no visitor's words); none when somebody removed it."""
    try:
        written = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        return f"    (its log cannot be read: {error.strerror})"
    # They go to a terminal: nothing in them may move it.
    shown = ("".join(sign if sign.isprintable() else "?" for sign in line) for line in written[-lines:])
    return "\n".join(f"    {line}" for line in shown)
