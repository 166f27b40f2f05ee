"""Keeps logs bounded while their processes run, and gives the last of a disk to the record.

A process keeps its log open for months. So a long log is copied aside and emptied in place; what is
written between the two is lost, which a log may be. When the disk is nearly full, only the ends of the
logs stay, and what can be made again goes.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import suppress
from pathlib import Path

from deploy.processes import MAX_LOG_BYTES, Say
from deploy.release_pointers import is_building

LOOK_EVERY_S = 60.0
# Below the first, logs and cache give way; the second is well above it, so that it is said once.
LOW_BYTES, ENOUGH_BYTES = 500_000_000, 800_000_000
KEPT_WHEN_LOW_BYTES = 1_000_000
# Made again by the next build; the encoder and the releases are not among them.
CAN_BE_MADE_AGAIN = ("cache", "tmp")


class Housekeeping:
    """Looks after one var folder."""

    def __init__(self, var: Path) -> None:
        self._var = var
        self._is_low = False

    async def keep(self, say: Say) -> None:
        """Look once a minute, until cancelled."""
        while True:
            await asyncio.to_thread(self.look, say)
            await asyncio.sleep(LOOK_EVERY_S)

    def look(self, say: Say) -> None:
        """Shorten what is too long; on a disk that is nearly full, more of it."""
        free = shutil.disk_usage(self._var).free
        if free < LOW_BYTES and not self._is_low:
            self._is_low = True
            say(
                f"Alert: {free // 1_000_000} MB are free on the disk of {self._var}. Logs are cut and what"
                " can be made again is deleted, so that the record can be written. Make room."
            )
        elif free > ENOUGH_BYTES:
            self._is_low = False
        for log in self._logs():
            with suppress(OSError):  # somebody took it away, or the disk takes nothing
                self._shorten(log)
        if self._is_low:
            self._make_room()

    def _logs(self) -> list[Path]:
        return [*(self._var / "logs").glob("*.log"), *self._var.glob("*.log")]

    def _shorten(self, log: Path) -> None:
        aside = log.with_name(f"{log.name}.1")
        if self._is_low:
            aside.unlink(missing_ok=True)
            if log.stat().st_size > KEPT_WHEN_LOW_BYTES:
                keep_end(log, KEPT_WHEN_LOW_BYTES)
        elif log.stat().st_size > MAX_LOG_BYTES:
            put_aside(log, aside)

    def _make_room(self) -> None:
        if is_building(self._var / "releases"):
            return  # it reads the cache; when the disk is full it ends by itself
        for name in CAN_BE_MADE_AGAIN:
            folder = self._var / name
            if folder.is_dir() and not folder.is_symlink():
                for each in folder.iterdir():
                    shutil.rmtree(each, ignore_errors=True)
                    with suppress(OSError):
                        each.unlink(missing_ok=True)


def put_aside(log: Path, aside: Path) -> None:
    """Copy a log's last bytes aside and empty it; whoever writes to it goes on at its beginning."""
    draft = aside.with_name(f"{aside.name}.next")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, log.stat().st_mode & 0o777)
    with log.open("rb") as source, os.fdopen(opened, "wb") as copy:
        source.seek(max(0, log.stat().st_size - MAX_LOG_BYTES))
        shutil.copyfileobj(source, copy)
    draft.replace(aside)
    os.truncate(log, 0)


def keep_end(log: Path, size: int) -> None:
    """Leave only the end of a log, without room for a copy."""
    with log.open("r+b") as file:
        file.seek(-size, os.SEEK_END)
        end = file.read(size)
        file.truncate(0)
        file.seek(0)
        file.write(end)
