"""Owns what the classifier sees of a message: its words, letters inside words, and runs of words' beginnings.

Training and use share this code, so that both count the same. A feature is known by a number alone.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from functools import cache

from safety.cleaning import normalise, tidy
from safety.lexicon import WORDS_FOLDER, read_yaml

MIN_LETTERS, MAX_LETTERS = 2, 5
# So many letters of a word stand for all its forms.
STEM_LETTERS = 5
# How many words may stand between two that are counted together.
MAX_BETWEEN = 2
# Of a longer text the beginning and the end are read: there the point stands, and the cost stays small.
MAX_READ_CHARS = 1_000
_TOKEN = re.compile(r"\w+|[^\w\s]")
_SAID = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
# A year says that something is over; the last few may be now.
_YEAR = re.compile(r"19\d\d|20[01]\d|202[0-3]")
_START, _END, _ANY_NUMBER, _PAST_YEAR, _BETWEEN = "<s>", "</s>", "<n>", "<year>", "_"


def readable(text: str) -> str:
    """Give a text as the classifier reads it: without accents and apostrophes, which people leave out."""
    half = MAX_READ_CHARS // 2
    shortened = text if len(text) <= MAX_READ_CHARS else f"{text[:half]} {text[-half:]}"
    plain = normalise(tidy(shortened)).replace("'", "")
    if plain.isascii():
        return plain
    return "".join(each for each in unicodedata.normalize("NFD", plain) if unicodedata.category(each) != "Mn")


def features(text: str) -> tuple[list[int], list[int]]:
    """Give the numbers of the words, and of the letters, of a readable text; what is there twice, twice."""
    return [_number(each) for each in _words(text)], [_number(each) for each in _letters(text.split())]


def blocks(text: str) -> tuple[list[int], ...]:
    """Give all that the classifier weighs: `features`, and the numbers of the beginnings of words."""
    return *features(text), [_number(each) for each in _stems(text)]


def _number(feature: str) -> int:
    return zlib.crc32(feature.encode("utf-8", "replace"))


def _words(text: str) -> Iterator[str]:
    """Words, runs of two and three, and pairs with others between; marked, so that no letters look alike."""
    said = _TOKEN.findall(text)
    yield from (f"w {word}" for word in said)
    meant = [_meant(word) for word in said]
    yield from (f"w {word}" for word, other in zip(meant, said, strict=True) if word != other)
    framed = [_START, *meant, _END]
    yield from (f"w {one} {two}" for one, two in itertools.pairwise(framed))
    yield from (f"w {' '.join(three)}" for three in zip(framed, framed[1:], framed[2:], strict=False))
    spoken = [word for word in framed if word not in ",.!?;"]
    for step in range(2, 2 + MAX_BETWEEN):
        yield from (f"w {one} {_BETWEEN} {two}" for one, two in zip(spoken, spoken[step:], strict=False))


def _stems(text: str) -> Iterator[str]:
    """Beginnings of words, alone and in runs: "swallowed all my" is nearly "swallow all of my"."""
    stems = [_START, *(_meant(word)[:STEM_LETTERS] for word in _SAID.findall(text)), _END]
    yield from (f"t {stem}" for stem in stems[1:-1])
    yield from (f"t {one} {two}" for one, two in itertools.pairwise(stems))
    yield from (f"t {' '.join(three)}" for three in zip(stems, stems[1:], stems[2:], strict=False))
    for step in range(2, 2 + MAX_BETWEEN):
        yield from (f"t {one} {_BETWEEN} {two}" for one, two in zip(stems, stems[step:], strict=False))


def _meant(word: str) -> str:
    if _YEAR.fullmatch(word):
        return _PAST_YEAR
    return _NUMBER.sub(_ANY_NUMBER, _relations().get(word, word))


def _letters(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        padded = f" {word} "
        for length in range(MIN_LETTERS, MAX_LETTERS + 1):
            if length >= len(padded):
                yield padded
                break
            for start in range(len(padded) - length + 1):
                yield padded[start : start + length]


@cache
def _relations() -> dict[str, str]:
    """By word, what somebody is to the visitor."""
    data: dict[str, str] = read_yaml(WORDS_FOLDER / "relations.yml")
    return {word: f"<{relation}>" for relation, words in data.items() for word in words.split()}
