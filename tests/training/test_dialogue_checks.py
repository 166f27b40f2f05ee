"""Each check of a written conversation holds for the reply that it asks for, and fails for another."""

from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.training import talk
from tests.training.talk import answer, card, said, soft_line, turn
from training.dialogues import dialogue
from training.dialogues.checks import ANY_OF, BY_NAME, failures
from training.dialogues.turns import Turn

BEFORE = turn(answer("hours", talk.LONG))
TABLE: list[tuple[str, Any, Turn, Turn]] = [
    # check, its value, a turn for which it holds, one for which it does not (after an answer on hours)
    ("topic", ["cost"], turn(answer("cost")), turn(answer("parking"))),
    ("topic", "cost", turn(answer("cost")), talk.ASKS_BACK),
    ("topic", "callback", talk.ASKS_NAME, turn(answer("cost"))),
    ("topic", "cost", turn(said("More.", "utter_more/cost_why")), turn(said("More.", "utter_more/hours_why"))),
    ("offer", ["cost"], talk.ASKS_BACK, turn(answer("parking", "", "How much is it?"))),
    ("topic_or_offer", ["cost"], talk.ASKS_BACK, turn(answer("parking", "", "How much is it?"))),
    ("topic_or_offer", ["cost"], turn(answer("cost")), talk.DECLINES),
    ("topics_all", ["cost", "location"], turn(answer("cost", "", "Is there parking?")), turn(answer("cost"))),
    ("topics_all", [["cost", "hours"]], turn(answer("hours")), turn(answer("parking"))),
    ("topics_all", ["cost", "callback"], turn(answer("cost"), *talk.ASKS_NAME.messages), turn(answer("cost"))),
    ("topics_all", ["location"], turn(said("You also asked about location.")), turn(said("A fine location."))),
    ("only_topics", ["cost"], turn(answer("cost")), turn(answer("cost"), answer("parking"))),
    ("no_answer", True, talk.DECLINES, turn(answer("cost"))),
    ("not_repeat", True, turn(answer("cost")), turn(answer("hours", talk.LONG))),
    ("not_repeat", True, turn(said("OK.")), turn(said(talk.LONG))),
    ("says", ["nine", "five"], turn(said(talk.LONG)), turn(said("We open at nine."))),
    ("says", "988", turn(said("Call 988.")), turn(said("Fine."), soft_line())),
    ("says", "don't", turn(said("We don’t know.")), turn(said("We know."))),
    ("not_says", "988", turn(said("Fine.")), turn(said("Fine."), soft_line())),
    ("utterance", "faq/c", turn(answer("cost")), turn(answer("hours"))),
    ("not_utterance", "faq/c", turn(answer("hours")), turn(answer("cost"))),
    ("declined", True, talk.DECLINES, turn(answer("cost"))),
    ("declined", False, turn(answer("cost"), said("I don't have an answer to that.")), talk.DECLINES),
    ("asks_back", True, talk.ASKS_BACK, turn(answer("cost"), *talk.ASKS_BACK.messages)),
    ("asks_back", False, talk.READS_BACK, talk.ASKS_BACK),
    ("skill", "thanks", turn(said("You're welcome.")), turn(said("Goodbye."))),
    ("skill", ["thanks", "goodbye"], turn(said("?", "utter_goodbye")), turn(answer("cost", "You're welcome."))),
    ("offers_person", True, turn(said("Our team can tell you.")), turn(said("I can't tell."))),
    ("offers_person", True, turn(said("?", titles=["Have someone call me"])), turn(said("?", titles=["Other"]))),
    ("offers_person", False, turn(said("Understood.")), turn(said("A real person can call."))),
    ("in_form", True, talk.ASKS_TIME, turn(answer("cost"))),
    ("in_form", True, turn(said("I wait for you.", "utter_take_your_time")), turn(said("All right."))),
    ("in_form", False, turn(answer("cost")), talk.READS_BACK),
    ("asks_for", ["name"], talk.ASKS_NAME, talk.ASKS_NUMBER),
    ("asks_for", "contact", turn(said("Which number should we use?", "utter_which")), talk.ASKS_TIME),
    ("asks_for", "change", turn(said("What should I change?", "utter_not_sent_yet")), talk.READS_BACK),
    ("asks_for", "consent", talk.READS_BACK, turn(said("What is a good time?", "utter_new"))),
    ("readback_has", ["Ana", "303.555.0142", "re:reach you"], talk.READS_BACK, talk.ASKS_NAME),
    ("readback_has", "ana", talk.READS_BACK, turn(said(talk.READ_BACK.replace("Ana", "Anabel"), "utter_read_back"))),
    ("readback_lacks", ["Bo", "303 555 0199"], talk.READS_BACK, turn(said("Name: Bo", "utter_read_back"))),
    ("sent", True, talk.SENT, talk.READS_BACK),
    ("sent", True, turn(said("OK."), is_open=True), turn(said("I have passed it on.", "utter_callback_sent"))),
    ("sent", False, turn(said("I have sent nothing.", "utter_callback_cancelled")), talk.SENT),
    ("callback_open", True, talk.SENT, talk.READS_BACK),
    ("callback_open", False, talk.READS_BACK, talk.SENT),
    ("card", "none", turn(said("OK."), soft_line()), turn(card("crisis"))),
    ("card", ["crisis"], turn(card("crisis")), turn(card("emergency"))),
    ("card", "any", turn(card("harm")), turn(said("Call 988."))),
    ("crisis_mode", True, turn(said("I'm still here with you.")), turn(said("Sunny today."))),
    ("crisis_mode", True, turn(answer("low", "I'm so sorry it is this hard.")), turn(answer("cost", "Call 988."))),
    ("crisis_mode", {"allow": ["cost"]}, turn(answer("cost", "I'm here with you.")), turn(answer("hours", "988."))),
    ("crisis_mode", True, turn(said("Call 988.")), turn(said("I don't have an answer. Call 988.", "utter_decline"))),
    ("crisis_mode", True, turn(said("Call 988.")), turn(*talk.ASKS_BACK.messages, said("Call 988."))),
    ("crisis_mode", {"form_ok": True}, turn(said("988."), *talk.ASKS_NAME.messages), turn(said("Sunny."))),
    ("crisis_mode", True, turn(said("988.")), turn(said("988."), *talk.ASKS_NAME.messages)),
    ("crisis_mode", True, turn(card("crisis")), turn(said("Good. What would you like to know? 988 is there."))),
    ("crisis_mode", {"soft_line_ok": True}, turn(said("OK."), soft_line()), turn(said("OK."))),
    ("any_of", [{"topic": "cost"}, {"declined": True}], talk.DECLINES, turn(answer("hours"))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "right", "wrong"), TABLE, ids=[row[0] for row in TABLE])
