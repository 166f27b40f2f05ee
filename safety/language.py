"""Owns which language a message is written in, by its everyday words; no model, no guess on names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from safety.cleaning import normalise, tidy
from safety.lexicon import WORDS_FOLDER, read_yaml

MAX_READ_CHARS = 2_000
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_SPANISH_SIGN = re.compile(r"[¿¡ñ]")
# Two words that only one of the other languages has.
OTHER_CERTAIN = 4


def language_of(text: str) -> str:
    """Give "en", "es" or "other"; "other" only when sure, "en" when nothing speaks against it."""
    normalised = normalise(tidy(text[:MAX_READ_CHARS]))
    words = _WORD.findall(normalised)
    if _mostly_foreign_letters(words):
        return "other"
    counts = {name: _count(words, name) for name in _languages()}
    english, spanish = counts.pop("en"), counts.pop("es")
    spanish += 2 * len(_SPANISH_SIGN.findall(normalised))
    other = max(counts.values())
    if other >= OTHER_CERTAIN and other > english and other > spanish:
        return "other"
    return "es" if spanish > english else "en"


def is_spanish(text: str) -> bool:
    """Tell whether a message is written in Spanish."""
    return language_of(text) == "es"


def _count(words: list[str], name: str) -> int:
    """Count the words of a language: two for one that only it has, one for a shared one, if any such."""
    own, shared = _languages()[name]
    certain = sum(2 for word in words if word in own)
    return certain + sum(1 for word in words if word in shared) if certain else 0


def _mostly_foreign_letters(words: list[str]) -> bool:
    letters = [letter for word in words for letter in word]
    foreign = sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return foreign > 0 and 2 * foreign > len(letters)


@lru_cache(maxsize=1)
def _languages() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    data = read_yaml(WORDS_FOLDER / "languages.yml")
    return {
        name: (frozenset(words["own"].split()), frozenset(words.get("shared", "").split()))
        for name, words in data.items()
    }
