"""Checks on the words of a turn, and on what kind of reply it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from training.dialogues.checks.topics import what_was_given
from training.dialogues.texts import listed
from training.dialogues.texts import says as is_said
from training.dialogues.turns import Turn
from training.dialogues.wordings import names, wording

SKILLS = {skill: wording("skills", skill) for skill in names("skills")}


def says(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """Each pattern is in the texts; the line about help does not count."""
    lacking = [pattern for pattern in listed(value) if not is_said(pattern, turn.reply_text)]
    return f"does not say {lacking}" if lacking else ""


def not_says(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """No pattern is in the texts."""
    there = [pattern for pattern in listed(value) if is_said(pattern, turn.text)]
    return f"says {there}" if there else ""


def utterance(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """One pattern is in the name of what was said."""
    said = [each.utterance for each in turn.messages]
    hit = any(is_said(pattern, each) for pattern in listed(value) for each in said)
    return "" if hit else f"none of {listed(value)} in {said}"


def not_utterance(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """No pattern is."""
    said = [each.utterance for each in turn.messages]
    hit = [each for each in said for pattern in listed(value) if is_said(pattern, each)]
    return f"says {hit}" if hit else ""


def declined(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """It says, or does not say, that it has nothing on this."""
    return _as_wanted(value, turn.declined, "it declines")


def asks_back(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """It asks, or does not ask, which of some questions was meant."""
    return _as_wanted(value, turn.asks_back, f"it asks back {turn.titles}")


def offers_person(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """The team, a person or a call is offered or named, or is not."""
    return _as_wanted(value, turn.offers_person, "it offers a person")


def skill(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """The reply is one of these, by its name or by words that anybody would use; no answer is given."""
    fits = (SKILLS[each].fits(message.utterance, message.text) for each in listed(value)
            for message in turn.others)  # fmt: skip
    if not turn.answered and any(fits):
        return ""
    return f"not {listed(value)}, {what_was_given(turn)}: {[each.text[:70] for each in turn.others]}"


def _as_wanted(wanted: Any, is_so: bool, what: str) -> str:
    if is_so is bool(wanted):
        return ""
    return what if is_so else f"it is not so that {what}"
