"""Several questions in one message: none is lost, and cautions come first."""

from __future__ import annotations

import pytest

from components.classifier.model import Candidate
from components.decision.answer_book import AnswerBook
from components.decision.questions import AskedQuestions
from components.decision.thresholds import Thresholds
from components.segments import ITEM, PART, WHOLE, Reading, readings_of

BOOK = AnswerBook({
    f"faq/{name}": {"topics": [topic], "clinical": topic not in ("cost", "location")}
    for name, topic in (
        ("cost", "cost"), ("driving", "driving"), ("xanax", "benzos"), ("parking", "location"),
        ("heart", "heart"), ("safety", "safety"),
    )
})  # fmt: skip


def questions(*read: tuple[str, str, str, float]) -> AskedQuestions:
    readings = [Reading(text, role) for role, text, _, _ in read]
    scored = [[Candidate(f"faq/{name}", confidence, 0.5)] for _, _, name, confidence in read]
    return AskedQuestions(readings, scored, BOOK, Thresholds(), ["benzos"])


def whole_and_parts(whole: dict[str, float], *read: tuple[str, str, str, float]) -> AskedQuestions:
    """`whole`: what the whole message may be about, in the order of its confidences."""
    ranked = [Candidate(f"faq/{name}", confidence, 0.5) for name, confidence in whole.items()]
    text = ", ".join(part for _, part, _, _ in read)
    readings = [Reading(text, WHOLE), *(Reading(part, role) for role, part, _, _ in read)]
    scored = [ranked, *([Candidate(f"faq/{name}", sure, 0.5)] for _, _, name, sure in read)]
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


def test_a_part_that_sounds_like_what_the_whole_is_not_about_is_no_question_of_its_own() -> None:
    likely = {"driving": 0.5, "cost": 0.3, "heart": 0.1, "safety": 0.05, "parking": 0.01, "xanax": 0.0}
    parts = [(PART, "can he still come", "driving", 0.9), (PART, "is there a spot", "parking", 0.9)]
    assert labels(whole_and_parts(likely, *parts).sure()) == ["faq/driving"]
    caution = [(PART, "can he still come", "driving", 0.9), (PART, "is xanax fine", "xanax", 0.9)]
    assert labels(whole_and_parts(likely, *caution).sure()) == ["faq/xanax", "faq/driving"]


@pytest.mark.parametrize(
    ("asked", "name", "answers"),
    [
        ("is it safe for me", "safety", ["faq/xanax"]),
        ("what does it cost", "cost", ["faq/xanax", "faq/cost"]),
        ("is ketamine safe", "safety", ["faq/xanax", "faq/safety"]),
    ],
)
def test_a_general_question_about_what_is_told_has_no_answer_of_its_own(
    asked: str, name: str, answers: list[str]
) -> None:
    found = whole_and_parts(
        {"xanax": 0.9, name: 0.05}, (PART, "i take xanax", "xanax", 0.9), (PART, asked, name, 0.9)
    )
    assert labels(found.sure()) == answers


def test_a_question_that_is_not_sure_is_named_and_not_lost() -> None:
    found = questions(
        (WHOLE, "can i drive and can i park", "driving", 0.9),
        (PART, "can i drive", "driving", 0.9),
        (PART, "can i park", "parking", 0.5),
    )
    assert labels(found.unsure(found.sure())) == ["faq/parking"]


def test_what_is_named_beside_the_answers_begins_with_cautions() -> None:
    found = questions(
        (WHOLE, "can i drive, can i park and is xanax fine", "driving", 0.9),
        (PART, "can i drive", "driving", 0.9),
        (PART, "can i park", "parking", 0.5),
        (PART, "is xanax fine", "xanax", 0.4),
    )
    assert labels(found.unsure(found.sure())) == ["faq/xanax", "faq/parking"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("two things: does it hurt and is it safe", ["two things", "does it hurt", "is it safe"]),
        (
            "how much is it do you take visa and can i drive home",
            ["how much is it", "do you take visa", "can i drive home"],
        ),
        ("if i smoke will it still work", []),
        ("tell me how much it is", []),
        ("is it a pill or do you use a needle, and what does it cost", ["is it a pill", "what does it cost"]),
    ],
)  # fmt: skip
def test_questions_that_run_on_are_told_apart(text: str, parts: list[str]) -> None:
    assert [reading.text for reading in readings_of(text) if reading.role == PART] == parts
