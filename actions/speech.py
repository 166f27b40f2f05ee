"""How actions speak: utterances by name with typed values, choices, and wishes to the web half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from content.choice_titles import TITLES
from safety.calm import is_over

Choice = Mapping[str, str]
# A slot that outlives the window holds the kind of card (`components/safety_gate.py`).
CARD_KINDS = ("crisis", "crisis_other", "emergency", "harm")
WAYS_TO_REACH = ("phone", "contact_page", "email")


def say(
    dispatcher: CollectingDispatcher,
    utterance: str,
    *,
    values: Mapping[str, str] | None = None,
    choices: Sequence[Choice] = (),
) -> None:
    """Say an utterance by its name; the web half words it."""
    dispatcher.utter_message(response=utterance, values=dict(values or {}), buttons=_buttons(choices))


def offer(dispatcher: CollectingDispatcher, choices: Sequence[Choice]) -> None:
    """Add choices to what was said last."""
    if choices:
        dispatcher.utter_message(buttons=_buttons(choices))


def ask_web_half(
    dispatcher: CollectingDispatcher, kind: str, *, reason: str, fields: Mapping[str, Any]
) -> None:
    """Ask the web half to act: `callback`, `cancel_callback` or `handoff`. The bot itself does nothing."""
    request = {"kind": kind, "reason": reason, "fields": dict(fields)}
    dispatcher.utter_message(json_message={"request": request})


def choice(name: str, intent: str, tracker: Tracker) -> Choice:
    """A choice of a skill, titled in the visitor's language."""
    return {"title": TITLES[name][language(tracker)], "intent": intent}


def language(tracker: Tracker) -> str:
    return "es" if tracker.get_slot("language") == "es" else "en"


def facts(tracker: Tracker) -> Mapping[str, Any]:
    """The facts of the moment that came with this message."""
    return (tracker.latest_message.get("metadata") or {}).get("facts") or {}


def decision(tracker: Tracker) -> Mapping[str, Any]:
    """What the pipeline understood of this message (`components.decision.choices.decision`)."""
    return tracker.latest_message.get("decision") or {}


def entities(tracker: Tracker) -> list[Mapping[str, Any]]:
    """What was read from this message."""
    return list(tracker.latest_message.get("entities") or ())


def entity(tracker: Tracker, kind: str) -> str | None:
    """The first value of a kind that was read from this message."""
    found = (str(each["value"]) for each in entities(tracker) if each["entity"] == kind)
    return next(found, None)


def call_choices(tracker: Tracker) -> list[Choice]:
    """The offer of a call, when somebody would see the request and no form is open."""
    if tracker.active_loop_name or not tracker.get_slot("can_call_back"):
        return []
    if tracker.get_slot("refuses_calls") or tracker.latest_message.get("refused"):
        return []
    return [choice("callback", "callback", tracker)]


def say_how_to_reach_us(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Name the clinic's phone, page or mail; say nothing when none is known."""
    if any(facts(tracker).get(way) for way in WAYS_TO_REACH):
        say(dispatcher, "utter_reach_us")


def is_in_crisis(tracker: Tracker) -> bool:
    """Whether a card holds, or a crisis is in the window: no offers, no "I don't know"."""
    if is_over(tracker.get_slot("after_card_said") or ()):
        return False  # the visitor has said since that there is no danger
    return tracker.get_slot("in_crisis") in CARD_KINDS or any(
        event.get("event") == "user"
        and ((event.get("parse_data") or {}).get("intent") or {}).get("name") == "safety"
        for event in tracker.events
    )


def was_said(tracker: Tracker, utterance: str) -> bool:
    """Whether the bot has said this within the window."""
    return any((event.get("metadata") or {}).get("utterance") == utterance for event in tracker.events)


def _buttons(choices: Sequence[Choice]) -> list[dict[str, str]]:
    return [{"title": c["title"], "payload": f"/{c['intent']}"} for c in choices]
