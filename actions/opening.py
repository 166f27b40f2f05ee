"""Whether the clinic is open now, on a day, or on a holiday: from the calendar of the turn's facts."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import finish_answer, remember
from actions.speech import decision, say


class ActionTellOpening(Action):
    """Says what the calendar has on each day that was asked about."""

    def name(self) -> str:
        return "action_tell_opening"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        understood = decision(tracker)
        for each in understood["told"]:
            say(dispatcher, each["utterance"], values=each["values"])
        # Whoever knows the hours needs no phone beside them: only what to ask next is offered.
        parts = [{**part, "offer_call": False} for part in understood["parts"]]
        finish_answer(dispatcher, tracker, parts)
        return remember(tracker, understood["parts"])
