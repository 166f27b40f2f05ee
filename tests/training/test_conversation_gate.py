"""The gate of conversations closes when too few go right, or fewer than before, and says it in words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from content import packs
from tests.training.talk import answer, turn
from training import conversation_gate
from training.conversation_gate import Held, hold
from training.dialogues.checks import ANY_OF, BY_NAME
from training.dialogues.dialogue import Dialogue, read_dialogues
from training.dialogues.floors import Floor, Floors
from training.dialogues.kept import keep, kept
from training.dialogues.player import Played, PlayedStep
from training.dialogues.wanted import WORDS, in_words
from training.gate import Gate
from training.local_bots import BotNotReady

FLOORS = Floors(
    {"small": Floor("Small talk", "conversations", 0.8), "long": Floor("Long ones", "turns", 0.5)}
)
WENT_WRONG = [turn(answer("hours", "We open at nine."))]


def small(number: int) -> Dialogue:
    return Dialogue(f"small-{number}", "thanks", "small", [{"say": "thanks", "expect": {"skill": "thanks"}}])


def played(right: int, wrong: int, *, lost: int = 0) -> list[Played]:
    """Conversations of small talk: first those that went right."""
    fates = [None] * right + ["skill: not thanks"] * wrong
    every = [
        Played(small(number), [PlayedStep(WENT_WRONG, [fate] if fate else [], counts=True)])
        for number, fate in enumerate(fates)
    ]
    return [*every, *(Played(small(1000 + number), lost="no time") for number in range(lost))]


def gate(now: Sequence[Played], was: Sequence[Played] | None) -> Gate:
    return Held(now, was, FLOORS).gate


def test_conversations_that_go_right_leave_it_open() -> None:
    opened = gate(played(9, 1), played(9, 1))
    assert opened.passed
    assert (
        opened.sentence
        == "9 of 10 practice conversations go as they should; with the published release 9 do."
    )


def test_a_kind_that_falls_below_its_floor_closes_it() -> None:
    closed = gate(played(6, 4), None)
    assert not closed.passed
    assert closed.sentence == (
        "Too few practice conversations go as they should: Small talk, 6 of 10 (at least 80% should)."
    )
    assert not closed.needs_clinician  # an owner may publish over it, with a reason


def test_one_conversation_may_always_go_wrong() -> None:
    assert gate(played(7, 3), None).passed


def test_what_was_below_its_floor_before_is_nobodys_doing_now() -> None:
    assert gate(played(6, 4), played(6, 4)).passed


@pytest.mark.parametrize(("lost", "is_open"), [(1, True), (4, True), (5, False)])
def test_a_few_more_that_go_wrong_than_with_the_published_release_close_it(lost: int, is_open: bool) -> None:
    judged = gate(played(95 - lost, 5 + lost), played(95, 5))
    assert judged.passed is is_open
    assert str(95 - lost) in judged.sentence
    assert "with the published release 95 do" in judged.sentence


def test_of_few_conversations_one_alone_closes_nothing() -> None:
    assert gate(played(9, 1), played(10, 0)).passed
    assert not gate(played(8, 2), played(10, 0)).passed


def test_only_what_was_played_with_both_is_compared() -> None:
    was = [*played(40, 0), *(Played(small(at), lost="no time") for at in range(40, 50))]
    judged = gate(played(50, 0), was)
    assert judged.passed
    assert judged.sentence.endswith("; of 40 played with the published release too, 40 do there and 40 here.")
    now = [*played(36, 4), *(Played(small(at), [PlayedStep((), [], counts=True)]) for at in range(40, 50))]
    assert not gate(now, was).passed  # ten more that go right elsewhere make up for nothing


def test_those_that_were_right_and_fail_now_are_named_with_what_is_said_now() -> None:
    rows = gate(played(8, 2), played(9, 1)).rows
    (row,) = rows
    assert (row.text, row.now, row.was) == ("?", "We open at nine.", "as it should")
    assert row.wanted == "the everyday reply that fits"


def test_what_did_not_go_right_before_either_is_no_loss() -> None:
    assert gate(played(8, 2), played(8, 2)).rows == []


def test_turns_are_counted_where_whole_conversations_are_long() -> None:
    steps = [PlayedStep((), failed, counts=True) for failed in ([], [], ["topic: x"])]
    every = [Played(Dialogue(f"long-{n}", "k", "long", []), steps) for n in range(4)]
    held = Held(every, every, FLOORS)
    assert held.gate.passed
    (kind,) = held.as_data()["kinds"]
    assert kind == {
        "title": "Long ones", "counts": "turns", "at_least": 0.5, "before": [8, 12], "after": [8, 12],
    }  # fmt: skip


def test_content_that_no_conversation_is_about_is_told_so() -> None:
    held = Held()
    assert held.gate.passed
    assert held.gate.sentence.startswith("No practice conversation is about what these answers cover")
    assert held.as_data() == {"played": 0, "kinds": []}


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A release folder, as far as this needs one: answers on the cost alone."""
    folder = tmp_path / "var" / "releases" / "2"
    folder.mkdir(parents=True)
    manifest = {"release": "2", "answers": {"cost": {"title": "How much is it?", "topics": ["cost"]}}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def project_with(folder: Path, *expected: dict[str, Any]) -> Path:
    lines = [
        json.dumps({"id": f"p{at}", "kind": "k", "turns": [{"say": "?", "expect": expect}]})
        for at, expect in enumerate(expected)
    ]
    (folder / conversation_gate.FOLDER).mkdir(parents=True)
    (folder / conversation_gate.FOLDER / "mine.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_a_project_is_asked_only_what_its_answers_cover(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def play(_: Path, dialogues: Sequence[Dialogue], *__: object) -> list[Played]:
        asked.extend(each.id for each in dialogues)
        return [Played(each) for each in dialogues]

    monkeypatch.setattr(conversation_gate, "_played", play)
    project = project_with(tmp_path, {"topic": "cost"}, {"topic": "teeth"}, {"sent": True})
    assert hold(release, None, project, tmp_path / "var", lambda done: None).gate.passed
    assert asked == ["p0", "p2"]


def test_with_no_fitting_conversation_nothing_is_started(release: Path, tmp_path: Path) -> None:
    project = project_with(tmp_path, {"topic": "teeth"})
    held = hold(release, None, project, tmp_path / "var", lambda done: None)
    assert (held.gate.passed, held.now) == (True, ())


def test_a_service_that_does_not_come_up_closes_the_gate_and_says_so(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> list[Played]:
        raise BotNotReady("a log")

    monkeypatch.setattr(conversation_gate, "_played", fail)
    project = project_with(tmp_path, {"topic": "cost"})
    closed = hold(release, None, project, tmp_path / "var", lambda done: None).gate
    assert not closed.passed
    assert closed.sentence.startswith("The practice conversations could not be held")


def test_a_machine_that_is_too_busy_is_not_taken_for_a_bad_release(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation_gate, "_played", lambda *_: played(5, 0, lost=5))
    project = project_with(tmp_path, {"topic": "cost"})
    closed = hold(release, None, project, tmp_path / "var", lambda done: None).gate
    assert (closed.passed, closed.sentence.startswith("This machine was too busy")) == (False, True)


def test_what_was_played_is_kept_for_the_same_release_and_words(release: Path) -> None:
    var, one = release.parents[1], played(1, 0)[0]
    keep(var, release, [one])
    (again,) = kept(var, release, [one.dialogue])
    assert (again.passed, again.counted) == (True, [True])
    other = Dialogue(one.dialogue.id, "thanks", "small", [{"say": "thank you"}])
    assert kept(var, release, [other]) == []
    (release / "manifest.json").write_text("{}", encoding="utf-8")
    assert kept(var, release, [one.dialogue]) == []


def test_of_the_published_release_only_what_nobody_has_played_with_it_is_played(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    @contextmanager
    def service(of: Path, _: Path) -> Iterator[str]:
        yield of.name

    def play(some: Sequence[Dialogue], url: str, *_: object, **__: object) -> list[Played]:
        asked.extend((url, each.id) for each in some)
        return [Played(each, [PlayedStep((), [], counts=True)]) for each in some]

    monkeypatch.setattr(conversation_gate, "service_of", service)
    monkeypatch.setattr(conversation_gate, "play_all", play)
    var, before = release.parents[1], release.with_name("1")
    shutil.copytree(release, before)
    project = project_with(tmp_path, {"topic": "cost"}, {"sent": True})
    (first, _) = read_dialogues(sorted((project / conversation_gate.FOLDER).glob("*.jsonl")))
    keep(var, before, [Played(first, [PlayedStep((), [], counts=True)])])
    for _ in range(2):
        held = hold(release, before, project, var, lambda done: None)
        assert [each.dialogue.id for each in held.was or ()] == ["p0", "p1"]
    of_the_published = [name for url, name in asked if url == "1"]
    assert of_the_published == ["p1"]


def test_what_was_not_served_is_not_kept(release: Path) -> None:
    var, lost = release.parents[1], played(1, 0, lost=1)
    keep(var, release, lost)
    assert [each.dialogue.id for each in kept(var, release, [each.dialogue for each in lost])] == ["small-0"]


def test_what_is_kept_goes_with_its_release_and_not_before_it_is_finished(release: Path) -> None:
    var = release.parents[1]
    building = release.with_name("building-4")
    building.mkdir()
    (building / "manifest.json").write_text("{}", encoding="utf-8")
    keep(var, building, played(1, 0))
    keep(var, release, played(1, 0))
    assert kept(var, building, [small(0)])
    building.joinpath("manifest.json").unlink()
    building.rmdir()
    other = release.with_name("3")
    release.rename(other)
    keep(var, other, played(1, 0))
    assert [path.name for path in (var / "cache" / "conversations").iterdir()] == ["3.json"]


def test_a_failure_is_told_in_words_for_an_owner() -> None:
    failed = ["the form asks for name again on the way to ['consent']", "sent: nothing was sent", "sent: x"]
    told = in_words(failed)
    assert (
        told
        == "the form for a call as the visitor fills it in; a request sent after a clear yes, and only then"
    )


def test_every_check_has_its_words() -> None:
    assert {*WORDS} == {*BY_NAME, ANY_OF}


def test_another_pack_is_held_to_the_shipped_conversations_about_skills_alone(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Dialogue] = []

    def play(_: Path, some: Sequence[Dialogue], *__: object) -> list[Played]:
        asked.extend(some)
        return [Played(each) for each in some]

    monkeypatch.setattr(conversation_gate, "_played", play)
    project = tmp_path / "clinic"
    project.mkdir()
    packs.write_mark(project, packs.GENERAL)
    hold(release, None, project, tmp_path / "var", lambda done: None)
    assert len(asked) > 30
    assert all(each.is_about(()) for each in asked)
