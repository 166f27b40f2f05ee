"""What changed between two versions of an answer, in a form that people read."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any, Literal

from content.answers import Answer

_LANGUAGES = {"en": "English", "es": "Spanish"}
_LABELS = {
    "title": "Title",
    "it": "What “it” means",
    "topics": "Topics",
    "clinical": "Clinical",
    "starter": "Starting question",
    "offer_call": "Offers a call",
    "review_by": "Review by",
    "next": "Offered next",
}
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
Kind = Literal["same", "gone", "new"]


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Change:
    """One field that is not as it was."""

    label: str
    pieces: list[Piece]
    is_read: bool = False  # whether visitors read it: title, reply, further passages, sources


def changes(old: Answer, new: Answer, *, was_on: bool = True, is_on: bool = True) -> list[Change]:
    """Every difference between two versions, field by field."""
    found = [
        _words(label, _shown(old, name), _shown(new, name), is_read=name in ("title", "offer_call"))
        for name, label in _LABELS.items()
    ]
    found.append(_lines("Questions", list(old.questions), list(new.questions)))
    for language in dict.fromkeys((*old.languages, *new.languages)):
        label = f"Reply, {_LANGUAGES[language]}"
        found.append(_words(label, _reply(old, language), _reply(new, language), is_read=True))
    for aspect in dict.fromkeys((*old.more, *new.more)):
        label = f"Asked on, “{aspect.replace('_', ' ')}”"
        found.append(_words(label, _passage(old, aspect), _passage(new, aspect), is_read=True))
    found.append(_lines("Follow-ups answered elsewhere", _links(old), _links(new)))
    found.append(_lines("Sources", _sources(old), _sources(new), is_read=True))
    found.append(_words("Switched", "on" if was_on else "off", "on" if is_on else "off"))
    return [change for change in found if any(piece.kind != "same" for piece in change.pieces)]


def _shown(answer: Answer, name: str) -> str:
    value: Any = getattr(answer, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _reply(answer: Answer, language: str) -> str:
    return "\n\n---\n\n".join(w.text for w in answer.wordings if w.language == language)


def _passage(answer: Answer, aspect: str) -> str:
    return "\n\n---\n\n".join(w.text for w in answer.more.get(aspect, ()))


def _links(answer: Answer) -> list[str]:
    return [f"{aspect.replace('_', ' ')}: {name}" for aspect, name in answer.follow_ups.items()]


def _sources(answer: Answer) -> list[str]:
    parts = ([s.cite, s.passage and f"“{s.passage}”", s.url, s.read_at] for s in answer.sources)
    return [" · ".join(part for part in each if part) for each in parts]


def _words(label: str, old: str, new: str, *, is_read: bool = False) -> Change:
    return Change(label, _pieces(_WORD.findall(old), _WORD.findall(new), ""), is_read)


def _lines(label: str, old: list[str], new: list[str], *, is_read: bool = False) -> Change:
    pieces = [piece for piece in _pieces(old, new, "\n") if piece.kind != "same"]
    return Change(label, pieces, is_read)


def _pieces(old: list[str], new: list[str], between: str) -> list[Piece]:
    pieces = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", between.join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece("gone", between.join(old[a:b])))
        if d > c:
            pieces.append(Piece("new", between.join(new[c:d])))
    return pieces
