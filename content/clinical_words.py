"""Whether a text is clinical, from its words alone: data says which.

The words of any clinic stand in `content/clinical.yml`, a clinic's own in its `data/clinical.yml`;
`content/clinical_matchers.py` finds them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from content.folding import folded
from content.yaml_files import read_plain

if TYPE_CHECKING:
    from content.clinical_matchers import Finder

LISTS = ("medicines", "body", "conditions", "effects", "promises", "advice")
GENERAL = Path(__file__).with_name("clinical.yml")
MAX_CHARS = 20_000  # of one text; an answer has fewer
MAX_SAID_CHARS = 60
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|[.!?;:%]|\n\s*\n")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][ .*_-]){3,}[^\W\d_](?!\w)")
_JOINED = re.compile(r"(?<=[^\W\d_])[\u00ad\u200b-\u200f\u2060\ufeff*_]+(?=[^\W\d_])")
# A digit for a letter ("p1lls"), and pictures of what is taken or smoked.
_FIGURE = re.compile(r"(?<=[^\W\d_])[013457](?=[^\W\d_])")
_AS_LETTER = str.maketrans("013457", "oieast")
_PICTURES = re.compile("[\U0001f48a\U0001f489\U0001f377\U0001f378\U0001f37a\U0001f943\U0001f344\U0001f6ac]")
_QUOTES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"))
_FACT = re.compile(r"\{\w+\}")
# Letters of another script that look like Latin ones within a Latin word: nobody writes so by chance.
_MIXED = re.compile(r"\b(?=\w*[a-z])(?=\w*[\u0370-\u03ff\u0400-\u04ff])\w+\b", re.IGNORECASE)

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


@dataclass(frozen=True)
class Token:
    """A word of a text as it is looked for, and where it stands."""

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
    addressed: frozenset[Phrase] = frozenset()
    running: frozenset[Phrase] = frozenset()

    def reasons(self, text: str, *, names: Iterable[str] = ()) -> list[Reason]:
        """Everything that makes a text clinical, in its order; `names` (the clinic's own) never do."""
        return list(_reasons(self, text[:MAX_CHARS], tuple(names)))

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
        addressed=_phrases(every[0].get("addressed")),
        running=_phrases(every[0].get("running")),
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


@lru_cache(maxsize=8)
def _finder(words: ClinicalWords, names: tuple[str, ...]) -> Finder:
    from content.clinical_matchers import Finder  # spaCy: only where a text is judged

    harmless = words.harmless | {_phrase(name) for name in names} - {()}
    return Finder(words.phrases, words.together, harmless, addressed=words.addressed, running=words.running)


@lru_cache(maxsize=65_536)  # every question and reply of a large clinic, judged anew with each change
def _reasons(words: ClinicalWords, text: str, names: tuple[str, ...]) -> tuple[Reason, ...]:
    shown = _plain(text)
    found = _finder(words, names).find(_tokens(shown))
    found += [(match.start(), match.end(), "disguised") for match in _MIXED.finditer(shown)]
    found += [(match.start(), match.end(), "medicines") for match in _PICTURES.finditer(shown)]
    # A whole sentence says less than the words in it that are clinical by themselves.
    named = [each for each in found if each[2] != "told"] or found
    return tuple(dict.fromkeys(Reason(kind, _said(shown[a:b])) for a, b, kind in _widest(named)))


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
    plain = _FIGURE.sub(lambda match: match.group().translate(_AS_LETTER), plain)
    return _SPACED.sub(lambda match: re.sub(r"[ .*_-]", "", match.group()), plain)


def _tokens(shown: str) -> list[Token]:
    return [Token(folded(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(shown)]


def _said(words: str) -> str:
    said = " ".join(words.split())
    return said if len(said) <= MAX_SAID_CHARS else f"{said[:MAX_SAID_CHARS]}…"
