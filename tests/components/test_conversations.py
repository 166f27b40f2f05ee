"""Conversations as visitors have them, with the real Rasa and the real action server."""

from __future__ import annotations

import pytest

from tests.components.visitor import Visitor
from training.local_bots import LocalBot

WANTED = {
    "first_name": "Marcus", "phone": "+15552013344", "best_time": "mornings",
    "may_leave_message": False, "patient": "new", "channel": "phone", "language": "en",
}  # fmt: skip


@pytest.fixture
def visitor(bot: LocalBot) -> Visitor:
    return Visitor(bot)


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("how does ketamine work?", "faq/how_it_works"),
        ("how often would i have to come in?", "faq/frequency"),
        ("what is a k-hole?", "faq/k_hole"),
        ("what are the side effects?", "faq/side_effects"),
    ],
)
def test_a_question_gets_its_answer_and_what_to_ask_next(
    visitor: Visitor, question: str, intent: str
) -> None:
    assert visitor.says("hi") == ["utter_greet"]
    assert visitor.says(question) == [f"utter_{intent}"]
    assert visitor.understood == intent
    assert visitor.choices


def test_a_follow_up_leans_on_the_answer_before(visitor: Visitor) -> None:
    visitor.says("what is a k-hole?")
    assert visitor.says("is it dangerous?") == ["utter_faq/k_hole_danger"]
    assert visitor.says("thanks") == ["utter_you_are_welcome"]


def test_a_call_is_booked_one_detail_at_a_time(visitor: Visitor) -> None:
    assert visitor.says("can someone call me?") == ["utter_ask_first_name"]
    assert visitor.says("Marcus") == ["utter_ask_phone"]
    assert visitor.says("555 201 3344") == ["utter_ask_best_time"]
    assert visitor.says("mornings, new patient") == ["utter_read_back"]
    assert visitor.values("utter_read_back")["contact"] == "(555) 201-3344"
    assert visitor.requests == []
    assert visitor.says("yes") == ["utter_callback_sent"]
    assert visitor.requests == [{"kind": "callback", "reason": "asked_for_a_call", "fields": WANTED}]


def test_everything_in_one_message_is_read_back_at_once(visitor: Visitor) -> None:
    said = visitor.says("please call me, i'm Marcus, new patient, 555 201 3344, mornings")
    assert said == ["utter_read_back"]
    assert visitor.presses("You may leave a message") == ["utter_read_back"]
    assert visitor.presses("Yes, send it") == ["utter_callback_sent"]
    assert visitor.requests[0]["fields"] == {**WANTED, "may_leave_message": True}