def test_a_check_holds_for_what_it_asks_and_fails_for_another(
    name: str, value: Any, right: Turn, wrong: Turn
) -> None:
    assert failures({name: value}, right, [BEFORE]) == []
    (failed,) = failures({name: value}, wrong, [BEFORE])
    assert failed.startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("picked", "reply", "is_right"),
    [
        (1, turn(answer("cost")), True),
        (1, turn(answer("parking")), False),
        (2, turn(answer("parking")), True),
        (-1, turn(answer("hours")), True),
        (3, turn(answer("cost")), False),
        (4, turn(answer("cost")), False),
        (0, turn(answer("hours")), True),
        (0, talk.DECLINES, False),
        (0, talk.ASKS_BACK, True),  # which of them, then
        ("both", turn(answer("cost"), answer("parking")), True),
        ("both", turn(answer("cost")), False),
    ],
)
def test_a_pick_is_the_choice_that_stood_there(picked: Any, reply: Turn, is_right: bool) -> None:
    titles = ["How much is it?", "Is there parking?", "When are you open?", "None of these"]
    offered = turn(said("Did you mean one of these?", "utter_ask_back", titles=titles))
    assert (failures({"picks": picked}, reply, [offered]) == []) is is_right


def test_nothing_can_be_picked_where_nothing_was_offered() -> None:
    assert failures({"picks": 1}, turn(answer("cost")), [BEFORE]) == ["picks: nothing was offered before"]


def test_the_first_turn_of_a_conversation_repeats_nothing() -> None:
    assert failures({"not_repeat": True}, turn(answer("hours", talk.LONG)), []) == []


def test_an_answer_given_some_turns_ago_is_still_the_last_one() -> None:
    past = [BEFORE, turn(said("You're welcome."))]
    assert failures({"not_repeat": True}, turn(answer("hours", talk.LONG)), past)


def test_all_that_fails_is_told_and_one_of_some_by_each() -> None:
    expect = {"topic": "cost", "any_of": [{"declined": True}, {"skill": "thanks"}], "card": "none"}
    failed = failures(expect, turn(answer("hours")), [])
    assert [each.partition(":")[0] for each in failed] == ["topic", "any_of"]
    assert " | " in failed[1]


def test_a_read_back_is_known_by_its_button_too() -> None:
    waits = turn(said("Take your time.", "utter_new", titles=["Yes, send it", "Cancel"]))
    assert failures({"asks_for": "consent"}, waits, []) == []


def test_the_same_names_stand_in_the_table_of_checks_and_in_the_schema() -> None:
    schema = YAML(typ="safe").load(dialogue._SCHEMA.read_text(encoding="utf-8"))
    assert {*schema["$defs"]["expect"]["properties"]} == {*BY_NAME, ANY_OF}
