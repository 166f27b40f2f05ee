"""What Rasa is told when an intent is already known: by a pressed choice, or by the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa.shared.nlu.constants import (
    FULL_RETRIEVAL_INTENT_NAME_KEY,
    INTENT_NAME_KEY,
    INTENT_RESPONSE_KEY,
    PREDICTED_CONFIDENCE_KEY,
    RESPONSE,
)

from components.decision.answer_book import FAQ, AnswerBook
from components.form_extractors import read_details
from components.form_extractors.edits import edits
from components.keys import IN_CRISIS, SAFETY
from safety.cards import CHECK_KINDS, card
from safety.lexicon import LANGUAGES
from safety.replies import CARD_AFTER

CHOICE_GONE = "choice_gone"
CHECK_YES, CHECK_NO = "check_yes", "check_no"
MORE_CHOICE = "follow_up/rest"
# Intents that a choice may carry besides answers: everything else in a request is refused.
SKILL_CHOICES = frozenset(
    {"affirm", "deny", "callback", "cancel_callback", "correct_details", "inform",
     "none_of_these", "refuse_details", "talk_to_human"}
)  # fmt: skip


def parse_of_choice(
    choice: Mapping[str, str], book: AnswerBook, more: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The parse of a pressed choice; one this release does not know becomes `choice_gone`.

    `more` is the decision when "Tell me more" is pressed, if there is an answer that it belongs to.
    """
    intent, title = choice["intent"], choice["title"]
    if intent == MORE_CHOICE and more:
        return {"text": title, "entities": [], **intent_fields(more["intent"], 1.0), "decision": dict(more)}
    if intent in (CHECK_YES, CHECK_NO):
        return _parse_of_check(intent, title)
    known = intent in book.answers or intent in SKILL_CHOICES
    intent = intent if known else CHOICE_GONE
    parts = [book.part(intent, 1.0)] if intent in book.answers else []
    outcome = "answered" if parts else "skill" if known else "declined"
    return {
        "text": title,
        "entities": _entities(title, intent),
        **intent_fields(intent, 1.0),
        "decision": decision(outcome, intent, 1.0, parts=parts),
    }


def _entities(title: str, intent: str) -> list[dict[str, Any]]:
    """A pressed detail ("Mornings", "Change the name") says the same as a typed one."""
    read = {"inform": read_details, "correct_details": edits}.get(intent)
    return [{"entity": each.kind, "value": each.value} for each in read(title)] if read else []


def _parse_of_check(intent: str, title: str) -> dict[str, Any]:
    """What follows from a pressed answer to a check: yes brings the card, no ends it."""
    kind = _card_after(title) if intent == CHECK_YES else "none"
    value = kind if intent == CHECK_YES else "over"
    return {
        "text": title,
        "entities": [{"entity": IN_CRISIS, "value": value, "extractor": "SafetyGate"}],
        **intent_fields(intent, 1.0),
        SAFETY: {"kind": kind, "soft_line": False},
        "decision": decision("safety" if intent == CHECK_YES else "skill", intent, 1.0),
    }


def _card_after(title: str) -> str:
    shown = {
        card(kind, language).answers[CHECK_YES]: CARD_AFTER[kind]
        for kind in CHECK_KINDS
        for language in LANGUAGES
    }
    return shown.get(title, "crisis")


def decision(
    outcome: str,
    intent: str,
    confidence: float,
    *,
    ranking: Sequence[Mapping[str, Any]] = (),
    parts: Sequence[Mapping[str, Any]] = (),
    choices: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """What was understood, for the actions and for the record."""
    return {
        "outcome": outcome,
        "intent": intent,
        "confidence": round(float(confidence), 4),
        "ranking": list(ranking),
        "parts": list(parts),
        "choices": list(choices),
    }


def intent_fields(intent: str, confidence: float) -> dict[str, Any]:
    """`intent`, and for an answer `response_selector`, without which `utter_faq` says nothing."""
    base, is_retrieval, _ = intent.partition("/")
    fields: dict[str, Any] = {"intent": {INTENT_NAME_KEY: base, PREDICTED_CONFIDENCE_KEY: float(confidence)}}
    if is_retrieval:
        fields["intent"][FULL_RETRIEVAL_INTENT_NAME_KEY] = intent
    if base == FAQ:
        fields["response_selector"] = _selector(intent, confidence)
    return fields


def _selector(intent: str, confidence: float) -> dict[str, Any]:
    selected = {
        RESPONSE: {
            INTENT_RESPONSE_KEY: intent,
            "utter_action": f"utter_{intent}",
            "confidence": float(confidence),
            "responses": [],
        },
        "ranking": [{INTENT_RESPONSE_KEY: intent, "confidence": float(confidence)}],
    }
    return {"all_retrieval_intents": [FAQ], FAQ: selected, "default": selected}
