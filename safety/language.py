"""Owns which language a message is written in, by its everyday words; no model, no guess on names."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from safety.cleaning import normalise, tidy
from safety.lexicon import WORDS_FOLDER, read_yaml

MAX_READ_CHARS = 2_000
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_SPANISH_SIGN = re.compile(r"[¿¡]")
# Two words that only one of the other languages has.
OTHER_CERTAIN = 4


def language_of(text: str) -> str:
    """Give "en", "es" or "other"; "other" only when sure, "en" when nothing speaks against it."""
    normalised = normalise(tidy(text[:MAX_READ_CHARS]))
    words = _WORD.findall(normalised)
    if _mostly_foreign_letters(words):
        return "other"
    counts = _count(words)
    english, spanish = counts.pop("en"), counts.pop("es")
    spanish += 2 * _spanish_signs(tidy(text[:MAX_READ_CHARS]))
    other = max(counts.values())
    if other >= OTHER_CERTAIN and other > english and other > spanish:
        return "other"
    return "es" if spanish > english else "en"


def _spanish_signs(text: str) -> int:
    """How many signs only Spanish has; in a name like Peña an "ñ" says nothing about the language."""
    words = _WORD.findall(unicodedata.normalize("NFC", text))
    return len(_SPANISH_SIGN.findall(text)) + sum("ñ" in w.lower() and not w.istitle() for w in words)


def _count(words: list[str]) -> dict[str, int]:
    """Count the words of each language: two for one that only it has, one for a shared one, if any such."""
    own, shared = _languages()
    certain, likely = Counter[str](), Counter[str]()
    for word in words:
        certain.update(own.get(word, ()))
        likely.update(shared.get(word, ()))
    return {name: 2 * certain[name] + likely[name] if certain[name] else 0 for name in _names()}


def _mostly_foreign_letters(words: list[str]) -> bool:
    letters = "".join(words)
    if letters.isascii():
        return False
    foreign = sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return foreign > 0 and 2 * foreign > len(letters)


@lru_cache(maxsize=1)
def _languages() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """By word, the languages that have it: for themselves, and together with others."""
    own: dict[str, list[str]] = {}
    shared: dict[str, list[str]] = {}
    for name, words in _files().items():
        for found, written in ((own, words["own"]), (shared, words.get("shared", ""))):
            for word in set(written.split()):
                found.setdefault(word, []).append(name)
    return own, shared


def _names() -> Iterable[str]:
    return _files().keys()


@lru_cache(maxsize=1)
def _files() -> dict[str, dict[str, str]]:
    data: dict[str, dict[str, str]] = read_yaml(WORDS_FOLDER / "languages.yml")
    return data
