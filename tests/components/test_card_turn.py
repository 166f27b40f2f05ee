"""Behind a card: odd input, good news beside a question, and when the talk is an ordinary one again."""

from __future__ import annotations

import random

import numpy as np
import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from components.after_card import STILL_HERE, FollowUps, taught_follow_ups
from components.decision.card_turn import after_card, is_about_the_danger
from components.keys import READING_TEXT, SAFETY, VECTORS

WIDTH = 384  # of the encoder's vectors
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
    return FollowUps.fit(examples, np.zeros((len(examples), WIDTH), np.float32))


def said_after_card(text: str, follow_ups: FollowUps) -> str:
    message = Message(data={TEXT: text, VECTORS: np.zeros((1, WIDTH), np.float32)})
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


QUESTION = {"outcome": "answered", "intent": "faq/cost", "confidence": 0.95, "ranking": [],
            "parts": [{"intent": "faq/cost"}]}  # fmt: skip


def turn(text: str, rest: str, **safety: object) -> Message:
    vectors = np.zeros((1, WIDTH), np.float32)
    safety = {"kind": "none", "soft_line": False, **safety}
    return Message(data={TEXT: text, READING_TEXT: rest, VECTORS: vectors, SAFETY: safety})


def test_a_denial_with_a_question_is_thanked_and_the_question_answered(follow_ups: FollowUps) -> None:
    message = turn("I'm not suicidal, how much is one visit?", "how much is one visit?")
    found = after_card(message, dict(QUESTION), "crisis", follow_ups)
    assert (found["follow_up"], found["parts"]) == ("denies", QUESTION["parts"])


def test_a_denial_alone_is_thanked(follow_ups: FollowUps) -> None:
    found = after_card(turn("I'm not suicidal", "I'm not suicidal"), dict(QUESTION), "crisis", follow_ups)
    assert (found["follow_up"], found["parts"]) == ("denies", [])


@pytest.mark.parametrize(
    ("text", "safety", "is_danger"),
    [
        ("how long does a visit take", {}, False),
        ("...", {}, False),
        ("how long does a visit take", {"soft_line": True}, True),
        ("it gets dark again", {"danger": 1.2}, True),
    ],
)
def test_where_all_seemed_over_only_danger_of_its_own_brings_the_crisis_back(
    follow_ups: FollowUps, text: str, safety: dict[str, object], is_danger: bool
) -> None:
    message = turn(text, text, **safety)
    assert is_about_the_danger(message, dict(QUESTION), "crisis", follow_ups) is is_danger


def test_who_is_fine_now_and_says_nothing_but_a_question_gets_the_answer(follow_ups: FollowUps) -> None:
    message = turn("im okay now, stop. is the nose spray weaker", "is the nose spray weaker")
    found = after_card(message, dict(QUESTION), "crisis", follow_ups)
    assert (found["follow_up"], found["parts"]) == ("denies", QUESTION["parts"])


def test_who_is_fine_now_and_says_goodbye_is_not_let_go(follow_ups: FollowUps) -> None:
    text = "I feel fine again. Farewell everybody"
    message = turn(text, text)
    assert is_about_the_danger(message, dict(NOTHING_ASKED), "crisis", follow_ups)
    assert after_card(message, dict(NOTHING_ASKED), "crisis", follow_ups)["follow_up"] == STILL_HERE
