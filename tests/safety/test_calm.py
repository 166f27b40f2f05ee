"""Behind a card: when questions are answered like any other again, and when 988 is named no more."""

from __future__ import annotations

import pytest

from safety.calm import is_calm, is_over

CARD, SAFE, ALONE = (
    "utter_safety_crisis",
    "utter_after_card_safe_now_self_1",
    "utter_after_card_alone_self_1",
)
PUT_AWAY = "utter_after_card_put_away_self_1"
THANKED = "utter_after_card_denies_asks_other_1"


@pytest.mark.parametrize(
    ("said", "calm", "over"),
    [
        ([CARD], False, False),
        ([CARD, ALONE], False, False),
        ([CARD, SAFE, ALONE], True, True),
        ([CARD, SAFE, CARD], False, False),
        ([CARD, "utter_after_card_not_taken_self_1"], False, False),
        ([CARD, THANKED], True, True),
        ([CARD, PUT_AWAY], True, False),
    ],
)
def test_it_is_calm_once_somebody_said_so_and_until_the_next_card(
    said: list[str], calm: bool, over: bool
) -> None:
    assert (is_calm(said, "crisis"), is_over(said)) == (calm, over)


def test_a_body_that_feels_better_is_not_out_of_danger() -> None:
    said = ["utter_safety_emergency", "utter_after_card_better_emergency_1"]
    assert (is_calm(said, "emergency"), is_calm(said, "crisis")) == (False, True)
