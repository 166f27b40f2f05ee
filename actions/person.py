"""Asking for a person: what is possible now, said honestly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import MAX_SAID
from actions.speech import (
    ask_web_half,
    call_choices,
    decision,
    facts,
    offer,
    say,
    say_how_to_reach_us,
)


class ActionOfferPerson(Action):
    """Tells who can be reached how; the form that follows takes the details."""

    def name(self) -> str:
        return "action_offer_person"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if (tracker.latest_message.get("intent") or {}).get("name") == "spanish":
            return _in_spanish(dispatcher, tracker)
        if not tracker.get_slot("can_call_back"):
            return []  # the form, which takes nothing then, says what is possible
        known = facts(tracker)
        is_open = bool(known.get("open_now") and known.get("phone"))
        if tracker.active_loop_name:  # asked a second time
            say(dispatcher, "utter_person_again_open" if is_open else "utter_person_again_closed")
        else:
            say(dispatcher, "utter_person_open" if is_open else "utter_person_closed")
        ask_web_half(dispatcher, "handoff", reason="asked_for_a_person", fields={})
        return []


# What Spanish gets, in this order: no sentence twice in a row.
SPANISH_STEPS = ("utter_spanish_hello", "utter_spanish_again", "utter_spanish_once_more")
SPANISH_TITLES = ("utter_spanish_title", "utter_spanish_title_too")


def _in_spanish(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """The English answer under its Spanish title where it is known; always the way to a person."""
    said = list(tracker.get_slot("said") or ())
    understood = decision(tracker)
    title = understood.get("spanish_title")
    is_first = SPANISH_STEPS[0] not in said
    names = [SPANISH_STEPS[0]] if is_first else []
    names += (
        [_next_of(SPANISH_TITLES, said)] if title else [] if is_first else [_next_of(SPANISH_STEPS[1:], said)]
    )
    for name in names:
        is_title = name in SPANISH_TITLES
        choices = understood["choices"] if is_title else []
        say(dispatcher, name, values={"spanish_title": str(title)} if is_title else {}, choices=choices)
    if is_first or not title:
        say_how_to_reach_us(dispatcher, tracker)
    offer(dispatcher, call_choices(tracker))
    return [SlotSet("said", [*said, *names][-MAX_SAID:])]


def _next_of(names: Sequence[str], said: Sequence[str]) -> str:
    """The one of these that was not said last."""
    last = next((each for each in reversed(said) if each in names), None)
    return names[0] if last is None else names[(names.index(last) + 1) % len(names)]


# What is said to each intent of the rules that run `action_offer_call`.
SAID_BEFORE_A_CALL = {
    "accusation": "utter_accusation",
    "angry_goodbye": "utter_angry_goodbye",
    "broken_chat": "utter_broken_chat",
    "business": "utter_business",
    "bot_complaint": "utter_bot_complaint",
    "language_asked": "utter_language_asked",
    "missed_point": "utter_missed_point",
    "sarcasm": "utter_sarcasm",
    "spanish_speaker": "utter_spanish_speaker",
    "upset": "utter_upset",
}


class ActionOfferCall(Action):
    """Says what is said to an intent, and offers a call: for moods and people a person should talk to."""

    def name(self) -> str:
        return "action_offer_call"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        intent = str((tracker.latest_message.get("intent") or {}).get("name"))
        say(dispatcher, SAID_BEFORE_A_CALL[intent])
        say_how_to_reach_us(dispatcher, tracker)
        offer(dispatcher, call_choices(tracker))
        return []
