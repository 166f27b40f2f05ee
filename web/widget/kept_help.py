"""Keeps the help without a server from one start to the next: choosing the plain rules takes two seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from safety import sealed_files
from web.core import i18n
from web.safety import crisis_cards

FILE = "help-without-server.json"


def kept(var: Path, make: Callable[[], str]) -> str:
    """The help as it was made last, if nothing has changed since; else made now, and kept."""
    made_from = sealed_files.hash_of(_sources())
    return sealed_files.kept(var / FILE, made_from, lambda: make().encode()).decode()


def _sources() -> Iterator[Path]:
    yield from sealed_files.sources_of_rules()
    yield Path(crisis_cards.__file__)
    yield from sorted((Path(i18n.__file__).parent / "locales").iterdir())
