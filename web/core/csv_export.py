"""Tables for download: CSV that no spreadsheet takes for formulas, and JSON."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

# What a spreadsheet may take for the beginning of a formula, also in its full-width form.
_FORMULA_STARTS = "=+-@|%\u2212"
_BYTE_ORDER_MARK = "\ufeff"
_CELL_ENDS = "\t\r\n"
# Spreadsheets skip these before they look for a formula: controls, separators, marks on nothing.
_UNSEEN = "CZM"


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Write rows as CSV (RFC 4180), every cell in quotes and as plain text."""
    return head(columns) + lines(columns, rows)


def head(columns: Sequence[str]) -> str:
    """The first line; before it the mark by which spreadsheets know UTF-8."""
    return _BYTE_ORDER_MARK + _written([columns])


def lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """The lines of rows, to follow the first line."""
    return _written([cell(row.get(name)) for name in columns] for row in rows)


def as_json(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write rows as JSON."""
    return json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=1, default=plain)


def _written(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def cell(value: Any) -> str:
    """One cell as text; an apostrophe in front where a spreadsheet would begin to calculate."""
    text = plain(value).replace("\0", "")
    is_risky = text[:1] in _CELL_ENDS or _first_seen(text) in _FORMULA_STARTS
    return f"'{text}" if text and is_risky else text


def _first_seen(text: str) -> str:
    seen = (character for character in text if unicodedata.category(character)[0] not in _UNSEEN)
    return unicodedata.normalize("NFKC", next(seen, "\ufffd"))


def plain(value: Any) -> str:
    """A value as text; nothing for what is not known."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
