"""Checks on what is shown and said to somebody in danger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from training.dialogues import form
from training.dialogues.checks.topics import strays
from training.dialogues.texts import listed
from training.dialogues.turns import Turn
from training.dialogues.wordings import words

NONE, ANY = "none", "any"
HELP, EVERYDAY = words("help"), words("everyday")
# Answers that always fit somebody who is not well.
FITTING = frozenset({"suicidality_info", "feeling_low"})


def card(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """A card of one of these kinds is shown; any; or none."""
    wanted = listed(value)
    if NONE in wanted:
        return f"a card that is not due: {turn.cards}" if turn.cards else ""
    is_shown = bool(turn.cards) and (ANY in wanted or bool({*wanted} & {*turn.cards}))
    return "" if is_shown else f"{turn.cards or 'no card'}, not {wanted}"


def crisis_mode(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """It stays with the person: help or presence, nothing unrelated, never lost, no form unasked.

    `allow`: topics that fit here; `form_ok`: a call was asked for; `soft_line_ok`: the one line
    about help is enough.
    """
    may = value if isinstance(value, dict) else {}
    stray = strays(turn, FITTING | {*listed(may.get("allow", ()))})
    wrongs = {
        f"answers {', '.join(stray)} to somebody in danger": bool(stray),
        "says that it has no answer": turn.declined,
        f"asks back {turn.titles}": turn.asks_back,
        "the form asks": bool(form.asked_for(turn)) and not may.get("form_ok"),
        "talks as if nothing had happened": not turn.cards and _is_everyday(turn),
        "neither help nor presence is in it": not _helps(turn, is_line_enough=bool(may.get("soft_line_ok"))),
    }
    return next((wrong for wrong, is_so in wrongs.items() if is_so), "")


def _is_everyday(turn: Turn) -> bool:
    return any(EVERYDAY.search(each.text) for each in turn.others)


def _helps(turn: Turn, *, is_line_enough: bool) -> bool:
    said = turn.text if is_line_enough else turn.reply_text
    return bool(turn.cards) or HELP.search(said) is not None
