"""An answer as its owner writes it; files, forms and tables all become this one thing."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from content.wording import Wording

ID = re.compile(r"[a-z0-9_]{1,60}")
ASPECT = re.compile(r"[a-z_]{1,30}")
LANGUAGES = ("en", "es")
# A signature covers what is read: title, reply, further passages, sources, the offer of a call. Not how
# the answer is found, nor which others are offered beside it.
_SIGNED = ("id", "title", "wordings", "more", "sources", "offer_call")


@dataclass(frozen=True)
class Source:
    """Where a reply comes from: `cite` and `url` are shown to visitors, `read_at` is for the signer."""

    cite: str
    passage: str = ""
    url: str = ""
    read_at: str = ""

    def __post_init__(self) -> None:
        for each in fields(self):
            object.__setattr__(self, each.name, one_line(getattr(self, each.name)))

    @property
    def is_to_be_confirmed(self) -> bool:
        """Whether it was read elsewhere than on the page that visitors are shown."""
        return bool(self.read_at) and self.read_at != self.url


@dataclass(frozen=True)
class Answer:
    """One answer: its questions, its wordings by language, and what is known about it.

    `more` are further passages by aspect ("why", "how_long"), said when a visitor asks on;
    `follow_ups` name the other answer that speaks of an aspect.
    """

    id: str
    title: str = ""
    questions: tuple[str, ...] = ()
    wordings: tuple[Wording, ...] = ()
    topics: tuple[str, ...] = ()
    clinical: bool = False
    sources: tuple[Source, ...] = ()
    reviewed_by: Mapping[str, str | None] = field(default_factory=dict)
    review_by: str = ""
    next: tuple[str, ...] = ()
    it: str = ""
    starter: bool = False
    offer_call: bool = False
    # A clinician's word that text which looks clinical is not: `by`, `why`, and `of` which words.
    not_clinical: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, tuple[Wording, ...]] = field(default_factory=dict)
    follow_ups: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Clean every text, so that whatever was typed can be a file, a row and a page."""
        put = object.__setattr__
        for name in ("title", "it", "review_by"):
            put(self, name, one_line(getattr(self, name)))
        asked = (one_line(question) for question in self.questions)
        put(self, "questions", tuple(dict.fromkeys(question for question in asked if question)))
        put(self, "wordings", _cleaned(self.wordings))
        put(self, "more", {aspect: _cleaned(said) for aspect, said in self.more.items()})
        put(self, "follow_ups", {aspect: one_line(name) for aspect, name in self.follow_ups.items()})
        for name in ("topics", "next", "sources"):
            put(self, name, tuple(getattr(self, name)))

    @property
    def languages(self) -> list[str]:
        """The languages it can be said in, each once."""
        return list(dict.fromkeys(wording.language for wording in self.wordings))

    def unsigned(self) -> Answer:
        """The same answer without any signature."""
        return replace(self, reviewed_by=dict.fromkeys(self.languages or LANGUAGES[:1]))

    @property
    def all_wordings(self) -> tuple[Wording, ...]:
        """All that this answer may say: its reply and the further passages."""
        return (*self.wordings, *(wording for passage in self.more.values() for wording in passage))

    def as_data(self) -> dict[str, Any]:
        """As JSON can hold it."""
        data = asdict(self)
        data["reviewed_by"] = dict(self.reviewed_by)
        data["not_clinical"] = dict(self.not_clinical)
        data["follow_ups"] = dict(self.follow_ups)
        return json.loads(json.dumps(data))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Answer:
        """From what `as_data` made."""
        kept = dict(data)
        kept["wordings"] = tuple(Wording(**wording) for wording in kept.get("wordings", ()))
        passages = dict(kept.get("more") or {}).items()
        kept["more"] = {aspect: tuple(Wording(**each) for each in said) for aspect, said in passages}
        kept["sources"] = tuple(Source(**source) for source in kept.get("sources", ()))
        for name in ("questions", "topics", "next"):
            kept[name] = tuple(kept.get(name, ()))
        return cls(**kept)


def fingerprint(answer: Answer) -> str:
    """Hash of all that a signature stands for: change any of it and the signature is taken back."""
    data = answer.as_data()
    signed = {key: data[key] for key in _SIGNED}
    if not signed["more"]:  # as answers were signed before they could have passages
        del signed["more"]
    return hash_of(signed)


def taught_mark(answer: Answer) -> str:
    """Hash of the questions, which no signature covers."""
    return hash_of({"questions": list(answer.questions)})


def hash_of(data: Mapping[str, Any]) -> str:
    """SHA-256 of what JSON can hold."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _cleaned(wordings: Iterable[Wording]) -> tuple[Wording, ...]:
    return tuple(Wording(paragraphs(wording.text), wording.language) for wording in wordings)


def one_line(text: str) -> str:
    """A text without line breaks, control characters and doubled spaces."""
    return " ".join(_printable(text.replace("\n", " ")).split())


def paragraphs(text: str) -> str:
    """A text whose only control characters are line breaks, at most one empty line in a row."""
    lines = _printable(re.sub(r"\r\n?|\u2028|\u2029|\x85|\x0b|\x0c", "\n", text)).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in lines)).strip()


def _printable(text: str) -> str:
    # Cs: lone surrogates cannot be stored; Cc: control characters; Cf but joiners: they hide text.
    if text.replace("\n", "").isprintable():  # nearly every text, and looked at in one go
        return text
    kept = []
    for character in text:
        kind = unicodedata.category(character)
        is_space = character in "\t\n\r\x0b\x0c\x85\u2028\u2029"
        if is_space or kind not in ("Cc", "Cs", "Cf", "Co", "Cn") or character in "\u200d\u200c":
            kept.append(character)
    return "".join(kept)
