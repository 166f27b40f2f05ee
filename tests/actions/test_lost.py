"""What is not understood several times in one conversation: no sentence a third time, and a way on."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.clarifying import ActionAskBack, ActionDecline, ActionRemark
from actions.follow_up import ActionFollowUp
from actions.lost import ASK_BACK, DECLINE, EVERY, LOST_SLOT, MAX_LOST, UNCLEAR
from tests.actions.test_speech import COST, tracker

COSTS = {"choices": [{"title": "Cost", "intent": "faq/cost"}]}
UNSURE = {"intent": "follow_up/unclear", "parts": [COST]}
# An action, the intent it runs on, and what was decided.
Turn = tuple[Any, str, dict[str, Any]]
ASKED_BACK: Turn = (ActionAskBack(), "nlu_fallback", COSTS)
DECLINED: Turn = (ActionDecline(), "out_of_scope", {})
TOLD: Turn = (ActionRemark(), "remark", {})
NOT_SURE: Turn = (ActionFollowUp(), "follow_up", UNSURE)
# Sentences about what was not understood, apart from the offer of a call and the passages beside them.
LOST = ("utter_ask_back", "utter_decline", "utter_remark", "utter_follow_up/unclear")


def played(turns: list[Turn]) -> tuple[list[str], list[list[str]]]:
    """What was said to each of these messages of one conversation, and the choices below."""
    slots: dict[str, Any] = {}
    names, titles = [], []
    for action, intent, decided in turns:
        dispatcher = CollectingDispatcher()
        found = tracker(slots=slots, intent=intent, decision=decided)
        for event in action.run(dispatcher, found, {}):
            slots[event["name"]] = event["value"]
        said = [str(message["response"]) for message in dispatcher.messages if message.get("response")]
        names += [name for name in said if name.startswith(LOST)]
        titles.append([button["title"] for message in dispatcher.messages for button in message["buttons"]])
    return names, titles


@pytest.mark.parametrize(
    "turns",
    [
        [ASKED_BACK] * 3,
        [DECLINED] * 3,
        [TOLD] * 3,
        [NOT_SURE] * 3,
        [TOLD, ASKED_BACK, DECLINED],
        [DECLINED, NOT_SURE, TOLD],
        [DECLINED, TOLD, ASKED_BACK],
    ],
)
def test_the_third_that_is_not_understood_leads_to_a_person(turns: list[Turn]) -> None:
    names, titles = played(turns)
    assert len(set(names)) == EVERY
    assert names[-1].endswith("_person")
    assert "Have someone call me" in titles[-1]


@pytest.mark.parametrize(("turn", "n_times"), [(ASKED_BACK, 8), (DECLINED, 8), (TOLD, 6), (NOT_SURE, 6)])
def test_no_such_sentence_comes_a_third_time(turn: Turn, n_times: int) -> None:
    names, _ = played([turn] * n_times)
    assert len(names) == n_times
    assert max(names.count(name) for name in names) <= 2


def test_asking_back_for_the_third_time_keeps_its_choices() -> None:
    _, titles = played([ASKED_BACK] * 3)
    assert titles[-1] == ["Cost", "None of these", "Have someone call me"]


def test_a_long_conversation_keeps_its_count_and_no_endless_list() -> None:
    full = {LOST_SLOT: [DECLINE[0]] * MAX_LOST}
    (kept,) = DECLINED[0].run(CollectingDispatcher(), tracker(slots=full, intent="out_of_scope"), {})
    assert len(kept["value"]) <= MAX_LOST
    assert len(kept["value"]) % EVERY == (MAX_LOST + 1) % EVERY


def test_each_kind_has_words_of_its_own() -> None:
    assert not set(ASK_BACK) & set(DECLINE) & set(UNCLEAR)
