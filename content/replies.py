"""What no reply may be: too long, too hard, full of promises, doses or braces that cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.facts import FACT_NAMES
from content.policies import Policy
from content.readability import grade_of
from content.wording import Wording, names_in

_PLACEHOLDER = re.compile(r"\{\w+\}")


def issues(text: str, policy: Policy) -> Iterator[str]:
    """Everything wrong with one wording, each in a sentence."""
    yield from _about_braces(text)
    words = len(text.split())
    if words > policy.max_words:
        yield f"{words} words; at most {policy.max_words}, the answer first."
    grade = grade_of(text, policy.plain_words)
    if grade > policy.max_grade:
        yield f"Reading grade {grade:.1f}; at most {policy.max_grade}: shorter sentences, plain words."
    yield from promises_and_doses(text, policy)
    for pattern in policy.openings:
        found = re.match(pattern, text, re.IGNORECASE)
        if found:
            yield f"Opens with '{found.group()}', but its questions ask both ways: open with the fact."


def promises_and_doses(text: str, policy: Policy) -> Iterator[str]:
    """What no text for visitors may hold, be it a reply, a fact or a notice."""
    for pattern in policy.banned:
        found = re.search(pattern, text, re.IGNORECASE)
        if found:
            yield f"'{found.group()}' is a promise or a dose that no reply may hold."
    for pattern in policy.dosing:
        found = re.search(pattern, text, re.IGNORECASE)
        if found:
            yield f"'{found.group()}' reads like advice on one person's dose; that is for a clinician."


def missing_plain_wordings(wordings: list[Wording]) -> Iterator[str]:
    """Languages whose last wording needs a fact: when it is unknown, nothing could be said."""
    for language in sorted({wording.language for wording in wordings}):
        last = [wording for wording in wordings if wording.language == language][-1]
        if names_in(last.text):
            yield f"The last wording in '{language}' needs facts: add one for when they are unknown."


def _about_braces(text: str) -> Iterator[str]:
    if "${" in text:
        yield "'${' would be replaced by a setting of this computer: write it out."
    elif re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        yield "A brace without its partner: write {fact} or leave braces out."
    for name in sorted(names_in(text) - set(FACT_NAMES)):
        yield f"{{{name}}} is no fact of the clinic. Known: {', '.join(FACT_NAMES)}."
    if "None" in text:
        yield "The word 'None' would look like a hole to a visitor."
