"""Owns the words of a language as data: spellings, groups, fillers, people; rules.py owns the rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safety.pattern_syntax import split_alternatives

WORDS_FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("en", "es")


@dataclass
class Lexicon:
    """The words of one language; `vocabulary` grows by every word a rule's pattern uses."""

    language: str
    groups: dict[str, list[str]]
    spellings: dict[tuple[str, ...], tuple[str, ...]]
    fillers: frozenset[str]
    repaired: frozenset[str]
    kept: frozenset[str]
    first_person: frozenset[str]
    third_person: frozenset[str]
    reflexive: frozenset[str]
    anybody: frozenset[str]
    questions: frozenset[str]
    vocabulary: set[str] = field(default_factory=set)
    # The longest spelling that begins with a word, in words: how far the reader looks ahead.
    reach: dict[str, int] = field(default_factory=dict)


def read_yaml(path: Path) -> Any:
    """Read one YAML 1.2 file ("no" is a word, not false)."""
    from ruamel.yaml import YAML  # a start with the rules kept compiled reads none

    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def load_lexicon(language: str) -> Lexicon:
    """Read words/<language>.yml."""
    data = read_yaml(WORDS_FOLDER / f"{language}.yml")
    spellings = _spellings(data["spellings"])
    lexicon = Lexicon(
        language=language,
        groups={name: split_alternatives(str(value)) for name, value in data["groups"].items()},
        spellings=spellings,
        fillers=_words(data["fillers"]),
        repaired=_words(data["repaired"]),
        kept=_words(data["kept"]),
        first_person=_words(data["first_person"]),
        third_person=_words(data["third_person"]),
        reflexive=_words(data["reflexive"]),
        anybody=_words(data["anybody"]),
        questions=_words(data["questions"]),
        reach=_reach(spellings),
    )
    for written, meant in spellings.items():
        lexicon.vocabulary.update(meant, written if len(written) == 1 else ())
    lexicon.vocabulary |= lexicon.fillers | lexicon.repaired | lexicon.kept | lexicon.third_person
    return lexicon


def _spellings(table: dict[str, str]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Turn `right phrase: wrong, wrong` round: what is written gives what is meant."""
    turned: dict[tuple[str, ...], tuple[str, ...]] = {}
    for meant, variants in table.items():
        for variant in str(variants).split(","):
            turned[tuple(variant.split())] = tuple(str(meant).split())
    return turned


def _reach(spellings: Iterable[tuple[str, ...]]) -> dict[str, int]:
    reach: dict[str, int] = {}
    for variant in spellings:
        reach[variant[0]] = max(len(variant), reach.get(variant[0], 0))
    return reach


def _words(value: str) -> frozenset[str]:
    return frozenset(str(value).split())
