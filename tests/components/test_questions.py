"""Several questions in one message: none is lost, and cautions come first."""

from __future__ import annotations

import pytest

from components.classifier.model import Candidate
from components.decision.answer_book import AnswerBook
from components.decision.questions import AskedQuestions
from components.decision.thresholds import Thresholds
from components.segments import ITEM, PART, WHOLE, Reading, readings_of

BOOK = AnswerBook({
    f"faq/{name}": {"topics": [topic]}
    for name, topic in (
        ("cost", "cost"), ("driving", "driving"), ("xanax", "benzos"), ("parking", "location"),
    )
})  # fmt: skip


def questions(*read: tuple[str, str, str, float]) -> AskedQuestions:
    readings = [Reading(text, role) for role, text, _, _ in read]
    scored = [[Candidate(f"faq/{name}", confidence, 0.5)] for _, _, name, confidence in read]
    return AskedQuestions(readings, scored, BOOK, Thresholds(), ["benzos"])


def labels(found: list) -> list[str]:
    return [each.label for each in found]


def test_what_needs_care_comes_first_even_when_it_is_only_told() -> None:
    found = questions(
        (WHOLE, "what does it cost and can i drive, i take xanax", "cost", 0.5),
        (PART, "what does it cost", "cost", 0.9),
        (PART, "can i drive", "driving", 0.9),
        (ITEM, "i take xanax", "xanax", 0.9),
    )
    assert labels(found.sure()) == ["faq/xanax", "faq/cost", "faq/driving"]


def test_a_list_of_single_words_holds_several_questions() -> None:
    found = questions(
        (WHOLE, "cost? parking?", "cost", 0.5), (ITEM, "cost", "cost", 0.9), (ITEM, "parking", "parking", 0.9)
    )
    assert labels(found.sure()) == ["faq/cost", "faq/parking"]


def test_a_question_that_is_not_sure_is_named_and_not_lost() -> None:
    found = questions(
        (WHOLE, "can i drive and can i park", "driving", 0.9),
        (PART, "can i drive", "driving", 0.9),
        (PART, "can i park", "parking", 0.5),
    )
    assert labels(found.unsure(found.sure())) == ["faq/parking"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "how much is it do you take visa and can i drive home",
            ["how much is it", "do you take visa", "can i drive home"],
        ),
        ("if i smoke will it still work", []),
        ("tell me how much it is", []),
    ],
)  # fmt: skip
def test_questions_that_run_on_are_told_apart(text: str, parts: list[str]) -> None:
    assert [reading.text for reading in readings_of(text) if reading.role == PART] == parts
