"""Each gate closes for its reason, and says which messages in words."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from content.clinical import Judge
from content.clinical_words import read_words
from training import gates, report
from training.gate import Gate
from training.readings import Readings

MANIFEST: dict[str, Any] = {
    "answers": {
        "cost": {"title": "What does it cost?", "clinical": False, "sources": [], "topics": []},
        "safety": {"title": "Is it safe?", "clinical": True, "sources": [{"cite": "A book"}], "topics": []},
    }
}
WORDS = gates.GateWords(MANIFEST)
TODAY = date(2026, 11, 30)
SAFE_FORM = "Our clinicians have not signed this."


def answered(*names: str) -> dict[str, Any]:
    parts = [{"intent": f"faq/{name}"} for name in names]
    return {"outcome": "answered", "intent": f"faq/{names[0]}", "parts": parts}


DECLINED = {"outcome": "declined", "intent": "out_of_scope", "parts": []}
CARD = {"outcome": "safety", "intent": "safety", "parts": []}


def test_a_crisis_without_a_card_closes_the_gate() -> None:
    gate = gates.crisis(["i want to die", "help"], [CARD, DECLINED], WORDS)
    assert not gate.passed
    assert gate.sentence == "1 of 2 messages no longer get a card."
    assert (gate.rows[0].text, gate.rows[0].now) == ("help", "declined")


def test_a_must_answer_message_that_goes_elsewhere_closes_the_gate() -> None:
    asks = [("cost", "how much"), ("safety", "is it safe")]
    gate = gates.asked(
        "must_answer", asks, [answered("safety"), answered("cost", "safety")], WORDS, "messages"
    )
    assert not gate.passed
    assert [(row.wanted, row.now) for row in gate.rows] == [("What does it cost?", "Is it safe?")]


@pytest.mark.parametrize(("lost", "is_open"), [(0, True), (1, True), (2, False)])
def test_at_most_one_in_a_hundred_may_be_lost(lost: int, is_open: bool) -> None:
    texts = [f"message {number}" for number in range(150)]
    was = [answered("cost")] * 100 + [DECLINED] * 50
    now = [DECLINED] * lost + [answered("cost")] * (150 - lost)

    def is_right(at: int) -> tuple[bool, bool]:
        return was[at]["outcome"] == "answered", now[at]["outcome"] == "answered"

    gate = gates.must_keep(texts, was, now, is_right, WORDS)
    assert gate.passed is is_open
    if lost:
        assert gate.sentence == f"{lost} of 100 messages now go elsewhere."
        assert (gate.rows[0].was, gate.rows[0].now) == ("What does it cost?", "declined")


def test_a_new_answer_brings_two_messages_that_it_was_not_taught() -> None:
    tests = [("cost", "one"), ("cost", "two"), ("safety", "one")]
    assert gates.new_answers_tested(["cost"], tests, WORDS).passed
    gate = gates.new_answers_tested(["cost", "safety"], tests, WORDS)
    assert [row.wanted for row in gate.rows] == ["Is it safe?"]


def test_an_answer_that_nobody_can_reach_closes_the_gate() -> None:
    assert gates.reachable([], 2, WORDS).passed
    assert gates.reachable(["cost"], 2, WORDS).sentence == "1 of 2 answers cannot be reached."


def test_a_clinical_answer_without_a_source_closes_the_gate() -> None:
    assert gates.sourced(MANIFEST, WORDS).passed
    bare = {"answers": {"safety": {**MANIFEST["answers"]["safety"], "sources": []}}}
    assert not gates.sourced(bare, WORDS).passed


def test_when_the_published_release_cannot_be_asked_any_more_the_gate_says_so(tmp_path: Path) -> None:
    asks = report._Asks(tmp_path, [], known=(), own=())
    decided = [{**DECLINED, "ranking": [], "choices": [], "confidence": 0.0}] * len(asks.all)

    def must_keep(before: dict[str, Any]) -> Gate:
        judged = report._judge(asks, decided, None, MANIFEST, before, [])
        return next(gate for gate in judged if gate.name == "must_keep")

    gate = must_keep({**MANIFEST, "utterances": {}, "release": "7"})
    assert not gate.passed
    assert "Release 7" in gate.sentence
    assert must_keep(dict(report.NOTHING)).passed  # the first release has nothing to keep
    assert report._replay(asks, None, decided)["n"] == 0


def test_new_answers_are_tested_even_when_nothing_can_be_compared(tmp_path: Path) -> None:
    asks = report._Asks(tmp_path, [], known=(), own=())
    decided = [{**DECLINED, "ranking": [], "choices": [], "confidence": 0.0}] * len(asks.all)
    before = {"answers": {}, "utterances": {}, "release": "7"}
    judged = {gate.name: gate for gate in report._judge(asks, decided, None, MANIFEST, before, [])}
    assert [row.wanted for row in judged["new_answers"].rows] == ["What does it cost?", "Is it safe?"]


def test_the_tests_are_those_that_the_studio_writes(tmp_path: Path) -> None:
    tests = {"cost": ["how dear", "what would i pay"], "gone": ["an answer that is switched off"]}
    (tmp_path / report.ANSWER_TESTS).write_text(json.dumps(tests), encoding="utf-8")
    asks = report._Asks(tmp_path, [], known=(), own=MANIFEST["answers"].keys())
    assert asks.tests == [("cost", "how dear"), ("cost", "what would i pay")]


def release(reply: str, *, clinical: bool, signed: bool = False, **more: Any) -> dict[str, Any]:
    """A manifest with one answer, `safety`."""
    by = {"reviewed_by": {"en": "Dr. Ada Park" if signed else None}, "review_by": "2027-05-01"}
    return {
        "answers": {"safety": {"title": "After the visit", "clinical": clinical, **by, **more}},
        "utterances": {
            "utter_faq/safety": [{"text": reply, "language": "en"}],
            "utter_not_reviewed": [{"text": SAFE_FORM, "language": "en"}],
        },
    }


SIGNED = release("Please do not drive until the next day.", clinical=True, signed=True)


def read_by(was: dict[str, Any], now: dict[str, Any]) -> Gate:
    judge = Judge(read_words())
    asks = [("can i drive", answered("safety"), answered("safety"))]
    return gates.read_differently(asks, Readings(was, judge, TODAY), Readings(now, judge, TODAY))


def test_an_answer_that_stopped_being_clinical_closes_the_gate() -> None:
    now = release("Have a good day.", clinical=False)
    gate = gates.still_clinical(SIGNED, now, WORDS)
    assert (gate.passed, gate.needs_clinician) == (False, True)
    assert gate.sentence == "An answer stopped being clinical."
    assert gates.still_clinical(SIGNED, SIGNED, WORDS).passed
    assert gates.still_clinical(SIGNED, {"answers": {}}, WORDS).passed  # gone is not turned


def test_who_took_it_off_stands_in_the_row() -> None:
    word = {"by": "Dr. Ana Ruiz", "why": "It is about the lift.", "of": "x"}
    gate = gates.still_clinical(SIGNED, release("Take the lift.", clinical=False, not_clinical=word), WORDS)
    assert gate.rows[0].now == "not clinical, says Dr. Ana Ruiz: It is about the lift."


def test_clinical_words_that_nobody_signed_close_the_gate_when_they_come_to_be_read() -> None:
    gate = read_by(SIGNED, release("You can drive home at once.", clinical=False))
    assert (gate.passed, gate.needs_clinician) == (False, True)
    assert (gate.rows[0].was, gate.rows[0].now) == (
        "Please do not drive until the next day.", "You can drive home at once.",
    )  # fmt: skip


def test_other_words_with_a_signature_leave_the_gate_open_and_are_told() -> None:
    gate = read_by(SIGNED, release("Do not drive for two days.", clinical=True, signed=True))
    assert gate.passed
    assert gate.sentence.startswith("1 of 1 messages would be read differently")


def test_an_unsigned_clinical_answer_is_read_as_its_safe_form() -> None:
    gate = read_by(SIGNED, release("Drive whenever you like.", clinical=True))
    assert gate.passed
    assert gate.rows[0].now == SAFE_FORM


def test_the_same_words_are_read_the_same() -> None:
    assert read_by(SIGNED, SIGNED).sentence == "Nothing would be read differently in 1 messages."


def test_a_clinicians_word_is_as_good_as_a_signature() -> None:
    word = {"by": "Dr. Ana Ruiz", "why": "It is about the lift.", "of": "x"}
    assert read_by(SIGNED, release("Pain Street is on the left.", clinical=False, not_clinical=word)).passed
