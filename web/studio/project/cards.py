"""The clinic's own words on the crisis cards and checks: a clinician writes and stands for them.

The buttons are the same everywhere; which lines stay in a text is for `safety/cards/guard.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from content.answers import LANGUAGES, one_line
from content.readability import grade_of
from safety import cards as safety_cards
from safety.cards import CARD_KINDS, CHECK_KINDS
from web.hours.own_project import CARDS
from web.studio.project.rules import PartForm

KINDS = {
    "crisis": "Somebody may be thinking of suicide",
    "crisis_other": "Worried that somebody else may be in danger",
    "emergency": "A medical emergency, or took too much",
    "harm": "Harm, abuse or assault",
    "check": "May be in despair: is asked",
    "check_other": "Worried about somebody: is asked",
}
FIELDS = ("text", "next_step")
MAX_GRADE = 6.0  # of English; what ships is below it
Texts = Mapping[str, Mapping[str, Mapping[str, str]]]  # by kind, language, field

assert KINDS.keys() == {*CARD_KINDS, *CHECK_KINDS} - {"unsure"}


def shipped() -> dict[str, dict[str, dict[str, str]]]:
    """The words that ship."""
    return {kind: {lang: safety_cards.shipped(kind, lang) for lang in LANGUAGES} for kind in KINDS}


def read(sent: Texts, *, is_clinician: bool, stands: bool) -> PartForm:
    """Read the form; what is as it ships is left out."""
    texts: dict[str, dict[str, dict[str, str]]] = {}
    problems = [] if is_clinician else ["Only a clinician changes a card."]
    for kind, title in KINDS.items():
        for language in LANGUAGES:
            known = safety_cards.shipped(kind, language)
            given = sent.get(kind, {}).get(language, {})
            said = {name: one_line(given.get(name, "")) or known[name] for name in FIELDS}
            if said == {name: one_line(known[name]) for name in FIELDS}:
                continue
            texts.setdefault(kind, {})[language] = said
            where = f"{title}, {'English' if language == 'en' else 'Spanish'}"
            problems += [f"{where}: {each}" for each in _about(kind, language, said)]
    if texts and not stands:
        problems.append("Say that you stand for these words: they are what somebody in danger reads.")
    return PartForm({"texts": texts}, problems)


def texts_of(content: Mapping[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
    """Every card as it stands: the clinic's words where there are some, else what ships."""
    own: Texts = content.get("texts") or {}
    return {
        kind: {language: {**said, **own.get(kind, {}).get(language, {})} for language, said in by.items()}
        for kind, by in shipped().items()
    }


def _about(kind: str, language: str, said: Mapping[str, str]) -> list[str]:
    found = safety_cards.problems(kind, language, said["text"], said["next_step"])
    if language == "en":
        for name, where in (("text", "The text"), ("next_step", "The next step")):
            plain = said[name].replace("{reader}", " ")
            if (grade := grade_of(plain, ())) > MAX_GRADE:
                found.append(f"{where} reads at grade {grade:.0f}; {MAX_GRADE:.0f} is the most.")
    return found


__all__ = ["CARDS", "KINDS", "read", "shipped", "texts_of"]
