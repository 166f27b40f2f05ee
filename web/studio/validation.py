"""What is wrong with a draft, in a sentence for its field: by itself, and beside all other drafts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date

from content.answer_rules import IS_A_SETTING, Issue, day_of, issues_of
from content.answers import Answer
from content.policies import Policy
from content.questions import normalised
from web.studio.question_index import QuestionIndex


def about(
    answer: Answer,
    *,
    tests: Collection[str],
    is_on: bool,
    book: QuestionIndex,
    known: Collection[str],
    policy: Policy,
    today: date,
    aspects: Collection[str] = (),
) -> list[Issue]:
    """Everything wrong with one answer; what is off stops no build."""
    by_itself = issues_of(answer, known=known, policy=policy, aspects=aspects)
    return beside(by_itself, answer, tests=tests, is_on=is_on, book=book, today=today)


def beside(
    by_itself: Iterable[Issue],
    answer: Answer,
    *,
    tests: Collection[str],
    is_on: bool,
    book: QuestionIndex,
    today: date,
) -> list[Issue]:
    """What is wrong with an answer `by_itself`, and beside all others and today."""
    found = [
        *by_itself,
        *_taught_twice(answer, book),
        *_about_tests(tests, answer, book),
        *_overdue(answer, today),
    ]
    return found if is_on else [replace(each, stops=False) for each in found]


def _taught_twice(answer: Answer, book: QuestionIndex) -> Iterator[Issue]:
    for same in book.twice(answer.questions, but=answer.id):
        text = f"“{same.question}” is also taught in “{same.taught.called}”. Keep it in one."
        yield Issue("questions", text)


def near_duplicates(answer: Answer, book: QuestionIndex) -> list[Issue]:
    """Questions that are nearly taught elsewhere: hints for whoever writes, too slow for a whole list."""
    return [
        Issue("questions", f"“{n.question}” is nearly “{n.taught.text}” in “{n.taught.called}”.", False)
        for n in book.near(answer.questions, but=answer.id)
    ]


def _about_tests(tests: Collection[str], answer: Answer, book: QuestionIndex) -> Iterator[Issue]:
    own = {normalised(question) for question in answer.questions}
    for test in tests:
        if normalised(test) in own:
            text = f"“{test}” is also a question above. A test is one the bot was never taught."
            yield Issue("tests", text)
        elif elsewhere := book.same(test, but=answer.id):
            yield Issue("tests", f"“{test}” is taught in “{elsewhere.called}”, so it cannot be a test here.")
    if any("${" in test for test in tests):
        yield Issue("tests", IS_A_SETTING)


def _overdue(answer: Answer, today: date) -> Iterator[Issue]:
    due = day_of(answer.review_by)
    if due and due < today:
        text = "This date is over: review the words, then choose a new one."
        yield Issue("review_by", text, stops=False)
