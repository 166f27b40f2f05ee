"""Run slow commands and say what is going on; standard library only."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

LIVE_EVERY_S = 1.0
PLAIN_EVERY_S = 30.0
SHOWN_LOG_LINES = 15
# What pip, uv and the training say of it. Some say nothing and take away what they began: then little room
# says it.
NO_ROOM = re.compile(r"No space left on device|Disk quota exceeded")
FULL_BYTES = 20_000_000


class StepFailed(Exception):
    """A command of a step failed; the message holds the end of its output."""


@dataclass
class Progress:
    """Numbered steps: one line each, with a running clock when a person is watching."""

    total: int
    log: Path
    stream: TextIO = field(default_factory=lambda: sys.stdout)
    number: int = 0

    def step(self, title: str, *commands: Sequence[str | Path], environ: dict[str, str]) -> None:
        """Run the commands of one step, their output going to the log."""
        self.number += 1
        heading = f"[{self.number}/{self.total}] {title}"
        started_s = time.monotonic()
        self._say(f"{heading} ...")
        with self.log.open("ab") as log:
            start_of_step = log.tell()
            for command in commands:
                process = subprocess.Popen(command, stdout=log, stderr=log, env=environ)
                if self._watch(process, heading, started_s):
                    raise StepFailed(self._failure(heading, start_of_step, environ))
        self._say(f"{heading} ... done in {_clock(time.monotonic() - started_s)}", last=True)

    def _watch(self, process: subprocess.Popen[bytes], heading: str, started_s: float) -> int:
        """Wait for a command, telling the time; return its exit status."""
        every_s = LIVE_EVERY_S if self.stream.isatty() else PLAIN_EVERY_S
        try:
            while True:
                try:
                    return process.wait(timeout=every_s)
                except subprocess.TimeoutExpired:
                    self._say(f"{heading} ... {_clock(time.monotonic() - started_s)}")
        finally:
            if process.poll() is None:  # interrupted
                process.terminate()
                process.wait()

    def _say(self, line: str, *, last: bool = False) -> None:
        if self.stream.isatty():
            self.stream.write(f"\r\033[K{line}" + ("\n" if last else ""))
        else:
            self.stream.write(f"{line}\n")
        self.stream.flush()

    def _failure(self, heading: str, start_of_step: int, environ: dict[str, str]) -> str:
        if self.stream.isatty():
            self.stream.write("\n")
        output = self.log.read_bytes()[start_of_step:].decode(errors="replace")
        end = "\n".join(f"    {line}" for line in output.splitlines()[-SHOWN_LOG_LINES:])
        said = f"{heading} failed.{_about_room(self.log, output, environ)}"
        return f"{said} The end of its output (all of it: {self.log}):\n{end}"


def _clock(elapsed_s: float) -> str:
    minutes, seconds = divmod(round(elapsed_s), 60)
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"


def _about_room(log: Path, output: str, environ: dict[str, str]) -> str:
    """A sentence when a disk is full; it may have kept the output from being written, too."""
    places = [Path.cwd(), log.parent, Path(environ.get("TMPDIR") or ".")]
    room = {place: shutil.disk_usage(place).free for place in places if place.exists()}
    least = min(room, key=lambda place: room[place])
    if room[least] >= FULL_BYTES and not NO_ROOM.search(output):
        return ""
    free = f"{room[least] // 1_000_000:,} MB free"
    return f" The disk of {least} is full ({free}): make room, then start this again."
