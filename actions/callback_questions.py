"""What the callback form asks for each detail, and the read-back before anything is sent."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.callback_details import asks_for_message, channel, read_back_values
from actions.speech import choice, say


class ActionAskFirstName(Action):
    """Opens the form, or asks once more in fewer words."""

    def name(self) -> str:
        return "action_ask_callback_first_name"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        asked = any(
            (event.get("metadata") or {}).get("utterance") == "utter_ask_first_name"
            for event in tracker.events
        )
        # Whoever wants a person has just been told what the details are for.
        asked = asked or (tracker.latest_message.get("intent") or {}).get("name") == "talk_to_human"
        say(dispatcher, "utter_ask_first_name_again" if asked else "utter_ask_first_name")
        return []


class ActionAskPhone(Action):
    """Asks for the number; nobody has to give one."""

    def name(self) -> str:
        return "action_ask_callback_phone"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        by_text = channel(tracker) == "text"
        name = tracker.get_slot("callback_first_name")
        values = {"first_name": name} if name else {}
        say(dispatcher, "utter_ask_text_number" if by_text else "utter_ask_phone", values=values)
        return []


class ActionAskEmail(Action):
    """Asks for the address of somebody who chose e-mail."""

    def name(self) -> str:
        return "action_ask_callback_email"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        say(dispatcher, "utter_ask_email")
        return []


class ActionAskBestTime(Action):
    """Asks when, with three times to press; whether they are new here is asked along."""

    def name(self) -> str:
        return "action_ask_callback_best_time"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        times = ("mornings", "afternoons", "any_time")
        choices = [choice(time, "inform", tracker) for time in times]
        say(dispatcher, "utter_ask_best_time", choices=choices)
        return []


class ActionReadBack(Action):
    """Reads everything back and asks for the yes that sends it."""

    def name(self) -> str:
        return "action_ask_callback_confirmed"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        change = [
            choice("change", "correct_details", tracker),
            choice("cancel", "cancel_callback", tracker),
        ]
        if asks_for_message(tracker):
            yes, no = ("yes_message", "affirm"), ("no_message", "deny")
            choices = [choice(*yes, tracker), choice(*no, tracker), *change]
            utterance = "utter_read_back_call"
        else:
            choices = [choice("send", "affirm", tracker), *change]
            utterance = "utter_read_back"
        say(dispatcher, utterance, values=read_back_values(tracker), choices=choices)
        return []
