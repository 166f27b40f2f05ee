"""What comes with an answer, from rasa-sdk's own tracker and dispatcher."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import ActionAfterAnswer
from actions.callback import ActionSendCallback, ValidateCallbackForm
from actions.callback_details import is_enough
from actions.clarifying import ActionAskBack, ActionDecline, ActionLost
from actions.form_moves import moves
from actions.person import ActionOfferPerson
from actions.safety import ActionSafety
from actions.sent_call import ActionCorrectCall, ActionTakeBackCall

COST = {"intent": "faq/cost", "title": "Cost", "next": [], "offer_call": True, "it": "a session"}
SAFE = {
    "intent": "faq/is_safe", "title": "Safety", "offer_call": False, "it": None,
    "next": [
        {"intent": "faq/cost", "title": "Cost"}, {"intent": "faq/bladder", "title": "Bladder"},
    ],
}  # fmt: skip


def tracker(
    *, slots: dict[str, Any] | None = None, events: list[dict[str, Any]] | None = None,
    loop: str | None = None, facts: dict[str, Any] | None = None, intent: str = "faq", **parse: Any,
) -> Tracker:  # fmt: skip
    known = {"can_call_back": True, **(slots or {})}
    message = {"intent": {"name": intent}, "metadata": {"facts": facts or {}}, **parse}
    return Tracker("c", known, message, events or [], False, None, {"name": loop} if loop else {}, None)


def said(action: Any, found: Tracker) -> tuple[list[str], list[str], list[dict[str, Any]]]:
    """Names said, titles of the choices, requests."""
    dispatcher = CollectingDispatcher()
    action.run(dispatcher, found, {})
    messages = dispatcher.messages
    return (
        [message["response"] for message in messages if message.get("response")],
        [button["title"] for message in messages for button in message["buttons"]],
        [m["custom"]["request"] for m in messages if "request" in (m.get("custom") or {})],
    )


def test_the_second_of_two_answers_is_said_and_what_comes_next_is_offered_once() -> None:
    names, titles, _ = said(ActionAfterAnswer(), tracker(decision={"parts": [SAFE, COST]}))
    assert names == ["utter_faq/cost"]
    assert titles == ["Bladder", "Have someone call me"]


def test_a_call_is_only_offered_where_somebody_would_see_the_request() -> None:
    asked = {"parts": [COST]}
    assert said(ActionAfterAnswer(), tracker(decision=asked))[1] == ["Have someone call me"]
    assert said(ActionAfterAnswer(), tracker(slots={"can_call_back": False}, decision=asked))[1] == []


def test_inside_a_form_nothing_is_offered() -> None:
    found = tracker(loop="callback_form", decision={"parts": [COST]})
    assert said(ActionAfterAnswer(), found) == ([], [], [])


def test_a_soft_line_follows_the_answer() -> None:
    found = tracker(decision={"parts": [SAFE]}, safety={"kind": "none", "soft_line": True})
    assert said(ActionAfterAnswer(), found)[0] == ["utter_safety_soft_line"]


def test_asking_back_always_offers_a_way_out() -> None:
    choices = [{"title": "Cost", "intent": "faq/cost"}]
    names, titles, _ = said(ActionAskBack(), tracker(decision={"choices": choices}))
    assert names == ["utter_ask_back"]
    assert titles == ["Cost", "None of these"]


CRISIS = [{"event": "user", "parse_data": {"intent": {"name": "safety"}}}]
DECLINED = {"lost": ["utter_decline"]}


@pytest.mark.parametrize(
    ("events", "slots", "intent", "name"),
    [
        ([], {}, "out_of_scope", "utter_decline"),
        ([], DECLINED, "out_of_scope", "utter_decline_again"),
        ([], {}, "none_of_these", "utter_none_of_these"),
        ([], {}, "other_language", "utter_other_language"),
        (CRISIS, {}, "out_of_scope", "utter_still_here"),
    ],
)
def test_declining_fits_what_went_before(
    events: list[dict[str, Any]], slots: dict[str, Any], intent: str, name: str
) -> None:
    found = tracker(events=events, slots=slots, intent=intent, facts={"phone": "555"})
    assert said(ActionDecline(), found)[0][0] == name


def test_after_a_crisis_nobody_is_sold_a_call() -> None:
    assert said(ActionDecline(), tracker(events=CRISIS, facts={"phone": "555"}))[1:] == ([], [])
    assert said(ActionLost(), tracker(events=CRISIS))[0] == ["utter_still_here"]


def test_a_person_is_promised_only_while_the_phone_is_answered() -> None:
    is_open = tracker(facts={"phone": "555", "open_now": True})
    names, _, requests = said(ActionOfferPerson(), is_open)
    assert names == ["utter_person_open"]
    assert requests == [{"kind": "handoff", "reason": "asked_for_a_person", "fields": {}}]
    assert said(ActionOfferPerson(), tracker(facts={"phone": "555"}))[0] == ["utter_person_closed"]
    assert said(ActionOfferPerson(), tracker(slots={"can_call_back": False})) == ([], [], [])


@pytest.mark.parametrize("kind", ["crisis", "crisis_other", "emergency", "harm"])
def test_the_card_comes_first_and_a_sure_question_beside_it_is_answered(kind: str) -> None:
    found = tracker(safety={"kind": kind}, decision={"parts": [COST]})
    assert said(ActionSafety(), found)[0] == [f"utter_safety_{kind}", "utter_faq/cost"]


def test_only_what_was_confirmed_is_sent() -> None:
    slots = {"callback_first_name": "Dana", "callback_phone": "+12125552368",
             "callback_best_time": "mornings", "callback_may_leave_message": "no"}  # fmt: skip
    names, _, requests = said(ActionSendCallback(), tracker(slots={**slots, "callback_confirmed": "yes"}))
    assert names == ["utter_callback_sent"]
    assert requests[0]["fields"] == {
        "first_name": "Dana", "phone": "+12125552368", "best_time": "mornings",
        "may_leave_message": False, "channel": "phone", "language": "en",
    }  # fmt: skip
    assert said(ActionSendCallback(), tracker(slots=slots))[2] == []
    nobody = {**slots, "callback_confirmed": "yes", "can_call_back": False}
    assert said(ActionSendCallback(), tracker(slots=nobody)) == (["utter_callback_impossible"], [], [])


def test_a_call_that_was_asked_for_is_taken_back_and_nothing_else_is() -> None:
    names, _, requests = said(ActionTakeBackCall(), tracker(facts={"call_is_open": True}))
    assert names == ["utter_call_taken_back"]
    assert requests == [{"kind": "cancel_callback", "reason": "taken_back", "fields": {}}]
    assert said(ActionTakeBackCall(), tracker()) == (["utter_nothing_to_cancel"], [], [])


def test_who_corrects_a_sent_call_is_asked_again_and_told_that_it_was_changed() -> None:
    is_open = tracker(facts={"call_is_open": True})
    assert said(ActionCorrectCall(), is_open)[0] == ["utter_call_to_correct"]
    assert said(ActionCorrectCall(), tracker())[0] == ["utter_nothing_to_correct"]
    again = tracker(facts={"call_is_open": True}, slots={"callback_confirmed": "yes"})
    assert said(ActionSendCallback(), again)[0] == ["utter_callback_changed"]


def test_after_three_impossible_numbers_the_form_asks_for_none_any_more() -> None:
    slots = {"callback_bad_numbers": 2, "callback_first_name": "Dana"}
    poor = [{"entity": "bad_contact", "value": "123"}]
    found = tracker(slots=slots, intent="inform", entities=poor)
    changed = moves(CollectingDispatcher(), found, asked_for="callback_phone")
    assert is_enough(tracker(slots={**slots, **changed}))


def test_a_number_after_an_address_is_the_way_that_counts() -> None:
    given = [{"entity": "phone", "value": "+12125552368"}]
    found = tracker(slots={"callback_channel": "email"}, entities=given)
    form = ValidateCallbackForm()
    assert form.validate_callback_phone("+12125552368", CollectingDispatcher(), found, {}) == {
        "callback_phone": "+12125552368", "callback_channel": "phone",
    }  # fmt: skip
