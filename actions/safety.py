"""The card of a crisis or an emergency. It comes first; a sure question beside it is answered."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import answer_parts
from actions.speech import decision, say


class ActionSafety(Action):
    """Runs the same check's verdict that the web half has already acted on."""

    def name(self) -> str:
        return "action_safety"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        kind = (tracker.latest_message.get("safety") or {}).get("kind", "unsure")
        say(dispatcher, f"utter_safety_{kind}")
        answer_parts(dispatcher, tracker, decision(tracker).get("parts") or [])
        return []
