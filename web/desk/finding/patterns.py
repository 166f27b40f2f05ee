"""A word in the record, whatever its accents and capitals, on SQLite and on PostgreSQL alike.

Neither folds accents by itself: each letter becomes the class of all letters that fold to it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, func

from content.folding import folded
from web.desk.finding.words import is_number

# Latin letters with whatever marks: "lucia" is also "Lucía".
_MARKS = "\u0300\u0301\u0302\u0303\u0308\u0327"  # beside a letter, not part of it
_LATIN = (*range(0x20, 0x250), *range(0x1E00, 0x1F00))


def says(dialect: str, column: Any, term: str) -> ColumnElement[bool]:
    """Whether a column has a term of `words.terms`; of a number more than that may fit."""
    for mark in _MARKS:
        column = func.replace(column, mark, "")
    if dialect == "postgresql":
        between = "[^0-9]{0,3}" if is_number(term) else ""
        return column.op("~")(between.join(_class_of(each, is_regex=True) for each in term))
    between = "*" if is_number(term) else ""
    return column.op("GLOB")(f"*{between.join(_class_of(each, is_regex=False) for each in term)}*")


def _class_of(letter: str, *, is_regex: bool) -> str:
    alike = _alike().get(letter, letter)
    if len(alike) > 1:
        return f"[{alike}]"
    if is_regex:
        return re.escape(letter)
    return f"[{letter}]" if letter in "*?[" else letter


@cache
def _alike() -> dict[str, str]:
    """Of each letter and digit all that fold to it."""
    found: dict[str, str] = {}
    for code in _LATIN:
        plain = folded(chr(code))
        if len(plain) == 1 and plain.isalnum():
            found[plain] = found.get(plain, "") + chr(code)
    return found
