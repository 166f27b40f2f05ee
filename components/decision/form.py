"""The decision on a message in the callback form, on a sent request, and on a refusal of calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from components.decision.answer_book import PREFIX
from components.decision.choices import decision
from components.decision.form_reply import ASK, SENT
from components.decision.form_turn import in_spanish, undecided
from components.decision.refusals import ROBOT
from components.decision.spanish import SPANISH_HELP, skill_in_spanish
from components.form_extractors import read_details
from components.form_extractors.component import add_details, asked
from components.form_extractors.kinds import ABOUT_CALL, Detail
from components.form_extractors.others import calls_another
from components.form_extractors.plain_text import bare
from components.form_extractors.questions import asks_after_request, is_question
from components.keys import FORM_TURN, IN_CRISIS, LANGUAGE, READING_TEXT, REFUSED
from components.safety_gate import CARD_KINDS, ENGLISH

_WRITE_TO_ME = re.compile(
    r"^(?:(?:please|just|so|but|and|instead|you can|can you|could you|rather) )*(?:email|text|write"
    r"|message|sms)(?: to)? me\b"
    r"(?! (?:the|your|a|an|some|about|what|how|when|if)\b)"
)
REFUSE_CALL, REFUSE_ROBOT = "refuse_call", "refuse_robot"
_WANTS_SOMEBODY = ("callback", "talk_to_human")
_TELLS_TO_TELL = (
    "tell me",
    "want to know",
    "need to know",
    "give me",
    "explain",
    "info on",
    "wondering about",
    "whether ",
)


def decide_in_form(
    message: Message, understood: Mapping[str, Any], tracker: DialogueStateTracker | None
) -> dict[str, Any] | None:
    """What the form, a sent request or a refusal makes of a message; None leaves it as understood."""
    turn = message.get(FORM_TURN)
    facts = (message.get("metadata") or {}).get("facts") or {}
    asked_for = asked(tracker, facts)
    text = str(message.get(TEXT) or "")
    if turn is not None and turn.intent:
        return _skill(turn.intent, understood)
    if asked_for == SENT:
        return _again(message, understood, tracker)
    if asked_for:
        if message.get(LANGUAGE) != ENGLISH:
            skill = skill_in_spanish(text)
            turn = in_spanish(text, asked_for=asked_for, skill=skill)
            add_details(message, turn.details, tracker)
            return _skill(turn.intent or (SPANISH_HELP if skill == "callback" else skill), understood)
        turn = undecided(text, asked_for=asked_for, understood=understood)
        add_details(message, turn.details, tracker)
        return _skill(turn.intent, understood) if turn.intent else None
    in_crisis = tracker is not None and tracker.get_slot(IN_CRISIS) in CARD_KINDS
    if asks_after_request(text) and not in_crisis:
        add_details(message, [Detail(ABOUT_CALL, "was_it_sent", 0, 0)], tracker)
        return _skill(ASK, understood)
    if understood["outcome"] in ("declined", "asked_back") and not in_crisis and calls_another(text):
        details = read_details(text, region=facts.get("country", "US"))
        add_details(message, details, tracker)
        return _skill("callback", understood)
    # After a card "I could never phone a hotline" is heard as what it is, not as a wish about us.
    if not message.get(REFUSED) or in_crisis:
        return None
    if _WRITE_TO_ME.search(bare(str(message.get(READING_TEXT) or ""))):  # "e-mail me please, no calls"
        add_details(message, read_details(text, region=facts.get("country", "US")), tracker)
        return _skill("callback", understood)
    return _refusal(message, understood)


def _again(
    message: Message, understood: Mapping[str, Any], tracker: DialogueStateTracker | None
) -> dict[str, Any] | None:
    """Asking for a call that is asked for already is answered with what the team has."""
    if understood["intent"] not in _WANTS_SOMEBODY[:1]:
        return None
    add_details(message, [Detail(ABOUT_CALL, "was_it_sent", 0, 0)], tracker)
    return _skill(ASK, understood)


def _refusal(message: Message, understood: Mapping[str, Any]) -> dict[str, Any] | None:
    """The rest of the message counts when it asks something; else the refusal is what was said."""
    rest = str(message.get(READING_TEXT) or "")
    has_rest = rest != str(message.get(TEXT) or "")
    asks = any(map(is_question, rest.split(". "))) or any(words in rest.lower() for words in _TELLS_TO_TELL)
    if has_rest and asks and understood["outcome"] == "answered":
        return None
    if has_rest and understood["outcome"] == "skill" and understood["intent"] in _WANTS_SOMEBODY:
        return None
    return _skill(REFUSE_ROBOT if message.get(REFUSED) == ROBOT else REFUSE_CALL, understood)


def _skill(intent: str, understood: Mapping[str, Any]) -> dict[str, Any]:
    near = [choice for choice in understood.get("choices") or () if choice["intent"].startswith(PREFIX)]
    return decision("skill", intent, 1.0, ranking=understood["ranking"], choices=near)
