"""Behind a card: when questions are answered like any other again."""

from __future__ import annotations

import pytest

from components.decision.card_turn import is_calm

CARD, SAFE, WAITING = (
    "utter_safety_crisis",
    "utter_after_card_safe_now_self_1",
    "utter_after_card_alone_self_1",
)


@pytest.mark.parametrize(
    ("said", "calm"),
    [
        ([CARD], False),
        ([CARD, WAITING], False),
        ([CARD, SAFE, WAITING], True),
        ([CARD, SAFE, CARD], False),
        ([CARD, "utter_after_card_not_taken_self_1"], False),
        ([CARD, "utter_after_card_denies_other_1"], True),
    ],
)
def test_it_is_calm_once_somebody_said_so_and_until_the_next_card(said: list[str], calm: bool) -> None:
    assert is_calm(said, "crisis") is calm


def test_a_body_that_feels_better_is_not_out_of_danger() -> None:
    said = ["utter_safety_emergency", "utter_after_card_better_emergency_1"]
    assert (is_calm(said, "emergency"), is_calm(said, "crisis")) == (False, True)
