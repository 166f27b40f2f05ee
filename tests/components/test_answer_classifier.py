"""Which readings of a message are scored: what is only told counts where the message is not ours."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.classifier.component import OUT_OF_SCOPE, AnswerClassifier, OtherEncoder
from components.classifier.model import Candidate
from components.keys import READING_TEXT, READINGS, SCORED, VECTORS
from components.segments import MessageReader

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


def use_encoder(folder: Path, fingerprint: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "encoder.json").write_text(json.dumps({"files": {"model.onnx": fingerprint}}), encoding="utf-8")


def question(text: str, intent: str, vector: Sequence[float]) -> Message:
    message = Message({TEXT: text, INTENT: intent})
    message.add_features(Features(np.array([vector], np.float32), FEATURE_TYPE_SENTENCE, TEXT, "encoder"))
    return message


def test_a_model_is_not_used_with_vectors_of_another_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONT_DESK_VAR", str(tmp_path))
    monkeypatch.setenv("FRONT_DESK_ENCODER", str(tmp_path / "encoder"))
    use_encoder(tmp_path / "encoder", "the first")
    (tmp_path / "storage").mkdir()
    storage, resource = LocalModelStorage.create(tmp_path / "storage"), Resource("classifier")
    examples = [
        question("how are you", "greet", [1, 0]),
        question("hello there", "greet", [0.8, 0.6]),
        question("where are you", "faq", [0, 1]),
        question("where is it", "faq", [0.6, 0.8]),
    ]
    AnswerClassifier(storage, resource).train(TrainingData(examples))
    context: Any = None
    AnswerClassifier.load({}, storage, resource, context)
    use_encoder(tmp_path / "encoder", "the second")
    with pytest.raises(OtherEncoder, match="make train"):
        AnswerClassifier.load({}, storage, resource, context)
