"""Checks on the form for a call: what it asks, reads back, sends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from training.dialogues import form
from training.dialogues.texts import holds, listed
from training.dialogues.turns import Turn


def in_form(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """The form goes on; or it asks for nothing."""
    asked = form.asked_for(turn)
    if value:
        return "" if form.is_in_form(turn) else "the form has ended"
    return f"the form asks for {', '.join(asked)}" if asked else ""


def asks_for(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """The form asks for one of these."""
    asked = form.asked_for(turn)
    return "" if set(asked) & {*listed(value)} else f"asks for {asked or 'nothing'}, not {listed(value)}"


def readback_has(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """What is read back holds each of these."""
    shown = form.read_back(turn)
    if not shown:
        return "nothing is read back"
    lacking = [each for each in listed(value) if not holds(each, shown)]
    return f"the read-back lacks {lacking}" if lacking else ""


def readback_lacks(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """What is read back holds none of these."""
    shown = form.read_back(turn)
    there = [each for each in listed(value) if shown and holds(each, shown)]
    return f"the read-back has {there}" if there else ""


def sent(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """The request was passed on or changed in this turn and is open; or it was not."""
    was_sent = form.was_sent(turn)
    if not value:
        return "the request was sent" if was_sent else ""
    if not was_sent:
        return "nothing was sent"
    return "" if turn.is_open else "it says sent, and no request is open"


def callback_open(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """A request for a call is open now, or none is."""
    return "" if turn.is_open is bool(value) else f"a request is {'' if turn.is_open else 'not '}open"
