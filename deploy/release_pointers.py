"""What the release folders ask of the supervisor: which releases want a bot, and with which model."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PUBLISHED, CANDIDATE = "published", "candidate"
MAY_BE_AWAITED_S = 90.0  # longer than the web half waits for a bot
POINTED_AT_AFTER_S = 5.0  # a build that ended: by then the web half has pointed at its release
MODEL, MANIFEST = "model.tar.gz", "manifest.json"


@dataclass(frozen=True)
class WantedRelease:
    """A release that wants a bot. Releases of the same `learnt` have the same model: one bot serves them."""

    release: str
    learnt: str
    model: Path

    def is_whole(self) -> bool:
        """Whether the model is the one that was built, byte for byte."""
        try:
            files = json.loads((self.model.parent / MANIFEST).read_text(encoding="utf-8"))["files"]
            with self.model.open("rb") as file:
                return bool(hashlib.file_digest(file, "sha256").hexdigest() == files[MODEL])
        except (OSError, ValueError, KeyError):
            return False


def wanted(releases: Path) -> list[WantedRelease]:
    """The published release first, then the one to be tried; one entry for each model."""
    found: dict[str, WantedRelease] = {}
    for pointer in (PUBLISHED, CANDIDATE):
        release = _read(releases / pointer)
        entry = _entry(releases, release) if release else None
        if entry is not None:
            found.setdefault(entry.learnt, entry)
    return list(found.values())


class Pointers:
    """What the folders ask for from one look to the next.

    While a build is at work, which needs memory, nobody needs a bot of what was to be tried before
    it: a release of its own takes that place. What was pointed at just now, or is pointed at while it
    works, somebody waits for, as an undo does: that is wanted all the same.
    """

    def __init__(self, releases: Path) -> None:
        self._releases = releases
        self._aside: tuple[str, float] | None = None  # what was to be tried, and since when
        self.is_building = False  # at the last look
        self._built_at_s = 0.0

    def wanted(self) -> list[WantedRelease]:
        """As `wanted`, without what a build has put aside."""
        asked_for, tried = wanted(self._releases), self._tried()
        self._put_aside(tried)
        return asked_for[:1] if tried == self._aside else asked_for

    def tried_at_s(self) -> float:
        """When it was last said what is to be tried, in the file system's seconds; 0 when nothing is."""
        return self._tried()[1]

    def clear(self, releases: set[str]) -> bool:
        """Take the pointer away that names one of these as to be tried; False when it names another.

        It is moved aside before it is read: what the web half points at meanwhile is not lost.
        """
        pointer, aside = self._releases / CANDIDATE, self._releases / f"{CANDIDATE}.cleared"
        with suppress(OSError):
            pointer.replace(aside)
            is_cleared = _read(aside) in releases
            if not is_cleared:
                os.link(aside, pointer)  # not over a newer one
            aside.unlink()
            return is_cleared
        aside.unlink(missing_ok=True)
        return False

    def _put_aside(self, tried: tuple[str, float]) -> None:
        was_building, self.is_building = self.is_building, is_building(self._releases)
        now_s = time.monotonic()
        if self.is_building:
            self._built_at_s = now_s
            if not was_building:
                self._aside = tried if time.time() - tried[1] > MAY_BE_AWAITED_S else None
        elif now_s > self._built_at_s + POINTED_AT_AFTER_S:
            self._aside = None

    def _tried(self) -> tuple[str, float]:
        pointer = self._releases / CANDIDATE
        with suppress(OSError):
            return _read(pointer), pointer.stat().st_mtime
        return "", 0.0


def is_building(releases: Path) -> bool:
    """Whether a build is at work, which needs memory: it holds its folder locked while it lives."""
    return any(_is_locked(folder) for folder in releases.glob("building-*"))


def _is_locked(folder: Path) -> bool:
    try:
        opened = os.open(folder, os.O_RDONLY)
    except OSError:  # it has just become a release, or is gone
        return False
    try:
        fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(opened)
    return False


def _entry(releases: Path, release: str) -> WantedRelease | None:
    folder = releases / release
    if not (folder / MODEL).exists():
        return None
    try:
        learnt = json.loads((folder / MANIFEST).read_text(encoding="utf-8")).get("learnt")
    except (OSError, ValueError):
        learnt = None
    return WantedRelease(release, str(learnt or f"release {release}"), folder / MODEL)


def _read(pointer: Path) -> str:
    try:
        return pointer.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
