"""Reads what people type into a callback form: names, numbers, times, wishes. Plain functions.

English and Spanish; every pattern is about the language, none about the clinic.
"""

from __future__ import annotations

import re

from components.form_extractors.contacts import contacts
from components.form_extractors.kinds import Detail
from components.form_extractors.names import NO_NAMES, names
from components.form_extractors.times import times
from components.form_extractors.wishes import wishes


def read_details(text: str, *, asked_for: str | None = None, region: str = "US") -> list[Detail]:
    """Everything a text gives away, in order; `asked_for` is the kind the form has just asked for."""
    found = [*contacts(text, asked_for, region), *wishes(text)]
    found += times(text, taken=found)
    found += names(text, taken=found, asked_for=asked_for)
    return sorted(found, key=lambda detail: detail.start)


def share_read(text: str, details: list[Detail]) -> float:
    """Share of the text's words that some detail covers, in [0, 1]."""
    words = list(re.finditer(r"\w[\w'’@.+-]*", text))
    covered = [
        word
        for word in words
        if word.group().lower() in NO_NAMES
        or any(detail.start <= word.start() < detail.end for detail in details)
    ]
    return len(covered) / len(words) if words and details else 0.0
