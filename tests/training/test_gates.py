"""Each gate closes for its reason, and says which messages in words."""

from __future__ import annotations

from typing import Any

import pytest

from training import gates

MANIFEST: dict[str, Any] = {
    "answers": {
        "cost": {"title": "What does it cost?", "clinical": False, "sources": []},
        "safety": {"title": "Is it safe?", "clinical": True, "sources": [{"cite": "A book"}]},
    }
}
WORDS = gates.Words(MANIFEST)


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
