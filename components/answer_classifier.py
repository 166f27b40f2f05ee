"""One flat classifier over full answer names and skills: ranks them for every reading."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.answer_model import AnswerModel
from components.keys import READING_TEXT, READINGS, SCORED, VECTORS

OUT_OF_SCOPE = "out_of_scope"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerClassifier(GraphComponent):
    """Wraps `AnswerModel` for Rasa; what to do with the scores is the decision's business."""

    def __init__(self, storage: ModelStorage, resource: Resource, model: AnswerModel | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model

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
            model = AnswerModel.load(folder)
        return cls(model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the repaired training questions and their sentence vectors."""
        examples = training_data.intent_examples
        texts = [example.get(READING_TEXT) or example.get(TEXT) for example in examples]
        vectors = np.concatenate([_vector(example) for example in examples])
        names = [example.get_full_intent() for example in examples]
        model = AnswerModel.fit(texts, vectors, names, outside=OUT_OF_SCOPE)
        with self._storage.write_to(self._resource) as folder:
            model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        assert self._model is not None
        for message in messages:
            texts = [reading.text for reading in message.get(READINGS)]
            message.set(SCORED, self._model.rank(texts, message.get(VECTORS)))
        return messages


def _vector(message: Message) -> np.ndarray:
    _, sentence = message.get_dense_features(TEXT)
    return np.asarray(sentence.features)
