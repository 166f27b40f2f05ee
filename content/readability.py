"""How hard a text is to read: the Flesch-Kincaid grade, counted the same way in both halves.

Grade = 0.39 x words per sentence + 11.8 x syllables per word - 15.59 (Kincaid et al., 1975).
Syllables are counted from spelling, which puts a text half a grade higher than a dictionary does.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_WORD = re.compile(r"[\w'’-]+")
_SENTENCE_END = re.compile(r"[.!?]+(?=[\s\"”’)]|$)|\n+")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_VOWELS = re.compile(r"[aeiouy]+")
# Two vowels side by side that are spoken apart: "reliable", "situation", "being".
_APART = re.compile(r"(?<![tcgs])i[ao]|(?<!q)u[ao]|[^aeiou]eo|ying|ie[nt]")


def grade_of(text: str, plain_words: Collection[str] = ()) -> float:
    """Flesch-Kincaid grade of a text; words that its readers know count as one syllable."""
    worded = _PLACEHOLDER.sub("it", text)
    words = _WORD.findall(worded)
    if not words:
        return 0.0
    sentences = sum(1 for part in _SENTENCE_END.split(worded) if _WORD.search(part))
    spoken = sum(1 if word.lower() in plain_words else syllables(word) for word in words)
    return 0.39 * len(words) / max(1, sentences) + 11.8 * spoken / len(words) - 15.59


def syllables(word: str) -> int:
    """Syllables of one English word, guessed from its spelling."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) <= 3:
        return 1
    count = len(_VOWELS.findall(letters)) + len(_APART.findall(letters))
    if (
        (letters.endswith("e") and not letters.endswith(("le", "ee", "ie", "oe", "ye")))
        or (re.search(r"[^td]ed$", letters) and not letters.endswith(("eed", "ied")))
        or (re.search(r"[^sxzcghl]es$", letters) and not letters.endswith(("ies", "ees")))
    ):
        count -= 1
    return max(1, count)
