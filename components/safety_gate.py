"""Safety and language before understanding, so that a bare `rasa shell` is safe too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.keys import IN_CRISIS, LANGUAGE, READING_TEXT, SAFETY
from safety import denials
from safety.check import check
from safety.language import language_of
from safety.replies import CARD_AFTER, after_check, asked_as, beside_no
from safety.verdicts import CHECKS, Verdict

CARD_KINDS = ("crisis", "crisis_other", "emergency", "harm")
# What the slot holds once a check was answered with no.
OVER = "over"
ENGLISH, SPANISH, OTHER = "en", "es", "other"
# A short English-looking word ("no", "ok", a name) does not end a Spanish conversation.
MIN_WORDS_TO_SWITCH_BACK = 4
# Beside "no" so many words may ask something.
MIN_WORDS_LEFT = 2


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
        before = tracker.get_slot(IN_CRISIS) if tracker else None
        for message in messages:
            self._mark(message, spoken or ENGLISH, before)
        return messages

    def _mark(self, message: Message, spoken: str, before: str | None) -> None:
        text = message.get(TEXT) or ""
        verdict = _heard_before(after_check(self.judge(text), before, text), before)
        verdict = denials.after_card(verdict, before, text)
        language = _language(text, spoken)
        told = _told(verdict)
        if before in CARD_KINDS:
            told["danger"] = verdict.danger
        message.set(SAFETY, told, add_to_output=True)
        message.set(LANGUAGE, language, add_to_output=True)
        message.set(READING_TEXT, _to_read(verdict, text, before))
        crisis = _crisis_after(verdict, before)
        if crisis != before:
            entity = {"entity": IN_CRISIS, "value": crisis, "extractor": "SafetyGate"}
            message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
        if language != spoken and language != OTHER:
            entity = {"entity": LANGUAGE, "value": language, "extractor": "SafetyGate"}
            message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)


def _heard_before(verdict: Verdict, before: str | None) -> Verdict:
    """After a card nobody is asked again whether there is danger."""
    if before in CARD_KINDS and verdict.kind in CHECKS:
        return replace(verdict, kind="none", soft_line=False)
    return verdict


def _to_read(verdict: Verdict, text: str, before: str | None) -> str:
    """Give what is left to answer: beside a danger, or beside a no to one."""
    if verdict.kind in CARD_KINDS:
        return verdict.parts_left
    if before in (*CARD_KINDS, OVER):
        return denials.beside_denial(text) or text
    if before in CARD_AFTER and not verdict.still_asked and verdict.kind not in CHECKS:
        rest = denials.beside_denial(text) or beside_no(text)
        return rest if len(rest.split()) >= MIN_WORDS_LEFT else text
    return text


def _told(verdict: Verdict) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": verdict.kind, "soft_line": verdict.soft_line}
    return {**told, "still_asked": verdict.still_asked} if verdict.still_asked else told


def _crisis_after(verdict: Verdict, before: str | None) -> str | None:
    if verdict.kind in CHECKS:
        return asked_as(verdict.kind, rule=verdict.rule, danger=verdict.danger)
    if verdict.kind in CARD_KINDS:
        return verdict.kind
    return verdict.still_asked or (OVER if before in CARD_AFTER else before)


def _words(text: str) -> int:
    return sum(any(map(str.isalpha, word)) for word in text.split())


def _language(text: str, spoken: str) -> str:
    found = language_of(text)
    if found == ENGLISH and spoken == SPANISH and _words(text) < MIN_WORDS_TO_SWITCH_BACK:
        return SPANISH
    return found
