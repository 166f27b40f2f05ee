"""Who refuses a call is heard in any clause, and the rest is what gets an answer."""

from __future__ import annotations

import pytest

from components.decision.refusals import CALL, without_refusals


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
