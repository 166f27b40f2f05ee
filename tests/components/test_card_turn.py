"""Behind a card: when questions are answered like any other again."""

from __future__ import annotations

import random

import numpy as np
import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from components.after_card import STILL_HERE, FollowUps, taught_follow_ups
from components.decision.card_turn import after_card
from components.keys import VECTORS
from safety.calm import is_calm

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


SIGNS = ".?!…-_*~()🙂💔🖤\u200b\u202e \n"
NOTHING_ASKED = {
    "outcome": "declined",
    "intent": "out_of_scope",
    "confidence": 0.1,
    "ranking": [],
    "parts": [],
}


@pytest.fixture(scope="module")
def follow_ups() -> FollowUps:
    """What is taught, from words and letters alone: the encoder makes no difference to odd input."""
    examples = taught_follow_ups()[::7]
    return FollowUps.fit(examples, np.zeros((len(examples), 1), np.float32))


def said_after_card(text: str, follow_ups: FollowUps) -> str:
    message = Message(data={TEXT: text, VECTORS: np.zeros((1, 1), np.float32)})
    return str(after_card(message, dict(NOTHING_ASKED), "crisis", follow_ups)["follow_up"])


def test_whoever_types_only_signs_after_a_card_hears_that_we_are_still_here(follow_ups: FollowUps) -> None:
    chance = random.Random(15)
    odd = ["".join(chance.choices(SIGNS, k=chance.randint(1, 12))) for _ in range(200)]
    assert {said_after_card(text, follow_ups) for text in (".", "...", "???", "🙂", "", *odd)} == {STILL_HERE}


def test_no_odd_input_after_a_card_goes_without_an_answer(follow_ups: FollowUps) -> None:
    chance = random.Random(15)
    letters = f"{SIGNS}abc 0123456789 нет مرحبا 你好 ñ"
    odd = ["".join(chance.choices(letters, k=chance.randint(1, 40))) for _ in range(200)]
    for text in ("x" * 1_900, "ha " * 600, "no.\n\n?", "ok ...", *odd):
        assert said_after_card(text, follow_ups)
