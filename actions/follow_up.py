"""More of what was just answered: a passage of the answer, or what is not known here."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import finish_answer, remember
from actions.lost import UNCLEAR, least_said, remember_lost
from actions.speech import call_choices, decision, offer, say


class ActionFollowUp(Action):
    """Says the passage that serves the follow-up; without one, what is not known, and what else is."""

    def name(self) -> str:
        return "action_follow_up"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        understood = decision(tracker)
        (part,) = understood["parts"]
        aspect = understood["intent"].partition("/")[2]
        passage = part.get("passage")
        serves = bool(passage) and passage.endswith(f"_{aspect}")
        first = f"utter_follow_up/{aspect}"
        is_lost = first in UNCLEAR
        first = least_said(tracker, UNCLEAR) if is_lost else first
        said = [*([] if serves else [first]), *([passage] if passage else [])]
        for utterance in said:
            say(dispatcher, utterance)
        finish_answer(dispatcher, tracker, [part])
        if not serves and not part.get("offer_call"):
            offer(dispatcher, call_choices(tracker))
        lost = remember_lost(tracker, first) if is_lost else []
        return [*remember(tracker, [part], more=said), *lost]
