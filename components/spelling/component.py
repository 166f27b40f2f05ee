"""Spelling repair as Rasa's pipeline runs it; `speller.py` knows how."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.keys import READING_TEXT
from components.onnx_encoder import encoder_folder, whole_words_of
from components.spelling.speller import content_words_of, speller_for
from components.spelling.symbols import Symbols

WORDS_FILE, SYMBOLS_FILE = "words.json", "symbols.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class SpellingRepair(GraphComponent):
    """Leaves the repaired text for the components behind; the message keeps what was typed."""

    def __init__(
        self,
        storage: ModelStorage,
        resource: Resource,
        content_words: Sequence[str] = (),
        symbols: Mapping[str, str] | None = None,
    ) -> None:
        self._storage = storage
        self._resource = resource
        self.content_words = list(content_words)
        english = whole_words_of(encoder_folder())
        self._english = set(english)
        self._speller = speller_for(content_words, english)
        self._symbols = Symbols(symbols or {})

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpellingRepair:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SpellingRepair:
        with model_storage.read_from(resource) as folder:
            words = json.loads((folder / WORDS_FILE).read_text(encoding="utf-8"))
            symbols = json.loads((folder / SYMBOLS_FILE).read_text(encoding="utf-8"))
        return cls(model_storage, resource, words, symbols)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words of the content, and what its synonyms make of pictures."""
        texts = (example.get(TEXT) for example in training_data.intent_examples)
        words = content_words_of(texts, self._english)
        with self._storage.write_to(self._resource) as folder:
            (folder / WORDS_FILE).write_text(json.dumps(words), encoding="utf-8")
            symbols = json.dumps(training_data.entity_synonyms, ensure_ascii=False)
            (folder / SYMBOLS_FILE).write_text(symbols, encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Repair the training questions as messages are, typing errors and all."""
        examples = training_data.intent_examples
        repaired = self._speller.repair_all(example.get(TEXT) for example in examples)
        for example, text in zip(examples, repaired, strict=True):
            example.set(READING_TEXT, text)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(READING_TEXT, message.get(TEXT)) or ""
            message.set(READING_TEXT, self._speller.repair(self._symbols.spelled_out(text)))
        return messages
