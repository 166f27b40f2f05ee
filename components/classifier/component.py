"""One flat classifier over full answer names and skills: ranks them for every reading."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.classifier.fits import Questions
from components.classifier.model import AnswerModel, topics_of
from components.classifier.model_cache import KnownModels
from components.classifier.vector_cache import cache_folder
from components.decision.answer_book import FOLLOW_UPS, PREFIX, AnswerBook
from components.keys import READING_TEXT, READINGS, SCORED, SIMILAR, TOLD, VECTORS
from components.onnx_encoder import encoder_folder, fingerprint_of, shared_encoder

QUESTIONS_FILE, ENCODER_FILE = "questions.json", "encoder.txt"
OUT_OF_SCOPE = "out_of_scope"


class OtherEncoder(Exception):
    """A model was trained on the vectors of an encoder that is not in use any more."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerClassifier(GraphComponent):
    """Wraps `AnswerModel` for Rasa; what to do with the scores is the decision's business."""

    def __init__(
        self,
        storage: ModelStorage,
        resource: Resource,
        model: AnswerModel | None = None,
        questions: Sequence[str] = (),
    ) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model
        self._questions = questions

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AnswerClassifier:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> AnswerClassifier:
        with model_storage.read_from(resource) as folder:
            _refuse_other_encoder(folder / ENCODER_FILE)
            model = AnswerModel.load(folder)
            kept = folder / QUESTIONS_FILE
            questions = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
        return cls(model_storage, resource, model, questions)

    @property
    def questions(self) -> Sequence[str]:
        """Every question that the model was taught, in its order, as written."""
        return self._questions

    def use(self, model: AnswerModel, questions: Sequence[str]) -> None:
        """Rank with another model from now on: drafts are tried so, and nothing is stored."""
        self._model, self._questions = model, questions

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the repaired training questions and their sentence vectors; follow-ups are not ours."""
        examples = [each for each in training_data.intent_examples if not is_follow_up(each)]
        texts = [example.get(READING_TEXT) or example.get(TEXT) for example in examples]
        vectors = np.concatenate([vector_of(example) for example in examples])
        names = [example.get_full_intent() for example in examples]
        topics = topics_of(AnswerBook.from_training(examples).answers)
        fitted = KnownModels(cache_folder()).fitted(Questions(texts, vectors, names), topics)
        with self._storage.write_to(self._resource) as folder:
            shutil.copytree(fitted, folder, dirs_exist_ok=True)
            (folder / ENCODER_FILE).write_text(fingerprint_of(encoder_folder()), encoding="utf-8")
            questions = [example.get(TEXT) for example in examples]
            (folder / QUESTIONS_FILE).write_text(json.dumps(questions, ensure_ascii=False), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        assert self._model is not None
        # All readings at once: that costs hardly more than one.
        texts = [reading.text for message in messages for reading in message.get(READINGS)]
        ranked = self._model.rank(texts, np.concatenate([message.get(VECTORS) for message in messages]))
        start = 0
        for message in messages:
            end = start + len(message.get(READINGS))
            message.set(SCORED, ranked[start:end])
            start = end
            self._hear_what_is_told(message)
            if limit := (message.get(METADATA) or {}).get(SIMILAR):  # somebody is writing in the studio
                message.set(SIMILAR, self._similar(message.get(VECTORS)[0], int(limit)))
        return messages

    def _hear_what_is_told(self, message: Message) -> None:
        """Score the parts that only tell, too, where they can change the decision.

        They do when the message is not ours: then a question may lean on what is told before it.
        """
        told, scored = message.get(TOLD), message.get(SCORED)
        if not told or scored[0][0].label != OUT_OF_SCOPE:
            return
        assert self._model is not None
        texts = [reading.text for reading in told]
        vectors = shared_encoder(encoder_folder()).embed(texts)
        message.set(READINGS, [*message.get(READINGS), *told])
        message.set(SCORED, [*scored, *self._model.rank(texts, vectors)])

    def _similar(self, vector: np.ndarray, limit: int) -> list[dict[str, Any]]:
        assert self._model is not None
        if not self._questions:
            return []  # trained by an earlier version
        return [
            {"question": self._questions[at], "answer": _id(label), "similarity": round(cosine, 4)}
            for at, label, cosine in self._model.nearest(vector, limit)
        ]


def is_follow_up(example: Message) -> bool:
    """Whether an example leans on an answer before it: `components/follow_ups.py` learns those."""
    return bool(example.get_full_intent().startswith(FOLLOW_UPS))


def _refuse_other_encoder(trained_on: Path) -> None:
    """Raise OtherEncoder where vectors of two kinds would meet: every score would be chance."""
    if not trained_on.exists() or trained_on.read_text(encoding="utf-8") != fingerprint_of(encoder_folder()):
        raise OtherEncoder(
            "This release was trained with another sentence encoder, so this version cannot understand "
            "visitors with it. Build a new release in the studio, or run `make train`."
        )


def _id(label: str) -> str:
    """Id of an answer; a skill is called by its intent."""
    return label.removeprefix(PREFIX)


def vector_of(message: Message) -> np.ndarray:
    # Rasa's own way to it copies every vector twice; that is half a second for all questions.
    (sentence,) = (each for each in message.features if each.type == FEATURE_TYPE_SENTENCE)
    return np.asarray(sentence.features)
