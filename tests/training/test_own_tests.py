"""The clinic's own tests are held with every build; one that breaks closes the gate, in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.training.talk import answer, turn
from training import conversation_gate
from training.conversation_gate import hold
from training.dialogues.dialogue import Dialogue
from training.dialogues.player import Played, PlayedStep
from training.own_tests import FILE, NAME, OwnTests, failed_in, read_own_tests

HOURS = [turn(answer("hours", "We open at nine."))]


def kept_test(name: str) -> Dialogue:
    steps = [{"say": "how much", "expect": {"topic": ["cost"]}}]
    return Dialogue(name, "Prices", NAME, steps)


def went(name: str, *failed: str, lost: str = "") -> Played:
    if lost:
        return Played(kept_test(name), lost=lost)
    return Played(kept_test(name), [PlayedStep(HOURS, [*failed], counts=True)])


def test_one_that_fails_now_and_passed_before_closes_the_gate() -> None:
    tests = OwnTests([went("a"), went("b", "topic: none of cost")], frozenset())
    assert tests.gate is not None
    assert (tests.gate.passed, tests.gate.sentence) == (
        False,
        "1 of your own tests fails that did not fail before.",
    )
    (row,) = tests.gate.rows
    assert (row.now, row.wanted) == ("We open at nine.", "an answer to what was asked")
    assert row.text.startswith("Prices: ")


def test_one_that_failed_before_is_nobodys_doing_now() -> None:
    report = {NAME: [{"id": "b", "result": "failed"}, {"id": "a", "result": "passed"}]}
    tests = OwnTests([went("a"), went("b", "topic: none of cost")], failed_in(report))
    assert tests.gate is not None
    assert (tests.gate.passed, tests.gate.sentence) == (True, "1 of 2 of your own tests pass.")


def test_what_was_not_served_is_neither_right_nor_wrong() -> None:
    tests = OwnTests([went("a", lost="no time")])
    assert tests.gate is not None
    assert (tests.gate.passed, tests.as_data()) == (True, [{"id": "a", "result": "lost"}])


def test_without_a_test_there_is_no_gate() -> None:
    assert OwnTests().gate is None


def test_they_are_held_beside_the_practice_conversations_whatever_they_are_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = tmp_path / "var" / "releases" / "2"
    release.mkdir(parents=True)
    (release / "manifest.json").write_text(json.dumps({"release": "2", "answers": {}}), encoding="utf-8")
    line = {"id": "mine", "kind": "Prices", "turns": [{"say": "how much", "expect": {"topic": ["gone"]}}]}
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text(json.dumps(line), encoding="utf-8")

    def play(_: Path, dialogues: Sequence[Dialogue], *__: object) -> list[Played]:
        return [Played(each, [PlayedStep(HOURS, ["topic: none"], counts=True)]) for each in dialogues]

    monkeypatch.setattr(conversation_gate, "_played", play)
    monkeypatch.setattr(conversation_gate, "SLICE", 0)
    held = hold(release, None, tmp_path, tmp_path / "var", lambda done: None)
    assert [each["id"] for each in held.own.as_data()] == ["mine"]
    assert all(each.dialogue.group != NAME for each in held.now)
    assert held.own.gate is not None
    assert not held.own.gate.passed


def test_a_project_without_any_brings_none(tmp_path: Path) -> None:
    assert read_own_tests(tmp_path) == []
