"""What the bot half is given to read, when it runs as a user of its own, and what is taken from it.

The bot half parses strangers' text and is not trusted. So it sees no folder of the installation: the
releases that want a bot are laid into `serving`, by hard links that everybody may read, in a folder
that nobody else reaches; the bot's unit gets this one bound in, read-only. What it tells of its bots is
believed only where it names a wanted release and an address on this machine.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import re
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from deploy.bots import STATE_FILE
from deploy.processes import Say
from deploy.release_pointers import CANDIDATE, MANIFEST, MODEL, PUBLISHED, Pointers, is_building, wanted

SERVING = "serving"

LOOK_EVERY_S = 1.0
MAX_STATE_BYTES = 65_536
MAX_BOTS = 9  # FRONT_DESK_BOTS at its most, and one beside them
URL = re.compile(r"http://127\.0\.0\.1:([1-9]\d{3,4})")
BUILDING = "building-elsewhere"


class ReleaseMirror:
    """Keeps `serving` as the releases are, and the web half's list of bots as the bot half tells it."""

    def __init__(self, var: Path, encoder: Path, told: Path) -> None:
        self._releases = var / "releases"
        self._encoder = encoder
        self._told = told
        self._serving = var / SERVING
        self._state = self._releases / STATE_FILE
        self._lock: int | None = None

    def published_url(self) -> str | None:
        """Address of the published release's bot, when it is ready."""
        learnt = next((entry.learnt for entry in wanted(self._releases)), None)
        bots = self._believed()
        return next((bot["url"] for bot in bots if bot["is_ready"] and bot["learnt"] == learnt), None)

    async def keep(self, say: Say) -> None:
        """Look again and again, until cancelled."""
        told_problem = ""
        try:
            while True:
                try:
                    await asyncio.to_thread(self.look)
                    told_problem = ""
                except OSError as error:  # a full disk, for example: the bots go on with what they have
                    if (problem := f"The bot half's files cannot be renewed: {error}.") != told_problem:
                        say(problem)
                        told_problem = problem
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            self._state.unlink(missing_ok=True)
            self._hold_building(False)

    def look(self) -> None:
        """Bring both up to date once."""
        self._clear_given_up()
        releases = self._serving / "releases"
        releases.mkdir(parents=True, exist_ok=True)
        for folder in (self._serving, releases):
            folder.chmod(0o755)
        self._hold_building(is_building(self._releases))
        if self._encoder.is_dir():
            _lay(self._encoder, self._serving / "encoder", (file.name for file in self._encoder.iterdir()))
        names = {entry.release for entry in wanted(self._releases)}
        for name in names:
            _lay(self._releases / name, releases / name, (MODEL, MANIFEST))
        for pointer in (PUBLISHED, CANDIDATE):
            _copy(self._releases / pointer, releases / pointer)
        for folder in releases.iterdir():
            if folder.is_dir() and folder.name not in names | {BUILDING}:
                shutil.rmtree(folder)
        self._pass_on()

    def _pass_on(self) -> None:
        """Write the list of bots that the web half reads, when it changed."""
        text = json.dumps({"bots": self._believed()})
        if not self._state.exists() or self._state.read_text(encoding="utf-8") != text:
            draft = self._state.with_name(f"{STATE_FILE}.next")
            draft.write_text(text, encoding="utf-8")
            draft.replace(self._state)

    def _believed(self) -> list[dict[str, Any]]:
        """The bots that the bot half tells of, as far as they can be true."""
        known = {path.name for path in self._releases.iterdir() if (path / MANIFEST).exists()}
        found: list[dict[str, Any]] = []
        for bot in _list_in(_read(self._told), "bots")[:MAX_BOTS]:
            release, learnt, url = (bot.get(name) for name in ("release", "learnt", "url"))
            if not isinstance(url, str) or not URL.fullmatch(url):
                continue
            if isinstance(release, str) and release in known and isinstance(learnt, str):
                ready = bot.get("is_ready") is True
                found.append({"release": release, "learnt": learnt, "url": url, "is_ready": ready})
        return found

    def _clear_given_up(self) -> None:
        """Take the pointer away to a release that the bot half has given up, unless it is a newer one."""
        pointers = Pointers(self._releases)
        for entry in _list_in(_read(self._told), "given_up"):
            since_s = entry.get("tried_at_s")
            if isinstance(since_s, float) and 0 < pointers.tried_at_s() <= since_s:
                pointers.clear({str(entry.get("release"))})

    def _hold_building(self, builds: bool) -> None:
        """Show the bot half that a build is at work, as the build itself does: by a lock on a folder."""
        folder = self._serving / "releases" / BUILDING
        if builds and self._lock is None:
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)
            self._lock = os.open(folder, os.O_RDONLY)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        elif not builds and self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _lay(source: Path, to: Path, names: Iterable[str]) -> None:
    """Link files into a folder, each as it is now; a changed one is linked anew."""
    to.mkdir(exist_ok=True)
    to.chmod(0o755)
    for name in names:
        file, link = source / name, to / name
        if not file.is_file() or (link.exists() and link.samefile(file)):
            continue
        file.chmod(0o644)  # it stands in folders that others cannot enter
        draft = to / f".{name}.next"
        draft.unlink(missing_ok=True)
        try:
            os.link(file, draft)
        except OSError:  # another file system
            shutil.copyfile(file, draft)
            draft.chmod(0o644)
        draft.replace(link)


def _copy(pointer: Path, to: Path) -> None:
    """Copy a pointer with its time, which says since when it points there."""
    try:
        text, seen = pointer.read_text(encoding="utf-8"), pointer.stat()
    except FileNotFoundError:
        to.unlink(missing_ok=True)
        return
    with suppress(FileNotFoundError):
        if to.stat().st_mtime_ns == seen.st_mtime_ns and to.read_text(encoding="utf-8") == text:
            return
    draft = to.with_name(f".{to.name}.next")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o644)
    os.utime(draft, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    draft.replace(to)


def _read(told: Path) -> Any:
    """What the bot half wrote; nothing when it is no small plain file of JSON."""
    try:
        # No link is followed, and a pipe does not hold us up.
        opened = os.open(told, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(opened, "rb") as file:
        seen = os.fstat(opened)
        if not stat.S_ISREG(seen.st_mode) or seen.st_size > MAX_STATE_BYTES:
            return None
        try:
            return json.loads(file.read(MAX_STATE_BYTES))
        except (ValueError, RecursionError, OSError):
            return None


def _list_in(data: Any, name: str) -> list[dict[str, Any]]:
    found = data.get(name) if isinstance(data, dict) else None
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
