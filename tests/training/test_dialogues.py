"""Written conversations are read with what is wrong in them, fit to the content, and drawn the same way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from content.yaml_files import ProblemsError
from training.dialogues.answers import OF_SKILLS
from training.dialogues.dialogue import Dialogue, read_dialogues, topics_named
from training.dialogues.floors import read_floors
from training.dialogues.playing import slice_of
from training.models import documents

PROJECT = Path(__file__).parents[2]
OWN = PROJECT / "tests" / "evaluation" / "dialogues"
GOOD: dict[str, Any] = {"id": "a1", "kind": "why", "turns": [{"say": "cost?", "expect": {"topic": ["cost"]}}]}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "followups.jsonl"
    path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines), encoding="utf-8")
    return path


def test_a_conversation_is_read_with_the_file_as_its_group(tmp_path: Path) -> None:
    (read,) = read_dialogues([written(tmp_path, GOOD, "")])
    assert (read.id, read.kind, read.group, read.language) == ("a1", "why", "followups", "en")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "This line is not JSON"),
        ({"id": "a", "kind": "b"}, "'turns' is a required property"),
        ({**GOOD, "turns": []}, "turns: "),
        ({**GOOD, "turns": [{"expect": {}}]}, "turns.0: "),
        ({**GOOD, "turns": [{"say": "a", "press": "b"}]}, "turns.0: "),
        ({**GOOD, "turns": [{"say": "a", "or_say": "b"}]}, "turns.0: "),
        ({**GOOD, "turns": [{"fill": {"name": "Ana"}}]}, "turns.0.fill: 'to' is a required property"),
        ({**GOOD, "turns": [{"say": "a", "expect": {"topics": ["cost"]}}]}, "'topics' was unexpected"),
        ({**GOOD, "turns": [{"say": "a", "expect": {"says": "("}}]}, "turns.0.expect.says"),
        ({**GOOD, "turns": [{"say": "a", "expect": {"any_of": [{"sent": "no"}]}}]}, "any_of.0.sent"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(line: object, told: str, tmp_path: Path) -> None:
    path = written(tmp_path, GOOD | {"id": "first"}, line)
    with pytest.raises(ProblemsError) as refused:
        read_dialogues([path])
    (problem,) = refused.value.problems
    assert (problem.path, problem.line) == (path.as_posix(), 2)
    assert told in problem.text


def test_an_id_stands_once_in_all_files(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="The id a1 stands in these files already"):
        read_dialogues([written(tmp_path, GOOD, GOOD)])


def expecting(**expect: Any) -> Dialogue:
    return Dialogue("a1", "why", "followups", [{"say": "?"}, {"say": "?", "expect": expect}])


@pytest.mark.parametrize(
    ("dialogue", "is_about_it"),
    [
        (expecting(topic=["cost", "teeth"]), True),
        (expecting(topic=["teeth"]), False),
        (expecting(topics_all=["cost", ["teeth", "hours"]]), True),
        (expecting(topics_all=["cost", "teeth"]), False),
        (expecting(any_of=[{"topic": "cost"}, {"declined": True}]), True),
        (expecting(any_of=[{"topic": "teeth"}, {"declined": True}]), False),
        (expecting(any_of=[{"skill": "thanks"}, {"declined": True}]), True),
        (expecting(any_of=[{"topic": "teeth"}, {"offer": "gums"}]), False),
        (expecting(topic="callback"), True),
        (expecting(sent=True), True),
    ],
)
def test_only_what_content_can_fulfil_is_expected_of_it(dialogue: Dialogue, is_about_it: bool) -> None:
    assert dialogue.is_about({"cost", "hours"}) is is_about_it


def test_each_conversation_gets_a_number_of_its_own_wherever_it_stands() -> None:
    steps = [{"fill": {"to": "consent", "contact": "{tel}"}, "expect": {"readback_has": ["{tel}", "Ana"]}}]
    mine = Dialogue("a1", "why", "consent", steps).with_number("303 555 0142")
    assert mine.steps[0]["fill"]["contact"] == "303 555 0142"
    assert mine.steps[0]["expect"]["readback_has"] == ["303 555 0142", "Ana"]


def test_a_slice_is_the_same_each_time_and_has_some_of_every_file() -> None:
    every = [
        Dialogue(f"{group}{n}", "k", group, [])
        for group in ("many", "few")
        for n in range(90 if group == "many" else 5)
    ]
    drawn = slice_of(every, 20)
    assert drawn == slice_of(every, 20)
    assert [sum(each.group == group for each in drawn) for group in ("many", "few")] == [19, 3]
    assert drawn == [each for each in every if each in drawn]


def test_our_own_conversations_are_in_order_and_enough() -> None:
    every = read_dialogues(sorted(OWN.glob("*.jsonl")))
    assert len(every) >= 190
    floors = read_floors(OWN / "floors.yml")
    assert {each.group for each in every if not floors.of(each.group).at_least} == set()


def test_the_topics_that_our_own_conversations_name_are_served_by_an_answer() -> None:
    served = {
        str(topic)
        for _, document in documents(PROJECT)
        for item in document.get("nlu") or ()
        for topic in (item.get("metadata") or {}).get("topics") or ()
    }
    every = read_dialogues(sorted(OWN.glob("*.jsonl")))
    named = {
        topic for each in every for step in each.steps for topic in topics_named(step.get("expect") or {})
    }
    assert named - served - OF_SKILLS == set()


def test_a_dentist_is_asked_about_calls_and_danger_and_not_about_another_clinics_treatment() -> None:
    dentists = {
        str(topic)
        for _, document in documents(PROJECT / "tests" / "dental")
        for item in document.get("nlu") or ()
        for topic in (item.get("metadata") or {}).get("topics") or ()
    }
    fitting = [each for each in read_dialogues(sorted(OWN.glob("*.jsonl"))) if each.is_about(dentists)]
    assert {"consent", "form_names", "form_times"} <= {each.group for each in fitting}
    assert not [each for each in fitting if each.group == "several"]
    # "Do you take insurance" and "when are you open" are asked at every clinic.
    assert sum(each.group == "followups" for each in fitting) <= 4


def test_no_answer_is_taught_a_sentence_of_a_conversation() -> None:
    every = read_dialogues(sorted(OWN.glob("*.jsonl")))
    spoken = {
        str(step["say"]).casefold() for each in every for step in each.steps if len(step.get("say", "")) > 25
    }
    taught = {
        line.removeprefix("-").strip().casefold()
        for _, document in documents(PROJECT)
        for item in document.get("nlu") or ()
        for line in str(item.get("examples") or "").splitlines()
    }
    assert spoken & taught == set()
