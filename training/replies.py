"""Checks on the words of replies, with the lines they stand in."""

from __future__ import annotations

from collections.abc import Iterator

from content.policies import Policy
from content.readability import grade_of as grade
from content.replies import issues, missing_plain_wordings
from content.wording import Wording
from content.yaml_files import Problem
from training.answer_files import AnswerFile


def grade_of(text: str, policy: Policy) -> float:
    """Flesch-Kincaid grade of a reply; words that readers of this page know count as short ones."""
    return grade(text, policy.plain_words)


def reply_problems(answer: AnswerFile, policy: Policy) -> Iterator[Problem]:
    """Everything wrong with the wordings of one answer."""
    for utterance, variations in {f"utter_faq/{answer.id}": answer.variations, **answer.passages}.items():
        for index, variation in enumerate(variations):
            for complaint in issues(variation["text"], policy):
                yield answer.problem(complaint, "responses", utterance, index, "text")
        for complaint in missing_plain_wordings([Wording.of(each) for each in variations]):
            yield answer.problem(complaint, "responses", utterance)
