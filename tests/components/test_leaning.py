"""A whole question is answered by itself; fragments and what points back lean on the last answer."""

from __future__ import annotations

import pytest

from components.decision.answer_book import AnswerBook
from components.decision.choices import decision
from components.decision.follow_up_meaning import Before
from components.decision.follow_ups import follow_up
from components.decision.leaning import is_whole_question
from components.follow_ups import AskedAspect
from tests.components.cases import cases

WHOLE = """how early should i show up | can i sleep during the drip | do the lights bother people
    will you talk to my therapist | how long is one appointment | does it mess up your kidneys
    is there a weight limit at your place | what's in the bag besides the medicine
    do i skip breakfast that morning"""
LEANING = """why | how long | is that normal | does it hurt | and for migraines | in the evening too?
    on the ground floor? | does it help with pain | how would i know | what if my doctor says no
    which one is better | do they tie you down | so the police won't care | is it natural
    even at home | i hate needles | my mom has it"""

BOOK = AnswerBook(
    {
        "faq/parking": {"title": "Parking", "topics": ["location"], "next": ["address"]},
        "faq/address": {"title": "Address", "topics": ["location"], "next": []},
        "faq/watched": {"title": "Watched", "topics": ["watched"], "next": []},
    },
    passages=["utter_more/parking_more", "utter_more/parking_how_long"],
)  # fmt: skip


@pytest.mark.parametrize("text", cases(WHOLE))
def test_what_begins_like_a_question_and_names_something_is_whole(text: str) -> None:
    assert is_whole_question(text)


@pytest.mark.parametrize("text", cases(LEANING))
def test_fragments_and_what_points_back_lean(text: str) -> None:
    assert not is_whole_question(text)


def behind_parking(text: str, outcome: str, aspect: str = "more", **likely: float) -> dict[str, object]:
    ranking = [{"intent": f"faq/{name}", "confidence": value} for name, value in likely.items()]
    name, confidence = next(iter(likely.items()))
    parts = [BOOK.part(f"faq/{name}", confidence)] if outcome == "answered" else []
    intent = f"faq/{name}" if parts else "nlu_fallback"
    understood = decision(outcome, intent, confidence, ranking=ranking, parts=parts)
    asked = AskedAspect(aspect, 0.95, ("lights",))
    return dict(
        follow_up(understood, asked, Before("faq/parking", (), text, near={"faq/parking": 0.95}), BOOK)
    )


def test_a_whole_question_gets_no_more_of_the_last_answer() -> None:
    found = behind_parking("do the lights bother people", "asked_back", watched=0.5, parking=0.2)
    assert (found["outcome"], found["parts"]) == ("asked_back", [])


def test_a_whole_question_with_an_answer_is_not_taken_for_a_follow_up() -> None:
    found = behind_parking("how long is one appointment", "answered", "how_long", watched=0.7)
    assert found["intent"] == "faq/watched"


def test_a_whole_question_that_is_likely_about_what_lies_near_gets_that() -> None:
    found = behind_parking("can i walk there from the train station", "asked_back", address=0.6, parking=0.3)
    assert found["intent"] == "faq/address"


def test_who_names_something_that_the_answer_does_not_say_is_told_so() -> None:
    found = behind_parking("on the ground floor?", "answered", parking=0.9)
    assert found["intent"] == "follow_up/unclear"


@pytest.mark.parametrize(("sure", "intent"), [(0.8, "faq/watched"), (0.95, "follow_up/how_long")])
def test_a_question_that_is_far_surer_by_itself_is_no_follow_up(sure: float, intent: str) -> None:
    ranking = [{"intent": "faq/watched", "confidence": 0.99}]
    found = decision("answered", "faq/watched", 0.99, ranking=ranking, parts=[BOOK.part("faq/watched", 0.99)])
    before = Before("faq/parking", (), "just tell me then. does it work")
    asked = AskedAspect("how_long", sure, ())
    assert follow_up(found, asked, before, BOOK)["intent"] == intent


def test_a_whole_question_that_sounds_like_small_talk_is_offered_a_person() -> None:
    ranking = [{"intent": "capabilities", "confidence": 0.55}]
    talk = decision("skill", "capabilities", 0.55, ranking=ranking)
    before = Before("faq/parking", (), "could you write me something official")
    assert (
        follow_up(talk, AskedAspect("none", 0.9, ("official",)), before, BOOK)["intent"]
        == "follow_up/unclear"
    )
