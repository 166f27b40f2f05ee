"""Takes out of a visitor's message who wrote it: names, numbers, addresses, dates of birth.

For lists that owners read and for replays. Rather too much than too little: what is masked is only
missing there, the conversation itself stays as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\(?\d(?:[\s().\-/]*\d){4,}")  # phones, cards, ids, dates; not "2 weeks"
_SPOKEN_DATE = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?[ /.-](?:[a-z]{3,9}|\d{1,2})[ /.,-]+\d{2,4}\b", re.IGNORECASE
)
_STREET = re.compile(
    r"\b\d{1,5}\s+(?:[A-Za-z.']+\s+){1,4}(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|blvd|boulevard"
    r"|court|ct|way|place|pl)\b\.?",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    r"(?P<lead>\b(?i:this is|i'm|i am|call me|ask for|soy)\b\s+)"
    r"(?P<name>(?!(?:Mr|Mrs|Ms|Miss|Dr)\b)[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){0,3}\.?)"
)
_TITLED = re.compile(
    r"(?P<lead>\b(?i:mr|mrs|ms|miss|dr|doctor|se[ñn]ora?)\b\.?\s+)"
    r"(?P<name>[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){0,3})"
)
# After these words even a name in small letters is one.
_CALLED = re.compile(
    r"(?P<lead>\b(?i:my name is|my name's|name is|i am called|me llamo|mi nombre es)\s+)"
    r"(?P<name>[^\W\d_][\w'’-]*(?:\s+[A-Z][\w'’.-]+){0,2})"
)
_TWO_CAPITALS = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z’'-]+(?:\s+[A-Z][a-z’'-]+)+\b")
_OF_A_NUMBER = 7  # of its last digits: written without its country it is the same
_MARKS = ((_EMAIL, "[mail]"), (_LINK, "[link]"), (_STREET, "[address]"), (_SPOKEN_DATE, "[number]"),
          (_NUMBER, "[number]"))  # fmt: skip


def mask(text: str, *, names: Iterable[str] = ()) -> str:
    """The text with [name], [number], [mail], [link], [address] for what points at somebody.

    `names`: those the conversation is known to hold, for example of its callback request.
    """
    if known := _any_of(tuple(names)):
        text = known.sub("[name]", text)
    for pattern, mark in _MARKS:
        text = pattern.sub(mark, text)
    text = _CALLED.sub(_keep_lead, text)
    text = _TITLED.sub(_keep_lead, text)
    text = _INTRODUCED.sub(_keep_lead, text)
    return _TWO_CAPITALS.sub("[name]", text)


@lru_cache(maxsize=64)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds each of the names, the longer ones first; None when there is none."""
    known = sorted({name.strip() for name in names} - {""}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, known))})\b", re.IGNORECASE) if known else None


def _keep_lead(match: re.Match[str]) -> str:
    return f"{match['lead']}[name]"


def tells(text: str, details: Iterable[str]) -> bool:
    """Whether a text holds one of the details somebody left: a number in any writing, a name or its part."""
    return any(_tells(text, each.strip()) for each in details)


def _tells(text: str, detail: str) -> bool:
    digits = re.sub(r"\D", "", detail)
    if len(digits) >= _OF_A_NUMBER:
        return digits[-_OF_A_NUMBER:] in re.sub(r"\D", "", text)
    parts = (detail, *(part for part in detail.split() if len(part) > 2))
    known = _any_of(tuple(part for part in parts if len(part) > 1))
    return known is not None and known.search(text) is not None
