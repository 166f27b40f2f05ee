"""Checks on what was answered or offered, by topic."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from training.dialogues import form
from training.dialogues.answers import TO_A_PERSON
from training.dialogues.texts import listed
from training.dialogues.turns import Turn

LONG_TEXT, SURELY_THE_SAME = 60, 80  # characters


def topic(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """An answer serves one of these topics; for a call, the form asks."""
    return "" if _serves(turn, listed(value)) else f"none of {listed(value)}, {what_was_given(turn)}"


def offer(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """Nothing is answered, and a choice leads to one of these topics."""
    is_offered = not turn.answered and turn.offered_topics & {*listed(value)}
    return "" if is_offered else f"{listed(value)} not offered, {what_was_given(turn)}"


def topic_or_offer(value: Any, turn: Turn, past: Sequence[Turn]) -> str:
    """One of the two."""
    return topic(value, turn, past) and offer(value, turn, past)


def topics_all(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """Each topic (or one of an inner list) is answered, offered, or named as asked about too."""
    there = turn.answered_topics | turn.offered_topics | turn.named_topics
    if form.is_in_form(turn):
        there |= TO_A_PERSON
    lost = [" or ".join(listed(each)) for each in value if not there & {*listed(each)}]
    return f"lost {', '.join(lost)}; {what_was_given(turn)}" if lost else ""


def only_topics(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """No answer is given that serves none of these."""
    stray = strays(turn, listed(value))
    return f"answers {', '.join(stray)} beside them" if stray else ""


def no_answer(value: Any, turn: Turn, _: Sequence[Turn]) -> str:
    """No answer of the content is given."""
    return what_was_given(turn) if value and turn.answered else ""


def not_repeat(value: Any, turn: Turn, past: Sequence[Turn]) -> str:
    """Neither all that the turn before said, nor the last answer, is said once more."""
    return "says again what it has said" if value and past and _repeats(turn, past) else ""


def picks(value: Any, turn: Turn, past: Sequence[Turn]) -> str:
    """What was offered before is answered: the n-th choice, -1 the last, 0 any, "both" the first two."""
    titles = past[-1].titles if past else []
    offered = [topics for title in titles if (topics := turn.answers.topics_of_title(title))]
    if not offered:
        return "nothing was offered before"
    right = [_is_taken(turn, topics) for topics in _picked(value, offered)]
    if right and (any(right) if value == 0 else all(right)):
        return ""
    if value in (0, "both") and turn.asks_back and turn.offered_topics & frozenset().union(*offered):
        return ""  # which of them, of some, is a fair question
    return f"choice {value} of {titles} is not answered; {what_was_given(turn)}"


def strays(turn: Turn, fitting: Collection[str]) -> list[str]:
    """The answers that serve none of the fitting topics."""
    wanted = set(fitting)
    return [name for name, _ in turn.answered if not turn.answers.topics_of(name) & wanted]


def what_was_given(turn: Turn) -> str:
    """In words for who reads why a check failed."""
    given = ", ".join(name for name, _ in turn.answered) or "nothing"
    return f"answers {given}" + (f", asks back {turn.titles}" if turn.asks_back else "")


def _serves(turn: Turn, topics: Sequence[str]) -> bool:
    return bool(turn.answered_topics & {*topics}) or ("callback" in topics and form.is_in_form(turn))


def _is_taken(turn: Turn, topics: frozenset[str]) -> bool:
    return bool(topics & turn.answered_topics) or (topics == TO_A_PERSON and form.is_in_form(turn))


def _picked(value: Any, offered: Sequence[frozenset[str]]) -> Sequence[frozenset[str]]:
    if value == 0:
        return offered
    if value == "both":
        return offered[:2]
    at = value - 1 if value > 0 else value
    return [offered[at]] if -len(offered) <= at < len(offered) else []


def _repeats(turn: Turn, past: Sequence[Turn]) -> bool:
    last_answered = next((each for each in reversed(past) if each.answered), None)
    old = [each.text for each in past[-1].messages]
    old += [each.text for _, each in last_answered.answered] if last_answered else []
    new = [each.text for _, each in turn.answered]
    new = new or [each.text for each in turn.replies if len(each.text) > LONG_TEXT]
    return bool(new) and all(any(_is_same(text, before) for before in old) for text in new)


def _is_same(text: str, before: str) -> bool:
    return text == before or (len(text) > SURELY_THE_SAME and text in before)
