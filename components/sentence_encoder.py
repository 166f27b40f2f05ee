"""Dense sentence features from the ONNX encoder."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.classifier.vector_cache import KnownVectors, cache_folder
from components.keys import READING_TEXT, READINGS, VECTORS
from components.onnx_encoder import embedded_text, encoder_folder, shared_encoder


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):
    """Embeds training questions, and every reading of a message."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._encoder = shared_encoder(encoder_folder())

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        return cls(config.get(FEATURIZER_CLASS_ALIAS) or cls.__name__)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        examples = training_data.intent_examples
        known = KnownVectors(cache_folder(), self._encoder.fingerprint)
        vectors = known.of_all([embedded_text(_text(each)) for each in examples], self._encoder.embed)
        for example, vector in zip(examples, vectors, strict=True):
            self._add_feature(example, vector[None, :])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        # All readings at once: many messages (a replay) are for every core.
        vectors = self._encoder.embed([reading.text for m in messages for reading in m.get(READINGS)])
        start = 0
        for message in messages:
            end = start + len(message.get(READINGS))
            message.set(VECTORS, vectors[start:end])
            self._add_feature(message, vectors[start : start + 1])
            start = end
        return messages

    def _add_feature(self, message: Message, vector: np.ndarray) -> None:
        message.add_features(Features(vector, FEATURE_TYPE_SENTENCE, TEXT, self._name))


def _text(message: Message) -> str:
    return message.get(READING_TEXT) or message.get(TEXT)
