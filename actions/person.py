"""Asking for a person: what is possible now, said honestly."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.speech import (
    ask_web_half,
    call_choices,
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
            again = any(
                (event.get("metadata") or {}).get("utterance") == "utter_spanish_hello"
                for event in tracker.events
            )
            say(dispatcher, "utter_spanish_again" if again else "utter_spanish_hello")
            say_how_to_reach_us(dispatcher, tracker)
            offer(dispatcher, call_choices(tracker))
            return []
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


# What is said to each intent of the rules that run `action_offer_call`.
SAID_BEFORE_A_CALL = {
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
