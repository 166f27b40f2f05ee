"""Owns what may not stand in the corpus: a text kept for measuring, or nearly one, and whom it names."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from safety.cleaning import normalise, tidy
from safety.lexicon import WORDS_FOLDER, read_yaml

# Two texts are nearly the same when they share so many of the longer one's runs of three words.
SAME_SHARE = 0.6
RUN = 3
# Of shorter texts everybody writes some: "how much is it" is nobody's own.
MIN_WORDS = 5
_NOT_OF_A_WORD = re.compile(r"\W+")
_NUMBER = re.compile(r"\b(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}\b")
_ADDRESS = re.compile(r"\S@\S+\.\w")
_FOLLOW_UP = " || "


def plain(text: str) -> str:
    """Give a text so that spelling of signs and capitals makes no difference."""
    return _NOT_OF_A_WORD.sub(" ", normalise(tidy(text))).strip()


def texts_of(paths: Iterable[Path]) -> Iterator[str]:
    """Give what visitors say in files kept for measuring: .tsv (column text), .jsonl and .yml."""
    for path in paths:
        if path.is_dir():
            yield from texts_of(sorted(each for each in path.rglob("*") if each.suffix in _READERS))
        else:
            yield from _READERS[path.suffix](path)


class Unseen:
    """Texts kept for measuring, found again by their runs of words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._whole: set[str] = set()
        self._counts: list[int] = []
        self._by_run: dict[tuple[str, ...], list[int]] = {}
        for text in texts:
            self._add(plain(text))

    def has(self, text: str) -> bool:
        """Tell whether this is one of them, or nearly."""
        same = plain(text)
        if len(same.split()) < MIN_WORDS:
            return False
        if same in self._whole:
            return True
        runs = _runs(same)
        shared: dict[int, int] = {}
        for run in runs:
            for at in self._by_run.get(run, ()):
                shared[at] = shared.get(at, 0) + 1
        return any(n >= SAME_SHARE * max(len(runs), self._counts[at]) for at, n in shared.items())

    def _add(self, text: str) -> None:
        if text in self._whole:
            return
        self._whole.add(text)
        runs = _runs(text)
        for run in runs:
            self._by_run.setdefault(run, []).append(len(self._counts))
        self._counts.append(len(runs))


def names_somebody(text: str) -> bool:
    """Tell whether a text has a full name, a title with a name, a telephone number or an e-mail address."""
    return any(pattern.search(text) for pattern in (_full_names(), _NUMBER, _ADDRESS))


@cache
def _full_names() -> re.Pattern[str]:
    data: dict[str, str] = read_yaml(WORDS_FOLDER / "names.yml")
    given, titles = ("|".join(data[name].split()) for name in ("given", "titles"))
    return re.compile(rf"\b(?:(?:{titles})\.?|(?:{given})) [A-ZÁÉÍÓÚÑ][a-záéíóúñ]{{2,}}\b")


def _runs(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return set(zip(*(words[at:] for at in range(RUN)), strict=False))


def _from_table(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield from str(row.get("text") or "").split(_FOLLOW_UP)


def _from_lines(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield from _said(json.loads(line))


def _said(data: Any) -> Iterator[str]:
    """Everything under `say`, `text` or `user`, however deep."""
    if isinstance(data, list):
        for each in data:
            yield from _said(each)
    elif isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, str):
                yield from (value,) if key in ("say", "text", "user") else ()
            else:
                yield from _said(value)


def _from_yaml(path: Path) -> Iterator[str]:
    yield from _said(read_yaml(path))


_READERS: dict[str, Any] = {".tsv": _from_table, ".jsonl": _from_lines, ".yml": _from_yaml}
