"""Hears what a short message asks of the answer before it: "why", "is that normal", "and after".

These are taught as intents `follow_up/<aspect>` (`data/follow_ups.yml`) to a small classifier of the
same kind as the answers'. What comes of them is decided in `components/decision/follow_ups.py`.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.classifier.component import is_follow_up, vector_of
from components.classifier.fits import Questions
from components.classifier.model import AnswerModel
from components.classifier.model_cache import KnownModels
from components.classifier.vector_cache import cache_folder
from components.decision.answer_book import FAQ, FOLLOW_UPS
from components.keys import FOLLOW_UP, READING_TEXT, READINGS, VECTORS
from components.onnx_encoder import encoder_folder, shared_encoder
from components.segments import TOPIC_SLOT, asks

VOCABULARY_FILE = "vocabulary.json"
NO_ASPECT = f"{FOLLOW_UPS}none"
# Short small talk stands against the follow-ups: "ok" asks nothing.
MAX_OTHER_WORDS = 5
MAX_WORDS = 10  # a longer message brings its own subject
SURE_CLAUSE = 0.8  # of a first clause behind which something is told
_CLAUSE_END = re.compile(r"[,.;!?]\s+|\s+-+\s+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)?")
_NUMBER = re.compile(r"\d+")


class AskedAspect(NamedTuple):
    """What a message asks of the last answer: an aspect, how surely, and words of its own.

    `is_first_clause`: only its first clause asks that, and what follows tells something.
    """

    aspect: str
    confidence: float
    own_words: tuple[str, ...]
    is_first_clause: bool = False


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FollowUpClassifier(GraphComponent):
    """Leaves an `AskedAspect` on short messages behind an answer. Stands behind the sentence encoder."""

    def __init__(
        self,
        storage: ModelStorage,
        resource: Resource,
        model: AnswerModel | None = None,
        vocabulary: Sequence[str] = (),
    ) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model
        self._vocabulary = frozenset(vocabulary)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FollowUpClassifier:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FollowUpClassifier:
        with model_storage.read_from(resource) as folder:
            vocabulary = json.loads((folder / VOCABULARY_FILE).read_text(encoding="utf-8"))
            model = AnswerModel.load(folder) if vocabulary else None
        return cls(model_storage, resource, model, vocabulary)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the follow-ups against short small talk; a content without any has none."""
        taught = [each for each in training_data.intent_examples if is_follow_up(each)]
        words = {word for each in taught for word in _words(_text(each))}
        with self._storage.write_to(self._resource) as folder:
            (folder / VOCABULARY_FILE).write_text(json.dumps(sorted(words)), encoding="utf-8")
            if taught:
                others = [each for each in training_data.intent_examples if _is_small_talk(each)]
                examples = [*taught, *others]
                questions = Questions(
                    [_text(each) for each in examples],
                    np.concatenate([vector_of(each) for each in examples]),
                    [each.get_full_intent() if is_follow_up(each) else NO_ASPECT for each in examples],
                )
                shutil.copytree(_known_models().fitted(questions, {}), folder, dirs_exist_ok=True)
        return self._resource

    def process(self, messages: list[Message], tracker: DialogueStateTracker = None) -> list[Message]:
        if self._model is None or tracker is None or not tracker.get_slot(TOPIC_SLOT):
            return messages
        for message in messages:
            text = message.get(READINGS)[0].text
            asked = self._asked(text, message.get(VECTORS)[:1])
            if asked is None or asked.own_words:
                asked = self._asked_first(text) or asked
            if asked is not None:
                message.set(FOLLOW_UP, asked)
        return messages

    def _asked(self, text: str, vectors: np.ndarray) -> AskedAspect | None:
        """What a short text asks; None for a longer one, which brings its own subject."""
        words = _words(text)
        if self._model is None or not 0 < len(words) <= MAX_WORDS:
            return None
        best = self._model.rank([text], vectors)[0][0]
        own = tuple(word for word in words if word not in self._vocabulary)
        return AskedAspect(best.label.removeprefix(FOLLOW_UPS), best.confidence, own)

    def _asked_first(self, text: str) -> AskedAspect | None:
        """What the first clause asks when the rest only tells: "go on, i'm a teacher"."""
        first, _, rest = (part.strip() for part in _CLAUSE_END.sub("\0", text, count=1).partition("\0"))
        words = _words(first)
        if not rest or asks(rest) or not words or any(word not in self._vocabulary for word in words):
            return None
        asked = self._asked(first, shared_encoder(encoder_folder()).embed([first]))
        if asked is None or f"{FOLLOW_UPS}{asked.aspect}" == NO_ASPECT or asked.confidence < SURE_CLAUSE:
            return None
        return asked._replace(is_first_clause=True)


def _known_models() -> KnownModels:
    """Fits of follow-ups from one training to the next: a new answer changes none."""
    return KnownModels(cache_folder() / "follow_ups")


def _is_small_talk(example: Message) -> bool:
    # A detail for the form ("saturday morning") asks something behind an answer.
    is_answer = example.get_full_intent().startswith((f"{FAQ}/", FOLLOW_UPS, "inform"))
    return not is_answer and len(_text(example).split()) <= MAX_OTHER_WORDS


def _text(example: Message) -> str:
    return str(example.get(READING_TEXT) or example.get(TEXT))


def _words(text: str) -> list[str]:
    """The words of a text; one number is as good as another."""
    return [_NUMBER.sub("0", word) for word in _WORD.findall(text.lower())]
