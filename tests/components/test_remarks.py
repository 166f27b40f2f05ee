"""What somebody only tells is heard: neither declined nor asked back."""

from __future__ import annotations

import pytest

from components.decision.choices import decision
from components.decision.remarks import as_remark, is_remark

REMARK = "my cat sat on my coffee"


@pytest.mark.parametrize("text", [REMARK, "well that was one long bus ride", "so we live on a farm up here"])
def test_who_tells_something_makes_a_remark(text: str) -> None:
    assert is_remark(text)


@pytest.mark.parametrize(
    "text",
    [
        "knee surgery",
        "do you like my hat",
        "tell me about my horse",
        "i need a plumber",
        "it rains, is that bad?",
    ],
    ids=["a subject", "a question", "an order", "a wish", "a question behind"],
)
def test_what_asks_or_wants_something_is_none(text: str) -> None:
    assert not is_remark(text)


def test_a_remark_is_neither_declined_nor_asked_back() -> None:
    declined = decision("declined", "out_of_scope", 0.1)
    unsure = decision("asked_back", "nlu_fallback", 0.4, choices=[{"title": "Cost", "intent": "faq/cost"}])
    assert [as_remark(each, REMARK)["intent"] for each in (declined, unsure)] == ["remark", "remark"]


def test_what_is_likely_meant_is_asked_back_and_what_is_surely_not_ours_declined() -> None:
    likely = decision("asked_back", "nlu_fallback", 0.6, choices=[{"title": "Cost", "intent": "faq/cost"}])
    foreign = [{"intent": "out_of_scope", "confidence": 0.9}]
    declined = decision("declined", "out_of_scope", 0.1, ranking=foreign)
    assert [as_remark(each, REMARK)["outcome"] for each in (likely, declined)] == ["asked_back", "declined"]
