"""A call that was asked for already: take it back, or put it right."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.callback_details import SLOTS
from actions.speech import ask_web_half, facts, say


class ActionTakeBackCall(Action):
    """Asks the web half to take the open request back; says so when there is none."""

    def name(self) -> str:
        return "action_take_back_call"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if facts(tracker).get("call_is_open"):
            ask_web_half(dispatcher, "cancel_callback", reason="taken_back", fields={})
            say(dispatcher, "utter_call_taken_back")
            slots = (*SLOTS, "callback_sent", "callback_confirmed", "callback_step")
            return [SlotSet(slot, None) for slot in slots]
        say(dispatcher, "utter_nothing_to_cancel")
        return []


class ActionCorrectCall(Action):
    """Opens the form on what was sent: only what changes is asked for, and it goes after a new yes."""

    def name(self) -> str:
        return "action_correct_call"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if not facts(tracker).get("call_is_open"):
            say(dispatcher, "utter_nothing_to_correct")
            return []
        say(dispatcher, "utter_call_to_correct")
        return [FollowupAction("callback_form")]
