"""Replies of a bot, made by hand, and somebody who plays a part: for the tests of the checks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from training.dialogues.answers import Answers
from training.dialogues.turns import ReceivedMessage, Turn

ANSWERS = Answers({
    "cost": {"title": "How much is it?", "topics": ["cost"]},
    "parking": {"title": "Is there parking?", "topics": ["location"]},
    "hours": {"title": "When are you open?", "topics": ["hours"]},
    "low": {"title": "I'm having a hard time", "topics": ["feeling_low"]},
})  # fmt: skip
READ_BACK = "Let me read that back:\n- Name: Ana\n- Reach you at: (303) 555-0142\n\nShall I send it?"
LONG = "We open at nine and close at five on every weekday, and our team can tell you about the holidays too."


def said(
    text: str, utterance: str = "utter_x", *, titles: Sequence[str] = (), **more: Any
) -> ReceivedMessage:
    told = {"author": "bot", "kind": "text", "text": text, "utterance": utterance, **more}
    return ReceivedMessage.of({**told, "choices": [{"title": title} for title in titles]})


def answer(name: str, text: str = "", *titles: str) -> ReceivedMessage:
    return said(text or f"All about {name}.", f"utter_faq/{name}", titles=titles, details={"answer": name})


def card(kind: str) -> ReceivedMessage:
    return said("Call or text 988.", "", kind="card", author="system", details={"kind": kind})


def soft_line() -> ReceivedMessage:
    text = "If you ever think of ending your life, you can call or text 988, day or night."
    return said(text, "", kind="notice", author="system")


def turn(*messages: ReceivedMessage, was_open: bool = False, is_open: bool = False) -> Turn:
    return Turn("?", messages, ANSWERS, was_open=was_open, is_open=is_open)


ASKS_NAME = turn(said("What is your first name?", "utter_ask_first_name"))
ASKS_NUMBER = turn(said("What number can we reach you at?", "utter_ask_phone"))
ASKS_TIME = turn(said("When is a good time to reach you?", "utter_ask_best_time"))
READS_BACK = turn(said(READ_BACK, "utter_read_back", titles=["Yes, send it", "Change the name"]))
SENT = turn(said("I have passed it on.", "utter_callback_sent"), is_open=True)
ASKS_BACK = turn(
    said("Did you mean one of these?", "utter_ask_back", titles=["How much is it?", "None of these"])
)
DECLINES = turn(said("I don't have an answer to that.", "utter_decline"))


class Part:
    """Plays its part: gives one turn after the other, whatever is said to it, and notes what was."""

    def __init__(self, *turns: Turn) -> None:
        self._left = [*turns]
        self.heard: list[str] = []
        self.turns: list[Turn] = []

    def say(self, text: str) -> Turn:
        self.heard.append(text)
        self.turns.append(self._left.pop(0))
        return self.turns[-1]

    def press(self, pattern: str) -> Turn | None:
        titles = [title for each in self.turns for title in each.titles]
        fits = [title for title in titles if re.search(pattern, title, re.IGNORECASE)]
        return self.say(f"[{fits[-1]}]") if fits else None
