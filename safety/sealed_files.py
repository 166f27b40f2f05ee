"""Owns what is kept from one start to the next: a file that belongs to these sources, or is made again.

Its first line is a hash of all that it was made from and of what follows. Another version, other rules, a
file that is not whole, or one that somebody else could have written: it does not count.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

logger = logging.getLogger(__name__)
_FOLDER = Path(__file__).parent
_LEFT_OUT = {"corpus", "model", "__pycache__"}  # they decide other things
_SOURCES = (".py", ".yml")


def kept(file: Path, made_from: str, make: Callable[[], bytes]) -> bytes:
    """The content as it was made last, if nothing has changed since; else made now, and kept."""
    found = read(file, made_from)
    if found is None:
        found = make()
        keep(file, made_from, found)
    return found


def read(file: Path, made_from: str) -> bytes | None:
    """What was kept in a file, made from the same; None when there is nothing that can be trusted."""
    try:
        with file.open("rb") as source:
            if not _is_ours(os.fstat(source.fileno())):
                return None
            seal, _, content = source.read().partition(b"\n")
    except OSError:
        return None
    return content if content and seal == _seal(made_from, content) else None


def keep(file: Path, made_from: str, content: bytes) -> None:
    """Put the content into its place in one step; a full disk only costs the next start its time."""
    try:
        number, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")  # 0600
        draft = Path(name)
        try:
            with os.fdopen(number, "wb") as target:
                target.write(_seal(made_from, content) + b"\n" + content)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("%s could not be kept: %s", file.name, error.strerror)


def hash_of(sources: Iterable[Path], *more: str) -> str:
    """One hash of what stands in these files, and of more."""
    digest = hashlib.sha256("\n".join(more).encode())
    for path in sources:
        digest.update(f"{path.name}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def sources_of_rules() -> Iterator[Path]:
    """Every file that decides what the rules find: rules, words, and the code that reads them."""
    every = sorted(path for path in _FOLDER.rglob("*") if path.suffix in _SOURCES)
    yield from (path for path in every if not _LEFT_OUT & set(path.relative_to(_FOLDER).parts))


def _is_ours(found: os.stat_result) -> bool:
    """Whether nobody else than this user, or the system's, can have written it."""
    others = stat.S_IWGRP | stat.S_IWOTH
    return stat.S_ISREG(found.st_mode) and found.st_uid in (os.geteuid(), 0) and not found.st_mode & others


def _seal(made_from: str, content: bytes) -> bytes:
    return hashlib.sha256(f"{made_from}\n".encode() + content).hexdigest().encode()