def test_details_come_in_any_order(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    assert visitor.says("afternoons please") == ["utter_ask_first_name_again"]
    assert visitor.says("my number is 555 201 3344") == ["utter_ask_first_name_again"]
    assert visitor.says("Dana") == ["utter_read_back"]
    values = visitor.values("utter_read_back")
    assert (values["first_name"], values["best_time"]) == ("Dana", "afternoons")


def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    said = visitor.says("what are the side effects?")
    assert said == ["utter_faq/side_effects", "utter_ask_first_name_again"]
    assert visitor.says("Marcus") == ["utter_ask_phone"]


def test_a_detail_is_corrected_before_it_is_sent(visitor: Visitor) -> None:
    visitor.says("please call me, i'm Marcus, 555 201 3344, mornings")
    assert visitor.presses("Change the number") == ["utter_ask_phone"]
    assert visitor.says("555 201 9999") == ["utter_read_back"]
    visitor.presses("Yes, send it")
    fields = visitor.requests[0]["fields"]
    assert (fields["phone"], fields["may_leave_message"]) == ("+15552019999", False)


def test_a_cancelled_form_sends_and_keeps_nothing(visitor: Visitor) -> None:
    visitor.says("please call me, i'm Marcus, 555 201 3344, mornings")
    assert visitor.presses("Cancel") == ["utter_callback_cancelled"]
    assert visitor.requests == []
    assert visitor.says("can someone call me?")[-1] in ("utter_ask_first_name", "utter_ask_first_name_again")


def test_a_call_that_was_sent_can_be_taken_back(bot: LocalBot) -> None:
    visitor = Visitor(bot, facts={"call_is_open": True})
    assert visitor.says("i asked for a call, please cancel that") == ["utter_call_taken_back"]
    assert [request["kind"] for request in visitor.requests] == ["cancel_callback"]


def sent(bot: LocalBot) -> Visitor:
    """A visitor whose request for a call is with the team."""
    visitor = Visitor(bot)
    visitor.says("please call me, i'm Marcus, 555 201 3344, mornings")
    assert visitor.says("yes") == ["utter_callback_sent"]
    visitor.is_told(call_is_open=True)
    return visitor


def test_of_a_sent_request_only_what_changes_is_asked_for(bot: LocalBot) -> None:
    visitor = sent(bot)
    assert visitor.says("sorry, i gave you the wrong number")[-1] == "utter_ask_phone"
    assert visitor.says("555 201 9999") == ["utter_read_back"]
    assert visitor.values("utter_read_back")["first_name"] == "Marcus"
    assert visitor.says("yes") == ["utter_callback_changed"]
    assert visitor.requests[-1]["fields"]["phone"] == "+15552019999"


def test_a_change_that_is_dropped_leaves_the_request_as_it_was_and_says_so(bot: LocalBot) -> None:
    visitor = sent(bot)
    assert visitor.says("make it friday instead")[-1] == "utter_read_back"
    assert visitor.presses("Cancel") == ["utter_change_dropped"]
    assert visitor.says("did you get my request?") == ["utter_about_call_sent"]
    assert visitor.values("utter_about_call_sent")["best_time"] == "mornings"
    assert visitor.presses("Take my request back") == ["utter_call_taken_back"]


def test_what_is_asked_about_a_sent_request_opens_no_form(bot: LocalBot) -> None:
    visitor = sent(bot)
    assert visitor.says("when will they call me?") == ["utter_about_call_when"]
    assert visitor.says("can someone call me?") == ["utter_about_call_sent"]
    assert visitor.says("thanks") == ["utter_you_are_welcome"]
    assert len(visitor.requests) == 1


@pytest.mark.parametrize(
    "answer", ["no", "that's wrong", "not yet", "wait a second", "yes, but not from a hidden number"]
)
def test_nothing_is_sent_without_a_clear_yes(visitor: Visitor, answer: str) -> None:
    visitor.says("please call me, i'm Marcus, 555 201 3344, mornings")
    visitor.says(answer)
    assert visitor.requests == []
    assert visitor.says("ok, send it") == ["utter_callback_sent"]


def test_a_wish_is_read_back_and_sent_word_for_word(visitor: Visitor) -> None:
    visitor.says("please call me, i'm Marcus, 555 201 3344, mornings")
    assert visitor.says("yes but don't say where you call from") == [
        "utter_note_goes_along",
        "utter_read_back",
    ]
    assert visitor.values("utter_note_goes_along")["note"] == "don't say where you call from"
    visitor.says("yes")
    assert visitor.requests[0]["fields"]["note"] == "don't say where you call from"


def test_a_call_of_somebody_else_says_whom_and_whether_to_say_why(visitor: Visitor) -> None:
    assert visitor.says("can someone call my mom?") == ["utter_ask_their_name"]
    assert visitor.says("Winnie") == ["utter_ask_their_phone"]
    assert visitor.says("555 201 3344") == ["utter_ask_their_time"]
    assert visitor.says("mornings") == ["utter_ask_say_why"]
    assert visitor.says("rather not") == ["utter_note_goes_along", "utter_read_back"]
    shown = visitor.values("utter_read_back")
    assert (shown["first_name"], shown["call_whom"], shown["say_why"]) == ("Winnie", "your mom", "no")
    visitor.says("yes, send it")
    fields = visitor.requests[-1]["fields"]
    assert (fields["first_name"], fields["phone"]) == ("Winnie", "+15552013344")
    assert fields["note"].startswith(
        "Call for somebody else (the visitor's mom). Do not tell them what it is about."
    )


def test_a_note_is_taken_out_again(visitor: Visitor) -> None:
    visitor.says("please call me, i'm Marcus, 555 201 3344, mornings")
    visitor.says("please ask for Marc")
    assert visitor.presses("Remove the note") == ["utter_note_removed", "utter_read_back"]
    visitor.says("yes")
    assert "note" not in visitor.requests[0]["fields"]


def test_questions_about_the_form_are_answered_and_it_goes_on(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    assert visitor.says("why do you need my name?") == [
        "utter_about_call_why_first_name",
        "utter_ask_first_name_again",
    ]
    visitor.says("Marcus")
    assert visitor.says("do you sell my number?") == ["utter_about_call_sharing", "utter_ask_phone"]


def test_who_keeps_name_and_time_back_can_still_be_called(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    assert visitor.says("i'd rather not say") == ["utter_name_left_out", "utter_ask_phone"]
    visitor.says("555 201 3344")
    assert visitor.says("not sure") == ["utter_time_left_out", "utter_read_back"]
    visitor.says("yes")
    assert set(visitor.requests[0]["fields"]) == {"phone", "may_leave_message", "channel", "language"}


def test_nobody_is_pressed_for_a_number(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    visitor.says("Marcus")
    assert visitor.says("i don't give my number to websites") == ["utter_no_phone_then_email"]
    assert visitor.says("no e-mail either") == ["utter_refusal_respected"]
    assert visitor.says("what is a k-hole?") == ["utter_faq/k_hole"]


def test_two_numbers_are_two_choices(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    visitor.says("Marcus")
    assert visitor.says("home 555 201 3344, work 555 201 9999 ext 7") == ["utter_which_number"]
    visitor.presses("(555) 201-9999 ext. 7")
    visitor.says("mornings")
    visitor.says("yes")
    fields = visitor.requests[0]["fields"]
    assert (fields["phone"], fields["extension"]) == ("+15552019999", "7")


def test_a_bad_number_three_times_ends_the_form(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    visitor.says("Marcus")
    assert visitor.says("12345")[0] == "utter_bad_number"
    assert visitor.says("12345")[0] == "utter_bad_number"
    assert visitor.says("12345") == ["utter_number_trouble"]
    assert visitor.requests == []
    assert visitor.says("what is a k-hole?") == ["utter_faq/k_hole"]


@pytest.mark.parametrize(
    "refusal", ["please don't call me", "i don't want to talk to anybody", "no phone calls"]
)
def test_who_refuses_a_call_is_left_alone(visitor: Visitor, refusal: str) -> None:
    assert visitor.says(refusal) == ["utter_refuse_call"]
    visitor.says("how much does it cost?")
    assert "Have someone call me" not in visitor.choices


def test_the_question_beside_a_refusal_is_answered(visitor: Visitor) -> None:
    assert visitor.says("don't phone me, just tell me: what is a k-hole?") == ["utter_faq/k_hole"]


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_a_crisis_gets_its_card_at_every_step_of_the_form(visitor: Visitor, steps: int) -> None:
    visitor.says("can someone call me?")
    for detail in ("Marcus", "555 201 3344", "mornings")[:steps]:
        visitor.says(detail)
    assert visitor.says("i want to kill myself")[0] == "utter_safety_crisis"
    assert visitor.requests == []


def test_odd_input_never_breaks_the_form(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    for text in ("x" * 1_900, "\u202eanairam", "555 cancel 2013344", "🙂", "..."):
        assert visitor.says(text)
    assert visitor.requests == []


@pytest.mark.parametrize("card", ["i want to kill myself", "my friend wants to end her life"])
def test_odd_input_after_a_card_hears_that_we_are_still_here(visitor: Visitor, card: str) -> None:
    visitor.says(card)
    for text in (".", "...", "???", "🙂", "💔💔", "\u202e?", "- - -"):
        assert visitor.says(text)[0].startswith("utter_after_card_still_here_")
    for text in ("7", "x" * 1_900, "привет", "مرحبا", "ok ..."):
        assert visitor.says(text)[0].startswith("utter_after_card_")


def test_who_prefers_mail_is_asked_for_no_number(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    visitor.says("Marcus")
    assert visitor.says("email me instead") == ["utter_ask_email"]
    assert visitor.says("marcus@mail.example") == ["utter_ask_best_time"]
    assert visitor.presses("Mornings") == ["utter_read_back"]
    assert visitor.presses("Yes, send it") == ["utter_callback_sent"]
    assert visitor.requests[0]["fields"]["email"] == "marcus@mail.example"


def test_a_wish_that_the_form_does_not_need_is_still_understood(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    assert visitor.says("i'm a new patient") == ["utter_ask_first_name_again"]
    visitor.says("Marcus, 555 201 3344, mornings")
    assert visitor.values("utter_read_back")["patient"] == "new patient"


def test_no_number_is_taken_where_nobody_would_see_it(bot: LocalBot) -> None:
    visitor = Visitor(bot, facts={"can_call_back": False})
    assert visitor.says("can someone call me?") == ["utter_callback_impossible"]
    assert visitor.says("Marcus 555 201 3344")
    assert visitor.requests == []


def test_a_person_is_asked_for_at_once(visitor: Visitor) -> None:
    assert visitor.says("human please")[0] == "utter_person_closed"
    assert [request["kind"] for request in visitor.requests] == ["handoff"]


def test_a_crisis_comes_before_everything_and_leaves_the_form_open(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    assert visitor.says("i want to die")[0] == "utter_safety_crisis"
    assert visitor.turns[-1]["understood"]["safety"]["kind"] == "crisis"


def test_asking_back_offers_titled_choices_and_one_press_answers(visitor: Visitor) -> None:
    assert visitor.says("tell me about treatment stuff and mood") == ["utter_ask_back"]
    assert visitor.choices[-1] == "None of these"
    (answer,) = visitor.presses(visitor.choices[0])
    assert answer.startswith("utter_faq/")


def test_spanish_gets_the_form_in_spanish(visitor: Visitor) -> None:
    assert visitor.says("hola, quiero que me llamen por favor")
    assert visitor.turns[-1]["language"] == "es"


def test_what_is_not_ours_is_declined_with_a_way_to_a_person(visitor: Visitor) -> None:
    assert visitor.says("what's the weather tomorrow in denver") == ["utter_decline"]
    assert visitor.choices == ["Have someone call me"]


def test_who_insists_on_a_person_now_hears_what_is_possible_now(visitor: Visitor) -> None:
    assert visitor.says("human") == ["utter_person_closed", "utter_ask_first_name_again"]
    assert visitor.says("no i mean right now")[0] == "utter_person_again_closed"


def test_a_question_in_the_middle_of_the_form_is_answered_and_the_form_goes_on(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    visitor.says("Marcus")
    assert visitor.says("wait, does the needle hurt?") == ["utter_faq/procedure_pain", "utter_ask_phone"]


def test_an_unsure_question_in_the_form_gets_what_is_near_and_the_form_goes_on(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    visitor.says("Marcus")
    assert visitor.says("tell me about treatment stuff and mood")[-1] == "utter_ask_phone"
    assert visitor.presses(visitor.choices[0])[-1] == "utter_ask_phone"


def test_more_on_the_same_says_what_was_not_said(visitor: Visitor) -> None:
    first = visitor.says("do you treat teenagers?")
    second = visitor.says("my daughter is only 15")
    assert first == ["utter_faq/minors"]
    assert set(second) & set(first) == set()
    assert all(name.startswith(("utter_more/minors", "utter_follow_up/")) for name in second)


def test_a_short_follow_up_gets_its_passage_and_the_next_one_another(visitor: Visitor) -> None:
    visitor.says("can i drive after treatment?")
    assert visitor.says("why though") == ["utter_more/driving_why"]
    assert visitor.says("what if i live alone") == ["utter_faq/no_driver"]
    assert visitor.says("thanks") == ["utter_you_are_welcome"]


def test_a_number_given_after_an_address_is_the_way_to_reach_at_any_step(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    visitor.says("Nora")
    assert visitor.says("can you just email me instead") == ["utter_ask_email"]
    visitor.says("nora@example.org")
    assert visitor.says("no, phone is better after all. 303 201 3344") == ["utter_ask_best_time_again"]
    visitor.says("tuesday morning")
    assert visitor.values("utter_read_back")["contact"] == "(303) 201-3344"


def test_a_number_where_an_address_was_asked_for_is_a_call_after_all(visitor: Visitor) -> None:
    visitor.says("can someone call me?")
    visitor.says("Nora")
    assert visitor.says("can you just email me instead") == ["utter_ask_email"]
    assert visitor.says("303 201 3344") == ["utter_ask_best_time"]
    visitor.says("tuesday morning")
    assert visitor.values("utter_read_back")["contact"] == "(303) 201-3344"


def test_at_the_read_back_we_are_still_here_and_read_nothing_twice(visitor: Visitor) -> None:
    visitor.says("please call me, i'm Nora, 303 201 3344, mornings")
    assert visitor.says("hello??") == ["utter_about_call_here", "utter_shall_i_send"]
    assert visitor.says("does my boss get to know?") == ["utter_about_call_others", "utter_shall_i_send"]


def test_somebody_who_is_to_be_called_instead_is_asked_for(visitor: Visitor) -> None:
    visitor.says("please call me, i'm Nora, 303 201 3344, mornings")
    visitor.presses("Yes, send it")
    visitor.is_told(call_is_open=True)
    assert visitor.says("please call my son instead")[-1] == "utter_ask_their_name"
    assert visitor.says("Ben") == ["utter_ask_their_phone"]


def test_the_spanish_sister_is_called_by_her_own_name(visitor: Visitor) -> None:
    visitor.says("hola, quiero que me llamen")
    for reply in ("Elena", "303 201 3344", "por la tarde"):
        visitor.says(reply)
    visitor.says("el nombre es Elena María")
    assert visitor.values("utter_read_back")["first_name"] == "Elena María"


def test_behind_a_card_who_wants_to_ask_something_else_may(visitor: Visitor) -> None:
    visitor.says("i want to kill myself")
    assert visitor.says("my sister is here with me. can i ask you something normal")[0].startswith(
        "utter_after_card_may_ask_self"
    )
    assert "utter_faq/procedure_pain" in visitor.says("does the needle hurt")
