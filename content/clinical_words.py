"""Whether a text is clinical, from its words alone: data says which, here they are looked for.

The words of any clinic stand in `content/clinical.yml`, a clinic's own in its `data/clinical.yml`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA

from content.yaml_files import read_plain

LISTS = ("medicines", "body", "conditions", "effects", "promises", "advice")
GENERAL = Path(__file__).with_name("clinical.yml")
MAX_CHARS = 20_000  # of one text; an answer has fewer
# So long a word with one letter wrong is still this word ("ibuprofin").
MIN_MISSPELT = 8
MAX_SAID_CHARS = 60
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|[.!?;:%]|\n\s*\n")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][ .*_-]){3,}[^\W\d_](?!\w)")
_JOINED = re.compile(r"(?<=[^\W\d_])[\u00ad\u200b-\u200f\u2060\ufeff*_]+(?=[^\W\d_])")
_ENDS = frozenset(".!?;:")
_QUOTES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"))
_FACT = re.compile(r"\{\w+\}")

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    """Why a text is clinical: the kind of words, and the words as they stand there."""

    kind: str
    said: str


@dataclass(frozen=True)
class Together:
    """Two words that make a sentence clinical when the second follows the first."""

    first: frozenset[Phrase]
    then: frozenset[Phrase]
    within: int

    @cached_property
    def _by_beginning(self) -> dict[str, list[Phrase]]:
        found: dict[str, list[Phrase]] = {}
        for phrase in self.first:
            found.setdefault(phrase[0][:2], []).append(phrase)
        return found

    def at(self, word: str) -> Sequence[Phrase]:
        """The phrases of `first` that may begin with this word."""
        return self._by_beginning.get(word[:2], ())


@dataclass(frozen=True)
class _Token:
    word: str
    start: int
    end: int


@dataclass(frozen=True)
class ClinicalWords:
    """What makes a text clinical: phrases by kind, pairs, what is harmless, and facts that always are."""

    phrases: Mapping[str, frozenset[Phrase]]
    together: tuple[Together, ...] = ()
    harmless: frozenset[Phrase] = frozenset()
    facts: frozenset[str] = frozenset()

    def reasons(self, text: str, *, names: Iterable[str] = ()) -> list[Reason]:
        """Everything that makes a text clinical, in its order; `names` (the clinic's own) never do."""
        return list(_reasons(self, text[:MAX_CHARS], tuple(names)))

    @cached_property
    def by_beginning(self) -> dict[str, list[tuple[str, Phrase]]]:
        """Phrases whose first word is whole, by that word."""
        found: dict[str, list[tuple[str, Phrase]]] = {}
        for kind, phrases in self.phrases.items():
            for phrase in phrases:
                if not phrase[0].endswith("*"):
                    found.setdefault(phrase[0], []).append((kind, phrase))
        return found

    @cached_property
    def open_ended(self) -> dict[str, list[tuple[str, Phrase]]]:
        """Phrases whose first word has any ending, by its first two letters."""
        found: dict[str, list[tuple[str, Phrase]]] = {}
        for kind, phrases in self.phrases.items():
            for phrase in phrases:
                if phrase[0].endswith("*"):
                    found.setdefault(phrase[0][:2], []).append((kind, phrase))
        return found

    @cached_property
    def long_words(self) -> dict[str, list[str]]:
        """Names of medicines that are known with a letter wrong, by their first letter."""
        found: dict[str, list[str]] = {}
        for phrase in self.phrases.get("medicines", ()):
            if len(phrase) == 1 and len(phrase[0].rstrip("*")) >= MIN_MISSPELT:
                found.setdefault(phrase[0][0], []).append(phrase[0].rstrip("*"))
        return found

    def __hash__(self) -> int:  # a key of caches; the mappings in it have none
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def read_words(project: Path | None = None) -> ClinicalWords:
    """The words of any clinic and those of a project."""
    documents = [_document(GENERAL)]
    own = project / "data" / "clinical.yml" if project else None
    if own and own.exists():
        documents.append(_document(own))
    every = [document.get("clinical") or {} for document in documents]
    return ClinicalWords(
        phrases={kind: frozenset().union(*(_phrases(each.get(kind)) for each in every)) for kind in LISTS},
        together=tuple(
            Together(_phrases(pair["first"]), _phrases(pair["then"]), int(pair["within"]))
            for each in every
            for pair in each.get("together") or ()
        ),
        harmless=_phrases(every[0].get("harmless")),  # what is harmless is no clinic's to say
        facts=frozenset(str(name) for each in every for name in each.get("facts") or ()),
    )


def _document(path: Path) -> Mapping[str, Any]:
    return dict(read_plain(path.read_text(encoding="utf-8")))


def _phrases(written: Any) -> frozenset[Phrase]:
    parts = str(written or "").split(",")
    return frozenset(phrase for part in parts if (phrase := _phrase(part)))


def _phrase(written: str) -> Phrase:
    words = []
    for part in written.split():
        tokens = [token.word for token in _tokens(part.rstrip("*"))]
        if tokens and part.endswith("*"):
            tokens[-1] += "*"
        words += tokens
    return tuple(words)


@lru_cache(maxsize=4_096)
def _reasons(words: ClinicalWords, text: str, names: tuple[str, ...]) -> tuple[Reason, ...]:
    shown = _plain(text)
    tokens = _without(_tokens(shown), [*words.harmless, *(_phrase(name) for name in names)])
    found = [*_named(words, tokens), *_paired(words, tokens)]
    return tuple(dict.fromkeys(Reason(kind, _said(shown[a:b])) for a, b, kind in _widest(found)))


def _widest(found: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """What no other words say more fully, in the order of the text."""
    last, furthest = (-1, -1), -1
    for start, end, kind in sorted(set(found), key=lambda each: (each[0], -each[1], each[2])):
        if end > furthest or (start, end) == last:
            yield start, end, kind
            last, furthest = (start, end), max(furthest, end)


def _plain(text: str) -> str:
    """As it is looked through: letters in their usual form, nothing hidden, spaced words joined."""
    plain = _JOINED.sub("", unicodedata.normalize("NFKC", _FACT.sub(" ", text)).translate(_QUOTES))
    return _SPACED.sub(lambda match: re.sub(r"[ .*_-]", "", match.group()), plain)


def _tokens(shown: str) -> list[_Token]:
    return [_Token(_folded(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(shown)]


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFD", word.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


def _without(tokens: Sequence[_Token], phrases: Iterable[Phrase]) -> list[_Token]:
    """The words that are left; where some were taken out nothing comes together."""
    by_first: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        if phrase:
            by_first.setdefault(phrase[0].rstrip("*"), []).append(phrase)
    left, at = [], 0
    while at < len(tokens):
        fits = [p for p in by_first.get(tokens[at].word, ()) if _is_at(p, tokens, at)]
        if fits:
            left.append(_Token("", tokens[at].start, tokens[at].start))
            at += max(map(len, fits))
        else:
            left.append(tokens[at])
            at += 1
    return left


def _named(words: ClinicalWords, tokens: Sequence[_Token]) -> Iterator[tuple[int, int, str]]:
    for at, token in enumerate(tokens):
        for kind, phrase in words.by_beginning.get(token.word, ()):
            if _is_at(phrase, tokens, at):
                yield token.start, tokens[at + len(phrase) - 1].end, kind
        for kind, phrase in words.open_ended.get(token.word[:2], ()):
            if token.word.startswith(phrase[0][:-1]) and _is_at(phrase, tokens, at):
                yield token.start, tokens[at + len(phrase) - 1].end, kind
        if len(token.word) >= MIN_MISSPELT - 1 and _is_misspelt(token.word, words):
            yield token.start, token.end, "medicines"


def _is_misspelt(word: str, words: ClinicalWords) -> bool:
    known = words.long_words.get(word[0], ())
    return any(OSA.distance(word, each, score_cutoff=1) <= 1 for each in known)


def _paired(words: ClinicalWords, tokens: Sequence[_Token]) -> Iterator[tuple[int, int, str]]:
    for pair in words.together:
        firsts = [
            at for at in range(len(tokens)) if any(_is_at(p, tokens, at) for p in pair.at(tokens[at].word))
        ]
        for first in firsts:
            for at in range(first + 1, min(first + pair.within + 2, len(tokens))):
                if tokens[at].word in _ENDS or not tokens[at].word.strip():
                    break
                if phrase := next((p for p in pair.then if _is_at(p, tokens, at)), None):
                    yield tokens[first].start, tokens[at + len(phrase) - 1].end, "advice"
                    break


def _is_at(phrase: Phrase, tokens: Sequence[_Token], at: int) -> bool:
    if at + len(phrase) > len(tokens):
        return False
    return all(_fits(part, tokens[at + place].word) for place, part in enumerate(phrase))


def _fits(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def _said(words: str) -> str:
    said = " ".join(words.split())
    return said if len(said) <= MAX_SAID_CHARS else f"{said[:MAX_SAID_CHARS]}…"
