"""Reads what people type into a callback form: names, numbers, times, wishes. Plain functions.

English and Spanish; every pattern is about the language, none about the clinic. One module a kind.
"""

from __future__ import annotations

from collections.abc import Mapping

from components.form_extractors.contacts import contacts
from components.form_extractors.kinds import BEST_TIME, CALL_WHOM, FIRST_NAME, PHONE, Detail
from components.form_extractors.names import names, their_name
from components.form_extractors.notes import notes
from components.form_extractors.others import MYSELF, others
from components.form_extractors.times import times
from components.form_extractors.wishes import wishes

MAX_READ_CHARS = 600
MAX_WORDS_AROUND = 4  # so many words only introduce a name


def read_details(
    text: str, *, asked_for: str | None = None, region: str = "US", known: Mapping[str, str] | None = None
) -> list[Detail]:
    """Everything a text gives away, in order.

    `asked_for` is the kind the form has just asked for; `known` the details it has already: those
    change only when that is meant.
    """
    known = known or {}
    text = text[:MAX_READ_CHARS]
    found = [*contacts(text, asked_for, region, known.get(PHONE)), *wishes(text)]
    whom = list(others(text))
    noted = notes(text, taken=[*found, *whom])
    if asked_for != FIRST_NAME or not _is_bare_name(text, found):
        found += times(text, taken=[*found, *noted], asked_for=asked_for)
    called = next((each.value for each in whom if each.kind == CALL_WHOM), known.get(CALL_WHOM, MYSELF))
    if called != MYSELF and (theirs := their_name(text)):
        noted = [] if asked_for == FIRST_NAME else noted  # "her name is Jess" is the name, and no wish
        return sorted([*found, *noted, *whom, theirs], key=lambda detail: detail.start)
    named = names(text, taken=[*found, *noted], asked_for=asked_for, known=known.get(FIRST_NAME))
    if not named and noted and asked_for == FIRST_NAME:  # "ask for Gwen", "my wife's is Carla, mine is Joe"
        named = names(text, taken=found, asked_for=asked_for)
        is_all = bool(named) and len(text.split()) - len(named[0].value.split()) <= MAX_WORDS_AROUND
        noted = [] if is_all else noted
    found += named
    return sorted([*found, *noted, *whom], key=lambda detail: detail.start)


def _is_bare_name(text: str, found: list[Detail]) -> bool:
    """Whether a reply to "what is your name?" is one, though it is a word of time: Sun, May, Noon."""
    said = names(text, taken=found, asked_for=FIRST_NAME)
    return bool(said) and len(text.split()) <= 2 and not any(each.kind == BEST_TIME for each in found)
