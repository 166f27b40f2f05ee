"""The ways a message is read."""

from __future__ import annotations

import pytest

from components.segments import ABOUT_IT, PART, leans_back, readings_of, split_parts, with_it


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("what is a k-hole?", ["what is a k-hole?"]),
        ("what does it cost and do you take insurance", ["what does it cost", "do you take insurance"]),
        ("my mom is 70. is that too old?", ["my mom is 70.", "is that too old?"]),
        ("is it safe, how long does it last", ["is it safe", "how long does it last"]),
        ("hello and thanks", ["hello and thanks"]),
        ("is it safe? ok", ["is it safe? ok"]),
        ("???", []),
    ],
)
def test_a_message_is_cut_where_a_question_begins(text: str, parts: list[str]) -> None:
    assert split_parts(text) == parts


def test_a_long_message_is_read_in_its_last_parts_only() -> None:
    text = ". ".join(f"this is sentence {number}" for number in range(20))
    readings = [reading for reading in readings_of(text) if reading.role == PART]
    assert len(readings) == 6
    assert readings[-1].text == "this is sentence 19"


@pytest.mark.parametrize(
    ("text", "spelled_out"),
    [
        ("is it dangerous?", "is a k-hole dangerous?"),
        ("how long?", "how long a k-hole"),
        ("what about that", "what about a k-hole"),
    ],
)
def test_a_short_follow_up_is_read_with_it_spelled_out(text: str, spelled_out: str) -> None:
    about = [r.text for r in readings_of(text, it="a k-hole") if r.role == ABOUT_IT]
    assert about == [spelled_out]


def test_without_an_answer_before_nothing_is_spelled_out() -> None:
    assert [r.role for r in readings_of("is it dangerous?")] == ["whole"]


def test_a_long_message_brings_its_own_subject() -> None:
    assert not leans_back("i have been told that ketamine can hurt the bladder and it worries me")


def test_an_apostrophe_word_is_no_pronoun() -> None:
    assert with_it("that's odd, is it safe", "ketamine") == "that's odd, is ketamine safe"
