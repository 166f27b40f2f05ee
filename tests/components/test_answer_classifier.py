"""Which readings of a message are scored: what is only told counts where the message is not ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from components.answer_classifier import OUT_OF_SCOPE, AnswerClassifier
from components.answer_model import Candidate
from components.keys import READING_TEXT, READINGS, SCORED, VECTORS
from components.readings import MessageReader

TOLD, ASKED = "my dog ate a sock.", "does it hurt?"


class Scores:
    """A model that takes every text for the class it was given, and keeps what it was asked."""

    def __init__(self, whole: str) -> None:
        self.whole = whole
        self.texts: list[str] = []

    def rank(self, texts: Sequence[str], _: np.ndarray) -> list[list[Candidate]]:
        self.texts += texts
        labels = {TOLD: OUT_OF_SCOPE, ASKED: "faq/safety"}
        return [[Candidate(labels.get(text, self.whole), 0.9, 0.9)] for text in texts]


def scored(text: str, scores: Scores) -> Message:
    message = Message({TEXT: text, READING_TEXT: text})
    MessageReader().process([message])
    message.set(VECTORS, np.zeros((len(message.get(READINGS)), 2), dtype=np.float32))
    storage: Any = None
    model: Any = scores
    AnswerClassifier(storage, storage, model).process([message])
    return message


@pytest.mark.parametrize(("whole", "is_heard"), [(OUT_OF_SCOPE, True), ("faq/safety", False)])
def test_what_is_told_beside_a_question_counts_where_the_message_is_not_ours(
    whole: str, is_heard: bool
) -> None:
    scores = Scores(whole)
    message = scored(f"{TOLD} {ASKED}", scores)
    assert (TOLD in scores.texts) is is_heard
    assert [reading.text for reading in message.get(READINGS)] == scores.texts
    assert len(message.get(SCORED)) == len(scores.texts)


def test_where_nothing_is_asked_every_part_counts() -> None:
    scores = Scores("faq/safety")
    scored("i am pregnant. my doctor said no.", scores)
    assert scores.texts == ["i am pregnant. my doctor said no.", "i am pregnant.", "my doctor said no."]
