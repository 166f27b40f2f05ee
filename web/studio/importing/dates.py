"""Dates as people and spreadsheets write them, as the one way that an answer holds them."""

from __future__ import annotations

import re
from datetime import date, datetime

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})")
_SERIAL = re.compile(r"[45]\d{4}(?:\.0+)?")  # days since 1899, as a cell without a format shows them
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.I)  # "May 3rd"
_NAMED = ("%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y")


def read_date(written: str) -> str:
    """A date as 2027-05-01; what is none is given back as it was, for the form to complain about.

    With slashes the month comes first, as in the US, unless only the day can be meant; with dots the day.
    """
    text = " ".join(written.replace(",", " ").split())
    found = _read(text)
    return found.isoformat() if found else written.strip()


def _read(text: str) -> date | None:
    try:
        if match := _ISO.fullmatch(text):
            return date(*map(int, match.groups()))
        if match := _SLASHED.fullmatch(text):
            first, second, year = map(int, match.groups())
            month, day = (second, first) if first > 12 else (first, second)
            return date(_whole(year), month, day)
        if match := _DOTTED.fullmatch(text):
            day, month, year = map(int, match.groups())
            return date(_whole(year), month, day)
        if _SERIAL.fullmatch(text):
            from openpyxl.utils.datetime import from_excel  # not at every start

            return from_excel(float(text)).date()
    except ValueError:
        return None
    return _named(text)


def _named(text: str) -> date | None:
    text = _ORDINAL.sub("", text)
    for form in _NAMED:
        try:
            return datetime.strptime(text, form).date()  # a day has no zone
        except ValueError:
            continue
    return None


def _whole(year: int) -> int:
    return year if year > 99 else 2000 + year
