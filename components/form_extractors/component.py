"""Entities for the callback form, in any order and all in one message, and what a reply does there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.decision.form_reply import CHANGE, CONFIRMED, INFORM, SENT, FormTurn
from components.decision.form_turn import read_form_turn
from components.decision.refusals import COMPLAINT
from components.form_extractors import read_details
from components.form_extractors.kinds import (
    BEST_TIME,
    CALL_WHOM,
    CHANNEL,
    EMAIL,
    FIRST_NAME,
    NOTE,
    PHONE,
    PHONE_CHOICE,
    Detail,
)
from components.form_extractors.notes import MAX_NOTE_CHARS, wished_language
from components.form_extractors.questions import is_question
from components.keys import FORM_TURN, LANGUAGE, READING_TEXT, REFUSED, SCORED

FORM = "callback_form"
SLOT_PREFIX = "callback_"
STEP_SLOT, SENT_SLOT, NOTE_SLOT = "callback_step", "callback_sent", "callback_note"
# Outside the form details are read only from messages that are about being called.
CALLBACK_INTENTS = frozenset({"callback", "talk_to_human", "inform", "correct_details"})
MAX_SHORT_WORDS = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CallbackDetails(GraphComponent):
    """Stands behind the classifier, because outside the form only its word says what is a detail."""

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
        for message in messages:
            facts = (message.get("metadata") or {}).get("facts") or {}
            asked_for = asked(tracker, facts)
            if asked_for:
                self._in_form(message, tracker, asked_for, facts)
            elif message.get(REFUSED) == COMPLAINT:
                continue
            elif message.get(SCORED)[0][0].label in CALLBACK_INTENTS:
                details = read_details(message.get(TEXT) or "", region=facts.get("country", "US"))
                add_details(message, details, tracker)
            elif language := wished_language(message.get(TEXT) or ""):  # goes along with a later request
                add_details(message, [language], tracker)
        return messages

    def _in_form(
        self, message: Message, tracker: DialogueStateTracker, asked_for: str, facts: Mapping[str, Any]
    ) -> None:
        turn = read_form_turn(
            message.get(TEXT) or "",
            asked_for=asked_for,
            region=facts.get("country", "US"),
            known=known(tracker),
            refuses=_refuses(message, asked_for),
        )
        turn = _with_repaired_time(message, turn, asked_for)
        turn = _by_phone_after_all(turn, tracker)
        label = message.get(SCORED)[0][0].label
        if asked_for == SENT and turn.intent is None and label in ("inform", "correct_details"):
            details = read_details(message.get(TEXT) or "", known=known(tracker))
            turn = FormTurn("correct_details", details) if details else turn
        message.set(FORM_TURN, turn)
        add_details(message, turn.details, tracker)
        _keep_language(message, turn, tracker)


def _with_repaired_time(message: Message, turn: FormTurn, asked_for: str) -> FormTurn:
    """Where a reply to "when?" says nothing as it is typed, the time in it once its spelling is repaired."""
    repaired = str(message.get(READING_TEXT) or "")
    if turn.intent or turn.details or asked_for != BEST_TIME or repaired == message.get(TEXT):
        return turn
    times = [each for each in read_details(repaired, asked_for=BEST_TIME) if each.kind == BEST_TIME]
    return FormTurn(INFORM, times) if times and not is_question(repaired) else turn


def _by_phone_after_all(turn: FormTurn, tracker: DialogueStateTracker) -> FormTurn:
    """Who gives a number where an address was taken down is to be called, at whatever step that is said."""
    kinds = {detail.kind for detail in turn.details}
    is_by_mail = tracker.get_slot(f"{SLOT_PREFIX}{CHANNEL}") == EMAIL
    if not is_by_mail or PHONE not in kinds or kinds & {CHANNEL, EMAIL}:
        return turn
    return FormTurn(turn.intent, [*turn.details, Detail(CHANNEL, PHONE, 0, 0)])


def _refuses(message: Message, asked_for: str) -> bool:
    """Whether calls are refused. Who is tired of our offers takes nothing back that is sent."""
    return bool(message.get(REFUSED)) and not (asked_for == SENT and message.get(REFUSED) == COMPLAINT)


def asked(tracker: DialogueStateTracker | None, facts: Mapping[str, Any]) -> str | None:
    """What the form has just asked for; SENT where a request of this chat is open; else None."""
    if tracker is None:
        return None
    if tracker.active_loop_name == FORM:
        requested = str(tracker.get_slot(REQUESTED_SLOT) or "").removeprefix(SLOT_PREFIX)
        is_changing = requested == CONFIRMED and tracker.get_slot(STEP_SLOT) == CHANGE
        return CHANGE if is_changing else requested or FIRST_NAME
    is_open = tracker.get_slot(SENT_SLOT) and facts.get("call_is_open")
    return SENT if is_open else None


def known(tracker: DialogueStateTracker) -> dict[str, str]:
    """The details that the form has already."""
    kinds = (FIRST_NAME, PHONE, CALL_WHOM, BEST_TIME)
    values = {kind: tracker.get_slot(f"{SLOT_PREFIX}{kind}") for kind in kinds}
    return {kind: str(value) for kind, value in values.items() if value}


def add_details(message: Message, details: list[Detail], tracker: DialogueStateTracker | None) -> None:
    """Put details on a message as entities; a note goes behind what was noted before."""
    noted = str((tracker and tracker.get_slot(NOTE_SLOT)) or "")
    entities = [_entity(detail, noted) for detail in details]
    if entities:
        message.set(ENTITIES, [*message.get(ENTITIES, []), *entities], add_to_output=True)


def _entity(detail: Detail, noted: str) -> dict[str, Any]:
    value = detail.value
    if detail.kind == NOTE and noted:
        value = noted if value in noted else f"{noted}; {value}"[: 2 * MAX_NOTE_CHARS]
    return {
        "entity": detail.kind,
        "value": value,
        "start": detail.start,
        "end": detail.end,
        "extractor": "CallbackDetails",
    }


def _keep_language(message: Message, turn: FormTurn, tracker: DialogueStateTracker) -> None:
    """A name or a number is no language: "José Luis" makes no chat Spanish, "el 720 ..." none English."""
    kinds = {detail.kind for detail in turn.details}
    is_short = len(str(message.get(TEXT)).split()) <= MAX_SHORT_WORDS
    is_detail = bool(kinds & {FIRST_NAME, PHONE, EMAIL}) and not kinds & {NOTE, PHONE_CHOICE}
    if turn.intent == INFORM and is_short and is_detail:
        spoken = tracker.get_slot(LANGUAGE) or "en"
        message.set(LANGUAGE, spoken, add_to_output=True)
        kept = [each for each in message.get(ENTITIES, []) if each["entity"] != LANGUAGE]
        message.set(ENTITIES, kept, add_to_output=True)
