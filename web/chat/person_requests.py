"""Recognises "a person, please" without any bot: for when none answers, or none that knows the language.

Deterministic, from the words in `person_requests.yml`. Where a bot answers in its own language, it decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from content.folding import folded
from content.yaml_files import read_plain

WORDS_FILE = Path(__file__).with_suffix(".yml")
MAX_READ_CHARS = 2_000
PERSON_INTENT = "talk_to_human"
_SENTENCE_END = re.compile(r"[.!?;\n¿¡]+")
_APOSTROPHES = re.compile(r"['\u2018\u2019\u02bc`\u00b4]")
_NO_WORD = re.compile(r"[^\w]+")

Words = Mapping[str, Any]


def asks_for_a_person(ask: Mapping[str, Any]) -> bool:
    """Whether what the bot was to be asked, a text or a pressed choice, is the wish for a person."""
    if "choice" in ask:
        return bool(ask["choice"]["intent"] == PERSON_INTENT)
    return wants_a_person(str(ask.get("text") or ""))


def wants_a_person(text: str) -> bool:
    """Whether a text asks for a person, in any language that the words are known of."""
    sentences = [words for part in _SENTENCE_END.split(text[:MAX_READ_CHARS]) if (words := _plain(part))]
    return any(_asks(f" {sentence} ", words) for words in _words().values() for sentence in sentences)


def _asks(sentence: str, words: Words) -> bool:
    if _is_only(sentence, words):
        return True
    found = [match for finder in _finders(words["name"]) for match in finder.finditer(sentence)]
    return any(not _is_refused(sentence[: match.start() + 1], words) for match in found)


def _is_only(sentence: str, words: Words) -> bool:
    """Whether there is nothing but a person and courtesies: "operator please"."""
    people = re.compile(f" (?:{_any_of(words['people'])})(?= )")
    rest = people.sub("", sentence).split()
    return bool(people.search(sentence)) and all(word in words["courtesies"] for word in rest)


def _is_refused(before: str, words: Words) -> bool:
    return any(f" {refusal} " in before for refusal in words["refusals"])


@cache
def _finders(language: str) -> tuple[re.Pattern[str], ...]:
    words = _words()[language]
    between = f"(?: [^ ]+){{0,{words['between']}}}?"
    unless = f"(?! (?:{_any_of(words['unless_followed_by'])}) )"
    wish = f" (?:{_any_of(words['acts'])}){between} (?:{_any_of(words['people'])})(?= ){unless}"
    return re.compile(wish), re.compile(f" (?:{_any_of(words['phrases'])})(?= )")


@cache
def _words() -> dict[str, Words]:
    known = read_plain(WORDS_FILE.read_text(encoding="utf-8"))
    return {language: {"name": language, **words} for language, words in known.items()}


def _any_of(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


def _plain(text: str) -> str:
    """Small letters without accents and apostrophes, one space between words."""
    return " ".join(_NO_WORD.sub(" ", folded(_APOSTROPHES.sub("", text))).split())
