"""Entities for the callback form, in any order and all in one message."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.classifier.model import Candidate
from components.form_extractors import read_details
from components.form_extractors.kinds import BEST_TIME, FIRST_NAME, Detail
from components.form_extractors.times import MAX_TIME_CHARS
from components.keys import READING_TEXT, SCORED

FORM = "callback_form"
SLOT_PREFIX = "callback_"
# Outside the form details are read only from messages that are about being called.
CALLBACK_INTENTS = frozenset({"callback", "talk_to_human", "inform", "correct_details"})
# A name or a time in no known form is believed unless the message is clearly something else.
CLEARLY_SOMETHING_ELSE = 0.6
FREE_FORM = (FIRST_NAME, BEST_TIME)
# What a visitor may leave open when asked for a time.
_SKIPS = re.compile(r"\W*(?:skip|skip (?:it|that|this)(?: part)?|no preference|whatever)\W*", re.IGNORECASE)
# Classes that an unusual name is taken for once it was "repaired" into a word.
_NO_WISH = ("none_of_these", "out_of_scope", "faq/")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CallbackDetails(GraphComponent):
    """Stands behind the classifier, because "does it cost" is no name and "Grace" is one."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CallbackDetails:
        return cls()

    def process(self, messages: list[Message], tracker: DialogueStateTracker = None) -> list[Message]:
        in_form = tracker is not None and tracker.active_loop_name == FORM
        requested = tracker.get_slot(REQUESTED_SLOT) if in_form else None
        asked_for = requested.removeprefix(SLOT_PREFIX) if requested else None
        for message in messages:
            best = message.get(SCORED)[0][0]
            if in_form or best.label in CALLBACK_INTENTS:
                details = _believable(message, best, asked_for)
                entities = [_entity(detail) for detail in details]
                message.set(ENTITIES, [*message.get(ENTITIES, []), *entities], add_to_output=True)
        return messages


def _believable(message: Message, best: Candidate, asked_for: str | None) -> list[Detail]:
    text = message.get(TEXT) or ""
    region = ((message.get("metadata") or {}).get("facts") or {}).get("country", "US")
    if asked_for == BEST_TIME and _SKIPS.fullmatch(text):
        return [Detail(BEST_TIME, "any time", 0, len(text))]
    is_other = (
        not (best.label.startswith(_NO_WISH) and _is_rare_name(message, asked_for))
        and best.label not in CALLBACK_INTENTS
        and best.confidence > CLEARLY_SOMETHING_ELSE
        and any(character.isalpha() for character in text)  # a number is never another question
    )
    details = read_details(text, asked_for=None if is_other else asked_for, region=region)
    if asked_for == BEST_TIME and not details and not is_other and len(text) <= MAX_TIME_CHARS:
        return [Detail(BEST_TIME, text.strip(), 0, len(text))]
    return details


def _is_rare_name(message: Message, asked_for: str | None) -> bool:
    """Whether one word, asked for as a name, was "repaired" into another: Ines is not "ones"."""
    text = str(message.get(TEXT) or "").strip(" .!")
    return asked_for == FIRST_NAME and text.isalpha() and text.lower() != message.get(READING_TEXT)


def _entity(detail: Detail) -> dict[str, Any]:
    return {
        "entity": detail.kind,
        "value": detail.value,
        "start": detail.start,
        "end": detail.end,
        "extractor": "CallbackDetails",
    }
