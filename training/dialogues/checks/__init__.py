"""The checks of a turn by name. Each says what is wrong, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from training.dialogues.checks import call, danger, said, topics
from training.dialogues.turns import Turn

Check = Callable[[Any, Turn, Sequence[Turn]], str]
ANY_OF = "any_of"

BY_NAME: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        topics.topic, topics.topic_or_offer, topics.offer, topics.topics_all, topics.only_topics,
        topics.no_answer, topics.not_repeat, topics.picks,
        said.says, said.not_says, said.utterance, said.not_utterance, said.declined, said.asks_back,
        said.offers_person, said.skill,
        call.in_form, call.asks_for, call.readback_has, call.readback_lacks, call.sent, call.callback_open,
        danger.card, danger.crisis_mode,
    )
}  # fmt: skip


def failures(expect: Mapping[str, Any], turn: Turn, past: Sequence[Turn]) -> list[str]:
    """What does not hold of what is expected; empty when all does."""
    problems = ((name, _problem(name, value, turn, past)) for name, value in expect.items())
    return [f"{name}: {problem}" for name, problem in problems if problem]


def _problem(name: str, value: Any, turn: Turn, past: Sequence[Turn]) -> str:
    if name != ANY_OF:
        return BY_NAME[name](value, turn, past)
    each = [failures(alternative, turn, past) for alternative in value]
    return "" if any(not failed for failed in each) else " | ".join(failed[0] for failed in each)
