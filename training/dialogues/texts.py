"""Texts as they are compared: straight quotes, plain dashes, single spaces; numbers by their digits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

AS_ONE = re.IGNORECASE | re.DOTALL
MIN_DIGITS = 7  # of a telephone number; fewer are compared as they are written
_PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "‑": "-", "–": "-", "\u00a0": " "})
_EXPRESSION = "re:"


def plain(text: str) -> str:
    """A text without the differences that typography makes."""
    return " ".join(text.translate(_PLAIN).split())


def listed(value: Any) -> list[Any]:
    """A check's value as a list: one thing may stand alone."""
    return [*value] if isinstance(value, (list, tuple)) else [value]


def says(pattern: str, text: str) -> bool:
    """Whether a pattern is in a text, in small or capital letters."""
    return re.search(pattern, text, AS_ONE) is not None


def any_says(patterns: Iterable[str], text: str) -> bool:
    """Whether one of some patterns is in a text."""
    return any(says(pattern, text) for pattern in patterns)


def holds(wanted: str, text: str) -> bool:
    """Whether a text holds a detail: `re:` a pattern, a number in any grouping, else these very words.

    Words in small letters may be written in any; with a capital they are meant as they stand.
    """
    if wanted.startswith(_EXPRESSION):
        return says(wanted[len(_EXPRESSION) :], text)
    if is_number(wanted):
        return digits(wanted) in digits(text)
    how = re.IGNORECASE if wanted.islower() or not any(map(str.isalpha, wanted)) else 0
    return re.search(rf"(?<!\w){re.escape(plain(wanted))}(?!\w)", text, how) is not None


def is_number(wanted: str) -> bool:
    """Whether a detail is a telephone number."""
    return len(digits(wanted)) >= MIN_DIGITS and re.search(r"[a-z]", wanted, re.IGNORECASE) is None


def digits(text: str) -> str:
    """Only the digits of a text."""
    return re.sub(r"\D", "", text)
