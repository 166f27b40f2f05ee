"""Checks on the words of replies: reading grade, length, braces, promises."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from clinic.facts import FACT_NAMES
from clinic.wording import names_in
from clinic.yaml_files import Problem
from training.answer_files import AnswerFile
from training.policies import Policy

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it looks for pkg_resources
    import textstat

_WORD = re.compile(r"[\w'’-]+")
_PLACEHOLDER = re.compile(r"\{\w+\}")


def grade_of(text: str, policy: Policy) -> float:
    """Flesch-Kincaid grade of a reply; words that readers of this page know count as short ones."""
    worded = _PLACEHOLDER.sub("it", text)
    plain = _WORD.sub(
        lambda match: "drug" if match.group().lower() in policy.plain_words else match.group(),
        worded,
    )
    return float(textstat.flesch_kincaid_grade(plain))


def reply_problems(answer: AnswerFile, policy: Policy) -> Iterator[Problem]:
    """Everything wrong with the wordings of one answer."""
    for index, variation in enumerate(answer.variations):
        text = variation["text"]
        keys = ("responses", f"utter_faq/{answer.id}", index, "text")
        for complaint in [*_brace_problems(text), *_word_problems(text, policy)]:
            yield answer.problem(complaint, *keys)
    languages = {v["metadata"]["language"] for v in answer.variations}
    for language in sorted(languages):
        last = [v for v in answer.variations if v["metadata"]["language"] == language][-1]
        if names_in(last["text"]):
            text = f"The last wording in '{language}' needs facts: add one for when they are unknown."
            yield answer.problem(text, "responses", f"utter_faq/{answer.id}")


def _brace_problems(text: str) -> Iterator[str]:
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        yield "A brace without its partner: write {fact} or leave braces out."
    for name in sorted(names_in(text) - set(FACT_NAMES)):
        yield f"{{{name}}} is no fact of the clinic. Known: {', '.join(FACT_NAMES)}."
    if "None" in text:
        yield "The word 'None' would look like a hole to a visitor."


def _word_problems(text: str, policy: Policy) -> Iterator[str]:
    words = len(text.split())
    if words > policy.max_words:
        yield f"{words} words; at most {policy.max_words}, the answer first."
    grade = grade_of(text, policy)
    if grade > policy.max_grade:
        yield f"Reading grade {grade:.1f}; at most {policy.max_grade}: shorter sentences, plain words."
    for pattern in policy.banned:
        found = re.search(pattern, text, re.IGNORECASE)
        if found:
            yield f"'{found.group()}' is a promise or a dose that no reply may hold."
