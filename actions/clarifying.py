"""Asking back when unsure, declining when it is not ours, and getting back on the road."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import finish_answer
from actions.lost import ASK_BACK, DECLINE, NONE_FITS, OTHER_LANGUAGE, REMARK, is_third, say_lost
from actions.speech import (
    call_choices,
    choice,
    decision,
    is_in_crisis,
    offer,
    say,
    say_how_to_reach_us,
)

# Inside a form fewer words are a detail that was not read rather than a question.
MIN_QUESTION_WORDS = 3
_DECLINES = {"none_of_these": NONE_FITS, "other_language": OTHER_LANGUAGE}
# What is said to what somebody tells (components/decision/told.py).
_HEARD = {
    "for_somebody": "utter_for_somebody",
    "hardship": "utter_hardship",
    "sorrow": "utter_sorrow",
}


class ActionAskBack(Action):
    """Offers the two or three nearest answers, and always "none of these"."""

    def name(self) -> str:
        return "action_ask_back"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        words = str(tracker.latest_message.get("text") or "").split()
        if tracker.active_loop_name and len(words) < MIN_QUESTION_WORDS:
            return lost_in_form(dispatcher, tracker)
        choices = [*decision(tracker)["choices"], choice("none_of_these", "none_of_these", tracker)]
        if is_third(tracker):
            choices += call_choices(tracker)
        events = say_lost(dispatcher, tracker, ASK_BACK, choices=choices)
        finish_answer(dispatcher, tracker, [])
        return [*events, FollowupAction(tracker.active_loop_name)] if tracker.active_loop_name else events


class ActionDecline(Action):
    """Says honestly that there is no answer, and how to reach somebody who has one."""

    def name(self) -> str:
        return "action_decline"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if is_in_crisis(tracker):
            say(dispatcher, "utter_still_here")
            return []
        intent = str((tracker.latest_message.get("intent") or {}).get("name"))
        events = say_lost(dispatcher, tracker, _DECLINES.get(intent, DECLINE))
        finish_answer(dispatcher, tracker, [])
        if not tracker.active_loop_name:
            say_how_to_reach_us(dispatcher, tracker)
            offer(dispatcher, call_choices(tracker))
        return events


class ActionRemark(Action):
    """Hears what somebody tells and asks nothing about; at the third time names a way on."""

    def name(self) -> str:
        return "action_remark"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        leads_on = is_third(tracker)
        events = say_lost(dispatcher, tracker, REMARK)
        if leads_on:
            say_how_to_reach_us(dispatcher, tracker)
            offer(dispatcher, call_choices(tracker))
        return events


class ActionLost(Action):
    """Where no rule fits: says so and, inside a form, asks the open question once more."""

    def name(self) -> str:
        return "action_lost"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if tracker.active_loop_name:
            return lost_in_form(dispatcher, tracker)
        say(dispatcher, "utter_still_here" if is_in_crisis(tracker) else "utter_default")
        return []


def lost_in_form(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Let the form ask again; say that this was not understood unless a detail was read from it.

    "email me instead" fills no slot that the form requires, so Rasa takes it for no answer.
    """
    if not tracker.latest_message.get("entities"):
        say(dispatcher, "utter_form_not_understood")
    return [FollowupAction(tracker.active_loop_name)]


class ActionHear(Action):
    """Says a few warm words to what somebody tells, with what they may want to know below."""

    def name(self) -> str:
        return "action_hear"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        understood = decision(tracker)
        say(dispatcher, _HEARD[understood["intent"]], choices=understood["choices"])
        return []
