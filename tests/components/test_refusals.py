"""Who refuses a call is heard in any clause, and the rest is what gets an answer."""

from __future__ import annotations

import pytest

from components.decision.refusals import CALL, COMPLAINT, without_refusals
from tests.components.cases import cases


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("i dont want a callback i want to know the price", "i want to know the price"),
        ("please don't call me, what does it cost", "what does it cost"),
    ],
)
def test_a_question_behind_a_refusal_is_left_to_be_answered(text: str, left: str) -> None:
    rest, refused = without_refusals(text)
    assert refused == CALL
    assert rest.strip() == left


@pytest.mark.parametrize(
    "text",
    cases("""
    have someone call me is all you can say huh | is that the only thing you people know, calling |
    oh great another call me back button | "we'll call you" yeah right | all you ever do is offer a call |
    you keep saying have someone call me | your answer to everything is have someone call me |
    calling is not an answer | what's with all the call me stuff | siempre dicen que me llamen
    """),
)
def test_a_complaint_about_the_offer_of_a_call_is_no_request(text: str) -> None:
    assert without_refusals(text)[1] in (CALL, COMPLAINT)


@pytest.mark.parametrize(
    "text",
    cases("""
    have someone call me | that's all, just call me tomorrow | great, call me | all i want is a call |
    you always say somebody will call and nobody does | is that all you can say? fine, call me then |
    my doctor said "call the clinic" so can someone call me | i want nothing but a call back
    """),
)
def test_who_wants_a_call_all_the_same_is_heard(text: str) -> None:
    assert without_refusals(text)[1] is None


def test_what_is_asked_beside_a_complaint_is_left_to_be_answered() -> None:
    rest, refused = without_refusals("all you ever say is call us. how long does a session take?")
    assert refused == COMPLAINT
    assert rest == "how long does a session take?"


@pytest.mark.parametrize(
    "text",
    cases("""
    i dont need nobody callin me | no callback needed cheers | please dont pass me on to a colleague |
    I won't be leaving you my number | without ringing anybody, is it addictive | leave me be |
    do not put me thru to your staff
    """),
)
def test_calls_are_refused_in_everyday_words(text: str) -> None:
    assert without_refusals(text)[1] == CALL
