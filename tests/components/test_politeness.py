"""A greeting with something told, or a thank you, gets a few words before the answer."""

from __future__ import annotations

import pytest

from components.decision.choices import decision
from components.decision.politeness import HELLO, WELCOME, first_words

ANSWERED = decision("answered", "faq/cost", 0.9)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("hi! rough week lol. anyway how much does this cost", HELLO),
        ("Good morning, my back is killing me again. What do you charge?", HELLO),
        ("thanks!! oh and do you take cards", WELCOME),
        ("ok great thank you. what does it cost", WELCOME),
        ("hi, how much is it", ""),
        ("how much is it? thanks", ""),
        ("thanks, that is all", ""),
    ],
)
def test_what_comes_before_the_answer(text: str, first: str) -> None:
    assert first_words(ANSWERED, text) == first


def test_nothing_comes_before_what_is_no_answer() -> None:
    assert first_words(decision("declined", "out_of_scope", 0.1), "thanks. do you sell cars?") == ""
