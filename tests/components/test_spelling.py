"""Spelling is repaired towards the clinic's own words and never away from a known one."""

from __future__ import annotations

import pytest

from components.spelling.speller import Speller, content_words_of

CONTENT = [
    "help", "hello", "schizophrenia", "messages", "ketamine", "dissociation", "insurance", "sessions",
    "dosing", "bladder", "how", "the",
]  # fmt: skip
COMMON = ["dose", "high", "form", "from", "pain", "plane", "does", "work", "session", "cover", "take"]


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(CONTENT, COMMON, ["pricing", "massage", "wrog"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ketamin", "ketamine"),
        ("ketmaine", "ketamine"),
        ("insurence", "insurance"),
        ("disassociation", "dissociation"),
        ("u take insurance", "you take insurance"),
        ("how duz the ketamine wrok", "how duz the ketamine work"),
        ("KETAMINE", "ketamine"),
        ("can’t", "can't"),
        ("plz", "please"),
        ("hw dose it work", "how does it work"),
        ("dose the ketamine work", "does the ketamine work"),
        ("awake the hole time", "awake the whole time"),
        ("helo", "hello"),
        ("skitzofrenia", "schizophrenia"),
        ("how dose ketamin wrk", "how does ketamine work"),
    ],
)
def test_a_slip_is_repaired(speller: Speller, typed: str, meant: str) -> None:
    assert speller.repair(typed) == meant


@pytest.mark.parametrize(
    "word", ["from", "form", "session", "pan", "pricing", "massages", "xyzzyq", "mother's", "12mg", ""]
)
def test_a_known_short_or_hopeless_word_is_left_alone(speller: Speller, word: str) -> None:
    assert speller.repair(word) == word


@pytest.mark.parametrize("text", ["what dose the", "a high dose", "the k hole"])
def test_a_word_that_is_meant_stays(speller: Speller, text: str) -> None:
    assert speller.repair(text) == text


def test_what_was_typed_once_in_training_is_no_word() -> None:
    words = content_words_of(["ketamine now", "ketamine later", "ketamien please"])
    assert words == ["ketamine"]


def test_a_typing_error_that_was_taught_often_is_no_word_either() -> None:
    taught = ["address"] * 10 + ["adress"] * 2 + ["misused"] * 2 + ["missed"] * 10
    assert content_words_of(taught, {"misused"}) == ["address", "missed", "misused"]


def test_many_texts_are_repaired_as_each_alone(speller: Speller) -> None:
    texts = ["how dose ketamin wrk", "ketamin insurence", "", "the hole day", "skitzofrenia and mesages"]
    assert speller.repair_all(texts) == [speller.repair(text) for text in texts]
