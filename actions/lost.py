"""What is said where a message was not understood: other words each time, and at the third a way on."""

from __future__ import annotations

from collections.abc import Sequence

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.speech import Choice, say

# The slot outlives the window: names of what was said, oldest first.
LOST_SLOT = "lost"
EVERY = 3
MAX_LOST = 30  # a multiple of EVERY, so that the count goes on where the oldest are dropped
# Wordings of one thing, and last the one that leads to a person.
ASK_BACK = ("utter_ask_back", "utter_ask_back_again", "utter_ask_back_third", "utter_ask_back_person")
DECLINE = ("utter_decline", "utter_decline_again", "utter_decline_third", "utter_decline_person")
NONE_FITS = ("utter_none_of_these", "utter_decline_person")
OTHER_LANGUAGE = ("utter_other_language", "utter_other_language")  # in other words it is no clearer
REMARK = ("utter_remark", "utter_remark_again", "utter_decline_person")
UNCLEAR = ("utter_follow_up/unclear", "utter_follow_up/unclear_again", "utter_follow_up/unclear_person")


def is_third(tracker: Tracker) -> bool:
    """Whether two messages in a row of three were not understood before this one."""
    return len(tracker.get_slot(LOST_SLOT) or ()) % EVERY == EVERY - 1


def least_said(tracker: Tracker, wordings: Sequence[str]) -> str:
    """The wording for this message: the last of them at a third, else the one said least so far."""
    *usual, leads_on = wordings
    said = list(tracker.get_slot(LOST_SLOT) or ())
    return leads_on if is_third(tracker) else min(usual, key=said.count)


def remember_lost(tracker: Tracker, wording: str) -> list[EventType]:
    """Keep what was said where nothing was understood."""
    said = [*(tracker.get_slot(LOST_SLOT) or ()), wording]
    return [SlotSet(LOST_SLOT, said[EVERY:] if len(said) > MAX_LOST else said)]


def say_lost(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    wordings: Sequence[str],
    *,
    choices: Sequence[Choice] = (),
) -> list[EventType]:
    """Say that this was not understood, in words that were said least; return what remembers it."""
    wording = least_said(tracker, wordings)
    say(dispatcher, wording, choices=choices)
    return remember_lost(tracker, wording)
