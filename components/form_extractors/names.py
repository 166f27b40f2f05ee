"""Reads what somebody is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from components.form_extractors.kinds import FIRST_NAME, PHONE, Detail, blank_out

MAX_NAME_WORDS = 3
_NAMED = re.compile(
    r"\b(?:my name is|my name'?s|name is|name:|this is|it'?s|its|i am|i'?m|ask for|call me(?=,)|me llamo|soy|mi nombre es|es para)"
    r"[\s,:]+(?P<name>[^\W\d_][\w'’-]*(?:\s+[A-Z][\w'’-]*)?)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


def _words(file: str) -> frozenset[str]:
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


NO_NAMES, _FILLERS = _words("no_names.txt"), _words("fillers.txt")
# Names that are also common words: believed when they are the whole reply to "what is your name?"
_ALSO_NAMES = frozenset({"Al", "An", "Will"})


def names(text: str, *, taken: Sequence[Detail], asked_for: str | None) -> list[Detail]:
    """The name somebody gives, outside of what is `taken`; at most one."""
    free = blank_out(text, taken)
    phone = next((detail for detail in taken if detail.kind == PHONE), None)
    span = _introduced(free) or (phone and _before(phone, free))
    if not span and asked_for == FIRST_NAME and text.strip(" .!").title() in _ALSO_NAMES:
        span = 0, len(text)
    if not span and (asked_for == FIRST_NAME or phone):
        span = _bare(free)
    return [_name(text, *span)] if span else []


def _introduced(free: str) -> tuple[int, int] | None:
    """Where a name stands that is spoken of as one."""
    found = (match for match in _NAMED.finditer(free) if _is_name(match.group("name").split()[0]))
    return next((match.span("name") for match in found), None)


def _before(phone: Detail, free: str) -> tuple[int, int] | None:
    """Where a name stands right before a number."""
    words = list(_WORD.finditer(free, 0, phone.start))
    if not words or not _is_name(words[-1].group()) or free[words[-1].end() : phone.start].strip(" ,:-"):
        return None
    first = words[-2] if len(words) > 1 and _is_pair(*words[-2:]) else words[-1]
    return first.start(), words[-1].end()


def _bare(free: str) -> tuple[int, int] | None:
    """Where a name stands that is all a text says, but for fillers."""
    words = [word for word in _WORD.finditer(free) if word.group().lower() not in _FILLERS]
    if 0 < len(words) <= MAX_NAME_WORDS and all(_is_name(word.group()) for word in words):
        return words[0].start(), words[-1].end()
    return None


def _is_pair(first: re.Match[str], last: re.Match[str]) -> bool:
    """Whether two words are first and last name: both capitalised, side by side."""
    is_capitalised = first.group()[0].isupper() and last.group()[0].isupper()
    return is_capitalised and _is_name(first.group()) and last.start() - first.end() == 1


def _name(text: str, start: int, end: int) -> Detail:
    words = text[start:end].split()
    kept = [word for word in words if _is_name(word.strip(",."))] or words
    spelled = " ".join(word.strip(",.") for word in kept)
    return Detail(FIRST_NAME, spelled.title() if spelled.islower() else spelled, start, end)


def _is_name(word: str) -> bool:
    return len(word) > 1 and word.lower() not in NO_NAMES
