"""Which of the answers about age a message gets: by the ages that are named in it, not by its words.

To the classifier "do you take 19 year olds" is a question about children.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from components.decision.answer_book import PREFIX, AnswerBook
from components.decision.choices import decision
from components.form_extractors.number_words import TEENS, TENS, UNITS, VALUES

ADULT, OLDER, NOT_OLDER = 18, 65, 50
LIKELY = 0.35
NOTHING: Mapping[str, Any] = {"intent": "", "confidence": 0.0}
UNDER, ADULTS, OLD = "under", "adults", "old"
_SPELLED = rf"(?:{'|'.join(TENS)})(?:[ -](?:{'|'.join(UNITS)}))?|{'|'.join(reversed((*UNITS, *TEENS)))}"
_NUMBER = rf"(?P<age>\d{{1,3}}|{_SPELLED})"
# "I'm 40" is an age, "I'm 40 weeks along" is none.
_WHOSE = r"\b(?:i'?m|i am|(?:s?he|who)(?:'s|s| is| just)?|aged?|turn(?:ed|s|ing)?|is|am)"
_ENDS = r"(?= *(?:[.,!?;)]|$|(?:and|but|so|now|is|can|too|if|do|am|ok|or|already|btw|lol|with|years|yrs)\b))"
_NAMED = (
    rf"\b{_NUMBER}[\s-]*(?:years?|yrs?|yr)?[\s-]*olds?\b",
    rf"\b{_NUMBER}[\s-]*y/?o\b",
    rf"{_WHOSE} (?:just |only |already |almost )?{_NUMBER}{_ENDS}",
    rf"^(?:and |what about |how about |for )?(?:a |an )?{_NUMBER}\W*$",
)
_PATTERNS = [re.compile(pattern, re.IGNORECASE) for pattern in _NAMED]


def named_ages(text: str) -> list[int]:
    """The ages of people that a text names, in years."""
    found = {
        each.start("age"): each["age"].lower() for pattern in _PATTERNS for each in pattern.finditer(text)
    }
    return [_as_number(found[at]) for at in sorted(found)]


def by_age(
    understood: dict[str, Any], text: str, book: AnswerBook, answers: Mapping[str, str]
) -> dict[str, Any]:
    """The decision, with the answer for the ages in the text where another one about age would come.

    `answers` names the answers for those under age, of age and old (`config.yml`).
    """
    of = {PREFIX + name: group for group, name in answers.items() if PREFIX + name in book.answers}
    given = [part for part in understood["parts"] if part["intent"] in of]
    best: Mapping[str, Any] = next(iter([*given, *understood["ranking"]]), NOTHING)
    ages = named_ages(text) if best["intent"] in of and best["confidence"] >= LIKELY else []
    is_alone = understood["outcome"] == "asked_back" or len(understood["parts"]) == 1
    named = named_ages(text)
    if named and any(each["intent"] in of for each in understood["choices"]):
        understood = {**understood, "choices": _of_age(understood["choices"], named, of, book)}
    if not ages or not is_alone:
        return understood
    wanted = next((name for name in of if of[name] == _group(ages, of[best["intent"]])), best["intent"])
    if any(part["intent"] == wanted for part in given):
        return understood
    parts = [book.part(wanted, best["confidence"])]
    return decision("answered", wanted, best["confidence"], ranking=understood["ranking"], parts=parts)


def _of_age(
    choices: Sequence[Mapping[str, str]], ages: list[int], of: Mapping[str, str], book: AnswerBook
) -> list[Mapping[str, str]]:
    """The choices, with the answer for these ages instead of another one about age."""
    name_of = {group: name for name, group in of.items()}
    wanted = [name_of.get(_group(ages, of.get(each["intent"], "")), "") for each in choices]
    kept = [
        book.choice(name) if name and each["intent"] in of else each
        for each, name in zip(choices, wanted, strict=True)
    ]
    return list({each["intent"]: each for each in kept}.values())


def _group(ages: list[int], likely: str) -> str:
    if min(ages) < ADULT:
        return UNDER
    if max(ages) >= OLDER or (likely == OLD and max(ages) >= NOT_OLDER):
        return OLD
    return ADULTS


def _as_number(text: str) -> int:
    return int(text) if text.isdigit() else sum(VALUES[word] for word in text.replace("-", " ").split())
