"""A protest at the last answer is set aside; what is asked beside it is heard."""

from __future__ import annotations

import pytest

from components.decision.protests import without_protest


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("sauna?? who said anything about a sauna. is it safe for her", "is it safe for her"),
        ("i never asked about the bus. does it sting", "does it sting"),
        ("you keep sending me the price. how long is one visit", "how long is one visit"),
        ("not the fee, the side effects", "the side effects"),
        ("that's for later. i'm asking about the night before", "i'm asking about the night before"),
        ("that is not what i asked. can i eat first", "can i eat first"),
    ],
)
def test_what_is_refused_is_not_read(text: str, left: str) -> None:
    assert without_protest(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "not the fee",
        "not sure yet. is it safe",
        "no. i take no pills at all",
        "is it safe, and how long does it take",
        "who gives it and who said it works?",
        "",
    ],
    ids=["nothing else is said", "a doubt", "a no", "two questions", "a question", "nothing"],
)
def test_what_is_no_protest_or_says_nothing_else_stays(text: str) -> None:
    assert without_protest(text) == text
