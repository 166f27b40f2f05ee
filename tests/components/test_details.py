"""What people type into a callback form, and what is read from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.form_extractors import read_details
from components.form_extractors.numbers import number_in_e164, number_in_words


def read(text: str, asked_for: str | None = None) -> dict[str, str]:
    return {detail.kind: detail.value for detail in read_details(text, asked_for=asked_for)}


@pytest.mark.parametrize(
    ("text", "asked_for", "wanted"),
    [
        ("Maria", "first_name", {"first_name": "Maria"}),
        ("maria", "first_name", {"first_name": "Maria"}),
        ("it's Joe", "first_name", {"first_name": "Joe"}),
        ("my name is Mary Ann", "first_name", {"first_name": "Mary Ann"}),
        ("me llamo José", "first_name", {"first_name": "José"}),
        ("Al", "first_name", {"first_name": "Al"}),
        ("send it", "first_name", {}),
        ("call Tom Baker 212 555 2368", None, {"first_name": "Tom Baker", "phone": "+12125552368"}),
        ("O'Brien", "first_name", {"first_name": "O'Brien"}),
        ("sure", "first_name", {}),
        ("why do you need that?", "first_name", {}),
        ("212-555-2368", "phone", {"phone": "+12125552368"}),
        ("(212) 555 2368 please", "phone", {"phone": "+12125552368"}),
        ("it's +44 20 7946 0018", "phone", {"phone": "+442079460018"}),
        ("Sam 212 555 2368", None, {"first_name": "Sam", "phone": "+12125552368"}),
        ("12345", "phone", {"bad_contact": "12345"}),
        ("i took 12345 mg", None, {}),
        ("anna.b+c@mail.example", "email", {"email": "anna.b+c@mail.example"}),
        ("tomorrow after 5", "best_time", {"best_time": "tomorrow after 5"}),
        ("mornings", "best_time", {"best_time": "mornings"}),
        ("por la tarde", "best_time", {"best_time": "por la tarde"}),
        ("between 9 and 11 on monday", "best_time", {"best_time": "between 9 and 11 on monday"}),
        ("please don't leave a voicemail", None, {"may_leave_message": "no"}),
        ("you can leave a message", None, {"may_leave_message": "yes"}),
        ("i'm a new patient", None, {"patient": "new"}),
        ("text me instead", None, {"channel": "text"}),
    ],
)
def test_a_detail_is_read(text: str, asked_for: str | None, wanted: dict[str, str]) -> None:
    assert read(text, asked_for) == wanted


def test_everything_in_one_message_is_read() -> None:
    found = read("I'm Dana, 212 555 2368, mornings are best, no voicemail please")
    assert found == {
        "first_name": "Dana",
        "phone": "+12125552368",
        "best_time": "mornings",
        "may_leave_message": "no",
    }


@pytest.mark.parametrize(
    "text", ["what is a k-hole", "is it safe", "hi", "how much is it", "can my son come in"]
)
def test_a_question_holds_no_name(text: str) -> None:
    assert "first_name" not in read(text)


@given(st.text(max_size=200), st.sampled_from([None, "first_name", "phone", "email", "best_time"]))
def test_any_text_is_read_and_every_detail_stands_in_it(text: str, asked_for: str | None) -> None:
    details = read_details(text, asked_for=asked_for)
    assert all(0 <= detail.start <= detail.end <= len(text) and detail.value for detail in details)


def test_a_number_is_kept_as_dialled_and_read_back_as_written() -> None:
    assert number_in_e164("212.555.2368") == "+12125552368"
    assert number_in_words("+12125552368") == "(212) 555-2368"
    assert number_in_words("+12125552368;ext=12") == "(212) 555-2368 ext. 12"
    assert number_in_words("+442079460018") == "+44 20 7946 0018"
    assert number_in_e164("555") is None
    assert number_in_e164("no number") is None


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("call my mom", "your mom"),
        ("my husband Walter would like a call", "your husband"),
        ("the call is for my wife", "your wife"),
        ("it's my mother you should call", "your mother"),
        ("please set up a call for our son", "your son"),
        ("i'm asking for my brother, ring him", "your brother"),
        ("call her", "her"),
        ("call me about my mom", None),
        ("don't call my husband", None),
        ("call my wife, no wait, call me, not her", "me"),
    ],
)
def test_who_is_to_be_called_is_read_with_the_relation(text: str, whom: str | None) -> None:
    assert read(text).get("call_whom") == whom


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("have them call my daughter Jess at 303 555 0144", "Jess"),
        ("call my mom, her name is Winnie", "Winnie"),
        ("call my mom please", None),
    ],
)
def test_the_name_is_that_of_who_is_called(text: str, name: str | None) -> None:
    assert read(text).get("first_name") == name
