"""Questions about the call itself, in one sentence each; then the form goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.callback_details import contact_slot, read_back_values, values_so_far
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
    "others": "utter_about_call_others",
    "here": "utter_about_call_here",
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
    elif question == "seen":
        say_who_has_seen_it(dispatcher, tracker)
    elif question and question in _ANSWERS:
        say(dispatcher, _ANSWERS[question])
    elif near := list(decision(tracker).get("choices") or ())[:MAX_NEAR]:
        say(dispatcher, "utter_about_call_perhaps", choices=near)
    else:
        say(dispatcher, UNKNOWN)


def say_what_is_sent(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Tell truthfully whether a request is with the team, and what it holds."""
    if tracker.active_loop_name:
        _say_so_far(dispatcher, tracker)
    elif not tracker.get_slot("callback_sent"):
        say(dispatcher, "utter_about_call_nothing")
    elif not facts(tracker).get("call_is_open"):
        say(dispatcher, "utter_about_call_closed")
    else:
        choices = [
            choice("change", "correct_details", tracker),
            choice("take_back", "cancel_callback", tracker),
        ]
        sent_at = facts(tracker).get("call_sent_at")
        values = {**read_back_values(tracker), **({"sent_at": str(sent_at)} if sent_at else {})}
        say(dispatcher, "utter_about_call_sent", values=values, choices=choices)


def say_who_has_seen_it(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Tell whether somebody on the team has taken the request up, as far as the desk has marked it."""
    if tracker.active_loop_name or not facts(tracker).get("call_is_open"):
        say_what_is_sent(dispatcher, tracker)
    else:
        is_seen = facts(tracker).get("call_is_seen")
        say(dispatcher, "utter_about_call_seen" if is_seen else "utter_about_call_unseen")


def _say_so_far(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """In the form: nothing is sent, and what has been taken down; the read-back follows by itself."""
    slots = ("callback_first_name", contact_slot(tracker), "callback_best_time")
    is_read_back = tracker.get_slot("requested_slot") == "callback_confirmed"
    if is_read_back or not any(tracker.get_slot(slot) for slot in slots):
        say(dispatcher, "utter_about_call_not_sent")
    else:
        say(dispatcher, "utter_about_call_so_far", values=values_so_far(tracker))
