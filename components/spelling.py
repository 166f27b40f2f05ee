"""Repairs spelling before anything is scored: five typos in a hundred letters cost an encoder
thirteen points of accuracy, repair gives back most of them (nlu-benchmarks.md, 3.7).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.encoder import encoder_folder, whole_words_of
from components.keys import READING_TEXT
from components.texting import MIXED_UP, SHORTHAND

WORDS_FILE = "words.json"
MIN_LETTERS = 4
MIN_LETTERS_FOR_TWO_EDITS = 7
# Rare words of the encoder's vocabulary are more often somebody's typo than somebody's word.
COMMON_ENCODER_WORDS = 12_000
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


class Speller:
    """Repairs words that neither the content nor common English knows."""

    def __init__(self, content_words: Sequence[str], common_words: Sequence[str]) -> None:
        """`content_words` most frequent first; `common_words` likewise."""
        self._content = [word for word in content_words if len(word) >= MIN_LETTERS]
        self._common = [word for word in common_words if len(word) >= MIN_LETTERS]
        self._known = {*content_words, *common_words, *SHORTHAND.values()}

    def repair(self, text: str) -> str:
        """The text with texting habits written out and unknown words repaired; case is lost."""
        repaired = _WORD.sub(lambda match: self._word(match.group()), text.lower().replace("’", "'"))
        for pattern, meant in MIXED_UP:
            repaired = re.sub(pattern, meant, repaired)
        return repaired

    def _word(self, word: str) -> str:
        if word in SHORTHAND:
            return SHORTHAND[word]
        if word in self._known or len(word) < MIN_LETTERS or word.endswith("'s"):
            return word
        return self._nearest(word) or word

    def _nearest(self, word: str) -> str | None:
        for words, edits in ((self._content, 1), (self._common, 1), (self._content, 2)):
            if edits == 2 and len(word) < MIN_LETTERS_FOR_TWO_EDITS:
                continue
            found = process.extract(word, words, scorer=OSA.distance, score_cutoff=edits, limit=None)
            if found:
                # Nearest, then the same first letter (rarely mistyped), then the most frequent.
                best = min(found, key=lambda hit: (hit[1], hit[0][0] != word[0], hit[2]))
                return str(best[0])
        return None


def content_words_of(texts: Iterable[str]) -> list[str]:
    """Words that stand in the training questions at least twice, most frequent first.

    Once is not enough: the questions hold typing errors on purpose.
    """
    counts = Counter(word for text in texts for word in _WORD.findall(text.lower()))
    return [word for word, count in counts.most_common() if count > 1]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class SpellingRepair(GraphComponent):
    """Leaves the repaired text for the components behind; the message keeps what was typed."""

    def __init__(self, storage: ModelStorage, resource: Resource, content_words: Sequence[str] = ()) -> None:
        self._storage = storage
        self._resource = resource
        common = whole_words_of(encoder_folder())[:COMMON_ENCODER_WORDS]
        self._speller = Speller(content_words, common)

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
        return cls(model_storage, resource, words)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words of the content."""
        words = content_words_of(example.get(TEXT) for example in training_data.intent_examples)
        with self._storage.write_to(self._resource) as folder:
            (folder / WORDS_FILE).write_text(json.dumps(words), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Repair the training questions as messages are, typing errors and all."""
        self._repair(training_data.intent_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        return self._repair(messages)

    def _repair(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(READING_TEXT, message.get(TEXT)) or ""
            message.set(READING_TEXT, self._speller.repair(text))
        return messages
