"""Safety and language before understanding, so that a bare `rasa shell` is safe too."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.keys import LANGUAGE, READING_TEXT, SAFETY
from safety.check import check
from safety.language import language_of

CARD_KINDS = ("crisis", "crisis_other", "emergency", "harm")
ENGLISH, SPANISH, OTHER = "en", "es", "other"
# A short English-looking word ("no", "ok", a name) does not end a Spanish conversation.
MIN_WORDS_TO_SWITCH_BACK = 4


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SafetyGate(GraphComponent):
    """Marks each message with its safety verdict and language and keeps what is left to answer."""

    judge = staticmethod(check)  # a replay through several releases puts one with a memory here

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyGate:
        return cls()

    def process(self, messages: list[Message], tracker: DialogueStateTracker = None) -> list[Message]:
        """Check every message. Never raises: a failure inside safety is the kind "unsure"."""
        spoken = tracker.get_slot(LANGUAGE) if tracker else None
        for message in messages:
            self._mark(message, spoken or ENGLISH)
        return messages

    def _mark(self, message: Message, spoken: str) -> None:
        text = message.get(TEXT) or ""
        verdict = self.judge(text)
        language = _language(text, spoken)
        message.set(SAFETY, {"kind": verdict.kind, "soft_line": verdict.soft_line}, add_to_output=True)
        message.set(LANGUAGE, language, add_to_output=True)
        message.set(READING_TEXT, verdict.parts_left if verdict.kind in CARD_KINDS else text)
        if language != spoken and language != OTHER:
            entity = {"entity": LANGUAGE, "value": language, "extractor": "SafetyGate"}
            message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)


def _language(text: str, spoken: str) -> str:
    found = language_of(text)
    if found == ENGLISH and spoken == SPANISH and len(text.split()) < MIN_WORDS_TO_SWITCH_BACK:
        return SPANISH
    return found
