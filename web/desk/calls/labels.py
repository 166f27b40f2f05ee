"""States, deeds and outcomes of a request for a call, as staff read and press them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import RowMapping

STATES = {
    "new": "New",
    "called": "Called, not reached",
    "reached": "Reached, call again",
    "done": "Done",
    "cancelled": "No longer needed",
}
OUTCOMES = {
    "reached": "Reached",
    "voicemail": "Voicemail left",
    "no_answer": "No answer",
    "busy": "Busy",
    "wrong_number": "Wrong number",
}
DEEDS = {
    **STATES,
    "new": "Reopened",
    "changed": "Changed in the chat",
    "asked_again": "The same number was left in another chat",
    "claimed": "Call started",
    "released": "Not calling after all",
    "put_off": "Snoozed",
    "brought_back": "Due now",
    "remarked": "Note",
    "undone": "Last step undone",
    "merged": "Marked as the same person as another request",
    "parted": "Marked as a different person than others with this number",
}


class Result(NamedTuple):
    """What a press on a button means: the state it leads to, and the outcome of the attempt."""

    words: str
    state: str
    outcome: str | None = None


RESULTS: Mapping[str, Result] = {
    "done": Result("Reached, done", "done", "reached"),
    "reached": Result("Reached, call again", "reached", "reached"),
    "no_answer": Result("No answer", "called", "no_answer"),
    "voicemail": Result("Voicemail left", "called", "voicemail"),
    "busy": Result("Busy", "called", "busy"),
    "wrong_number": Result("Wrong number", "called", "wrong_number"),
    "called": Result("Called, not reached", "called"),
    "cancelled": Result("Not needed", "cancelled"),
    "new": Result("Reopen", "new"),
}
# On the page, in the order of their keys.
BUTTONS = ("done", "reached", "no_answer", "voicemail", "busy", "wrong_number", "cancelled", "new")
KEYS = {name: str(number) for number, name in enumerate(BUTTONS[:7], start=1)}


def is_attempt(event: RowMapping) -> bool:
    """Whether somebody tried to reach the visitor."""
    return event["outcome"] is not None or event["did"] == "called"


def deed(event: RowMapping, names: Mapping[str, str]) -> str:
    """One step of a request's history: "Voicemail left, by Nina Nurse"."""
    who = names.get(event["by"] or "", "") or ("The visitor" if event["did"] == "cancelled" else "")
    words = DEEDS.get(event["did"], event["did"])
    if event["did"] == "called":
        words = OUTCOMES.get(event["outcome"] or "", words)
    elif event["did"] == "done" and event["outcome"]:
        words = f"{words}: reached"
    return f"{words}, by {who}" if who else words
