"""A written conversation is played step by step, the form for a call in whichever order it asks."""

from __future__ import annotations

from typing import Any

from tests.training import talk
from tests.training.talk import Part, answer, said, turn
from training.dialogues.dialogue import Dialogue
from training.dialogues.player import Played, play
from training.dialogues.turns import Turn

FULL: dict[str, Any] = {"name": "Ana", "contact": "303 555 0142", "time": "mornings"}


def played(steps: list[dict[str, Any]], *turns: Turn) -> tuple[Played, Part]:
    part = Part(*turns)
    return play(Dialogue("d1", "kind", "file", steps), part), part


def test_each_turn_is_judged_after_those_before_it() -> None:
    steps = [{"say": "hours?", "expect": {"topic": "hours"}}, {"say": "why", "expect": {"not_repeat": True}}]
    again = turn(answer("hours", talk.LONG))
    result, part = played(steps, again, again)
    assert part.heard == ["hours?", "why"]
    assert result.counted == [True, False]
    assert not result.passed


def test_what_only_leads_up_to_the_turn_is_judged_and_not_counted() -> None:
    steps: list[dict[str, Any]] = [
        {"say": "hours?", "setup": True, "expect": {"topic": "hours"}},
        {"say": "thanks"},
        {"say": "cost?", "expect": {"topic": "cost"}},
    ]
    result, _ = played(steps, turn(answer("parking")), turn(said("Welcome.")), turn(answer("cost")))
    assert result.counted == [True]
    assert (result.passed, result.why) == (False, ["topic: none of ['hours'], answers parking"])


def test_a_button_is_pressed_by_its_title_or_words_are_said_instead() -> None:
    press = {"press": "much", "or_say": "how much"}
    _, part = played([{"say": "hm"}, press], talk.ASKS_BACK, turn(answer("cost")))
    assert part.heard == ["hm", "[How much is it?]"]
    _, part = played([{"say": "hm"}, press], talk.DECLINES, turn(answer("cost")))
    assert part.heard == ["hm", "how much"]
    result, _ = played([{"say": "hm"}, {"press": "much"}], talk.DECLINES)
    assert result.why == ["there is no choice 'much'"]


def test_a_pick_says_nothing_where_no_question_was_asked_back() -> None:
    steps: list[dict[str, Any]] = [{"say": "pay"}, {"say": "1", "if_asks_back": True, "expect": {"picks": 1}}]
    result, part = played(steps, turn(answer("cost")))
    assert (result.skipped, result.passed, part.heard) == (True, False, ["pay"])
    result, _ = played(steps, talk.ASKS_BACK, turn(answer("cost")))
    assert (result.skipped, result.passed) == (False, True)


def test_the_form_is_filled_in_the_order_in_which_it_asks() -> None:
    steps = [{"fill": {**FULL, "to": "consent"}, "expect": {"readback_has": ["Ana"]}}]
    result, part = played(steps, talk.ASKS_NUMBER, talk.ASKS_NAME, talk.ASKS_TIME, talk.READS_BACK)
    assert part.heard == ["Please have someone call me.", "303 555 0142", "Ana", "mornings"]
    assert result.passed


def test_to_have_it_sent_the_button_is_pressed() -> None:
    steps = [{"fill": {**FULL, "to": "sent"}}]
    turns = (talk.ASKS_NAME, talk.ASKS_NUMBER, talk.ASKS_TIME, talk.READS_BACK, talk.SENT)
    result, part = played(steps, *turns)
    assert (result.passed, part.heard[-1]) == (True, "[Yes, send it]")


def test_a_form_that_asks_twice_for_the_same_fails() -> None:
    result, _ = played([{"fill": {**FULL, "to": "consent"}}], talk.ASKS_NAME, talk.ASKS_NAME)
    assert result.why == ["the form asks for name again on the way to ['consent']"]


def test_a_form_that_asks_for_what_was_not_given_fails() -> None:
    result, _ = played([{"fill": {"to": "consent", "name": "Ana"}}], talk.ASKS_NAME, talk.ASKS_TIME)
    assert result.why == ["the form asks for time on the way to ['consent']"]


def test_a_form_that_is_dropped_on_the_way_fails() -> None:
    result, _ = played([{"fill": {**FULL, "to": "consent"}}], talk.ASKS_NAME, talk.DECLINES)
    assert result.why == ["the form asks for nothing on the way to ['consent']"]


def test_a_walk_stops_where_it_was_to_lead() -> None:
    result, part = played([{"fill": {"to": ["name", "contact"]}}], talk.ASKS_NUMBER)
    assert (result.passed, part.heard) == (True, ["Please have someone call me."])
