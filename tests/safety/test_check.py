"""The verdict: kinds, languages, soft line, what is left to answer, and what happens when it fails."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import safety.check as room
from safety.check import Verdict, check
from safety.rules import SIGNALS, Span
from safety.verdicts import CHECKS


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("i want to die", "crisis"),
        ("suicidal. how much does a session cost?", "crisis"),
        ("suicidal? no. how much is it", "crisis"),
        ("kill. me. now. what does it cost?", "crisis"),
        ("i. want. to. die. how much is it?", "crisis"),
        ("my son wants to die", "crisis_other"),
        ("my son says i want to die", "crisis"),
        ("i think my sister is suicidal", "crisis_other"),
        ("she makes me want to die", "crisis"),
        ("i can't go on without her", "crisis"),
        ("he wants to kill himself", "crisis_other"),
        ("took the whole bottle, i want to die", "emergency"),
        ("my daughter wants to die and took all her pills", "emergency"),
        ("he hits me and i want to die", "crisis"),
        ("my husband hits me", "harm"),
        ("i was raped last night", "harm"),
        ("mi hija se quiere morir", "crisis_other"),
        ("me quiero morir", "crisis"),
        ("no puedo respirar", "emergency"),
        ("what are your hours", "none"),
        ("people who want to die, do you treat them", "none"),
    ],
)
def test_the_kind_says_who_is_in_what_danger(text: str, kind: str) -> None:
    assert check(text).kind == kind


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i want to die", "en"),
        ("me quiero morir", "es"),
        ("hello, me quiero matar", "es"),
        ("hola, cuánto cuesta", "es"),
        ("how much is it", "en"),
        ("bonjour, je voudrais un rendez-vous", "en"),
    ],
)
def test_the_card_speaks_the_visitors_language(text: str, language: str) -> None:
    assert check(text).language == language


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("how much is it", "how much is it"),
        ("i want to die", ""),
        ("i want to die. how much is it?", "how much is it?"),
        ("Do you take Aetna? i want to die. Are you open today?", "Do you take Aetna? Are you open today?"),
        ("how much is it, i want to die", "how much is it"),
        ("i want to die, what are your hours", "what are your hours"),
        ("i want to die, my life is over", ""),
        ("me quiero morir. ¿Cuánto cuesta?", "¿Cuánto cuesta?"),
    ],
)
def test_the_rest_of_the_message_is_left_to_be_answered(text: str, left: str) -> None:
    assert check(text).parts_left == left


def test_information_about_suicide_gets_the_soft_line_and_its_answer() -> None:
    text = "does it help with suicidal thoughts"
    assert check(text) == Verdict("none", True, None, "en", text)


def test_a_message_too_long_to_store_still_gets_its_card() -> None:
    assert check("bla " * 5_000 + "i want to die").kind == "crisis"
    assert check("i want to die " + "bla " * 5_000).kind == "crisis"


@pytest.mark.parametrize("hidden", ["", "\u200b" * 2_000])
def test_of_what_can_be_stored_every_part_is_judged(hidden: str) -> None:
    text = "bla " * 200 + "i want to die " + "bla " * 200
    assert check(f"bla{hidden} {text} bla{hidden}").kind == "crisis"


def test_of_a_text_too_long_only_the_ends_are_judged() -> None:
    assert check("bla " * 5_000 + "i want to die " + "bla " * 5_000).kind == "none"


@pytest.mark.parametrize("raw", ["", " ", "\u200b", "\ud800", "\x00"])
def test_nothing_is_no_danger(raw: str) -> None:
    assert check(raw).kind == "none"


@settings(deadline=None)  # a busy machine is no fault of the text
@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_gets_a_verdict(raw: str) -> None:
    assert check(raw).kind in {*SIGNALS, *CHECKS, "none"}


@pytest.mark.parametrize("raw", [None, 5, b"i want to die"])
def test_what_is_no_text_is_unsure(raw: str) -> None:
    assert check(raw).kind == "unsure"


def test_a_failure_is_unsure_and_logs_no_text(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(text: str) -> str:
        raise ValueError(f"cannot read {text}")

    monkeypatch.setattr(room, "split_lines", fail)
    with caplog.at_level(logging.DEBUG):
        verdict = check("my secret is blue")
    assert verdict == Verdict("unsure", False, None, "en", "my secret is blue")
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text


def test_broken_rules_are_unsure_and_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []

    def broken() -> dict[str, object]:
        reads.append(1)
        raise OSError("rules are gone")

    monkeypatch.setattr(room, "load_matchers", broken)
    room._loaded.cache_clear()
    try:
        assert [check("i want to die").kind for _ in range(3)] == ["unsure"] * 3
    finally:
        room._loaded.cache_clear()
    assert len(reads) == 1


def test_a_long_message_of_look_alikes_compares_only_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    hides = room._hides

    def counted(mask: Span, span: Span) -> bool:
        compared.append(span)
        return hides(mask, span)

    monkeypatch.setattr(room, "_hides", counted)
    repeats = 250
    assert check("can i die, " * repeats).kind == "none"
    # Every one with every other would be a million, and hold up everybody else's message.
    assert repeats <= len(compared) <= 100 * repeats
