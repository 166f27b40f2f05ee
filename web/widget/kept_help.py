"""Keeps the help without a server from one start to the next: choosing the plain rules takes two seconds.

The first line of the file is a hash of everything the help is made from and of the help itself. Another
version, other rules, or a file that is not whole: it is made again.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import safety
from web.core import i18n
from web.safety import crisis_cards

logger = logging.getLogger(__name__)
FILE = "help-without-server.json"
_SAFETY = Path(safety.__file__).parent
_LEFT_OUT = {"corpus", "model", "__pycache__"}  # they decide other things


def kept(var: Path, make: Callable[[], str]) -> str:
    """The help as it was made last, if nothing has changed since; else made now, and kept."""
    file, made_from = var / FILE, _made_from()
    try:
        seal, _, told = file.read_text(encoding="utf-8").partition("\n")
        if told and seal == _seal(made_from, told):
            return told
    except (OSError, ValueError):
        pass  # none yet, or not readable: made below
    told = make()
    try:
        _keep(file, f"{_seal(made_from, told)}\n{told}")
    except OSError as error:  # a full disk: the next start makes it again
        logger.warning("The help without a server could not be kept: %s", error.strerror)
    return told


def _seal(made_from: str, told: str) -> str:
    return hashlib.sha256(f"{made_from}\n{told}".encode()).hexdigest()


def _made_from() -> str:
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(f"{path.name}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    every = sorted(path for path in _SAFETY.rglob("*") if path.suffix in (".py", ".yml"))
    yield from (path for path in every if not _LEFT_OUT & set(path.relative_to(_SAFETY).parts))
    yield Path(crisis_cards.__file__)
    yield from sorted((Path(i18n.__file__).parent / "locales").iterdir())


def _keep(file: Path, content: str) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        draft.write_text(content, encoding="utf-8")
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
