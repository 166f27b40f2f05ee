"""Who wants no call, no person or no robot is left alone: said once, and offered nothing more."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.speech import say


class ActionRespectRefusal(Action):
    """Says in return what was refused, and remembers it."""

    def name(self) -> str:
        return "action_respect_refusal"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if (tracker.latest_message.get("intent") or {}).get("name") == "refuse_robot":
            say(dispatcher, "utter_refuse_robot")
            return []
        again = tracker.get_slot("refuses_calls")
        say(dispatcher, "utter_refuse_call_again" if again else "utter_refuse_call")
        return [SlotSet("refuses_calls", True)]
