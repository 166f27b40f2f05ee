"""What comes with an answer: a second answer, what to ask next, how to reach a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.speech import (
    Choice,
    call_choices,
    choice,
    decision,
    is_in_crisis,
    offer,
    say,
    say_how_to_reach_us,
)

MAX_NEXT, MAX_SAID = 3, 12
MORE_CHOICE = "follow_up/rest"  # as components/decision/choices.py knows it
Part = Mapping[str, Any]


class ActionAfterAnswer(Action):
    """Runs behind `utter_faq`, which has said the first answer."""

    def name(self) -> str:
        return "action_after_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        parts: list[Part] = list(decision(tracker).get("parts") or ())
        answer_parts(dispatcher, tracker, parts[1:])
        return after_answers(dispatcher, tracker, parts)


class ActionTalkAndAnswer(Action):
    """A few words for a greeting or a thank you, then the answers."""

    def name(self) -> str:
        return "action_talk_and_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        parts: list[Part] = list(decision(tracker).get("parts") or ())
        say(dispatcher, str(decision(tracker)["begins_with"]))
        answer_parts(dispatcher, tracker, parts)
        return after_answers(dispatcher, tracker, parts)


def after_answers(
    dispatcher: CollectingDispatcher, tracker: Tracker, parts: Sequence[Part]
) -> list[EventType]:
    """What stands below the answers, and what is remembered of them."""
    also = decision(tracker).get("choices") or []
    if also and not tracker.active_loop_name and not is_in_crisis(tracker):
        instead = decision(tracker).get("instead")
        say(dispatcher, "utter_or_this" if instead else "utter_also_asked", choices=also)
    finish_answer(dispatcher, tracker, parts, next_too=not also)
    return remember(tracker, parts)


def answer_parts(dispatcher: CollectingDispatcher, tracker: Tracker, parts: Sequence[Part]) -> None:
    """Say the answers to these parts of the message."""
    for part in parts:
        say(dispatcher, f"utter_{part['intent']}")


def finish_answer(
    dispatcher: CollectingDispatcher, tracker: Tracker, parts: Sequence[Part], *, next_too: bool = True
) -> None:
    """Behind the last answer: soft line, the way to a person, what to ask next."""
    if (tracker.latest_message.get("safety") or {}).get("soft_line"):
        say(dispatcher, "utter_safety_soft_line")
    if tracker.active_loop_name or is_in_crisis(tracker) or not parts:
        return
    choices = _next(parts) if next_too else []
    if len(parts) == 1 and parts[0].get("is_long") and not parts[0].get("passage"):
        choices = [choice("more", MORE_CHOICE, tracker), *choices[: MAX_NEXT - 1]]
    if any(part.get("offer_call") for part in parts):
        say_how_to_reach_us(dispatcher, tracker)
        choices = [*choices, *call_choices(tracker)]
    offer(dispatcher, choices)


def remember(tracker: Tracker, parts: Sequence[Part], *, more: Sequence[str] = ()) -> list[EventType]:
    """What "it" means in the next message, and what was said: nothing is said twice in a row."""
    if not parts:
        return []
    said = [*(tracker.get_slot("said") or ()), *(f"utter_{part['intent']}" for part in parts), *more]
    return [
        SlotSet("topic", parts[-1]["intent"]),
        SlotSet("it", parts[-1].get("it")),
        SlotSet("said", list(dict.fromkeys(reversed(said)))[:MAX_SAID][::-1]),
    ]


def _next(parts: Sequence[Part]) -> list[Choice]:
    answered = {part["intent"] for part in parts}
    following = {
        choice["intent"]: choice
        for part in parts
        for choice in part.get("next") or ()
        if choice["intent"] not in answered
    }
    return list(following.values())[:MAX_NEXT]
