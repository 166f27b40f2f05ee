"""Questions about the call itself, in one sentence each; then the form goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.callback_details import read_back_values
from actions.speech import choice, decision, entity, facts, say

MAX_NEAR = 2
UNKNOWN = "utter_about_call_unknown"
_ANSWERS: Mapping[str, str] = {
    "why_first_name": "utter_about_call_why_first_name",
    "why_phone": "utter_about_call_why_phone",
    "why_email": "utter_about_call_why_email",
    "why_best_time": "utter_about_call_why_best_time",
    "why_confirm": "utter_about_call_why_confirm",
    "private": "utter_about_call_private",
    "sharing": "utter_about_call_sharing",
    "keeping": "utter_about_call_keeping",
    "when": "utter_about_call_when",
    "who": "utter_about_call_who",
    "what_number": "utter_about_call_what_number",
    "message": "utter_about_call_message",
    "cost": "utter_about_call_cost",
    "missed": "utter_about_call_missed",
    "can_change": "utter_about_call_can_change",
    "what_next": "utter_about_call_what_next",
    "binding": "utter_about_call_binding",
    "any_number": "utter_about_call_any_number",
    "how_long": "utter_about_call_how_long",
    "now": "utter_about_call_now",
    "by_text": "utter_about_call_other_way",
    "by_email": "utter_about_call_other_way",
}


class ActionAnswerAboutCall(Action):
    """Answers what is asked about a request that was sent already."""

    def name(self) -> str:
        return "action_answer_about_call"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        answer_about_call(dispatcher, tracker)
        return []


def answer_about_call(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Say what is asked about the call, or that the person who calls knows it."""
    question = entity(tracker, "about_call")
    if question == "was_it_sent":
        say_what_is_sent(dispatcher, tracker)
    elif question and question in _ANSWERS:
        say(dispatcher, _ANSWERS[question])
    elif near := list(decision(tracker).get("choices") or ())[:MAX_NEAR]:
        say(dispatcher, "utter_about_call_perhaps", choices=near)
    else:
        say(dispatcher, UNKNOWN)


def say_what_is_sent(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Tell truthfully whether a request is with the team, and what it holds."""
    if not (facts(tracker).get("call_is_open") and tracker.get_slot("callback_sent")):
        say(dispatcher, "utter_about_call_not_sent")
        return
    choices = [
        choice("change", "correct_details", tracker),
        choice("take_back", "cancel_callback", tracker),
    ]
    say(dispatcher, "utter_about_call_sent", values=read_back_values(tracker), choices=choices)
