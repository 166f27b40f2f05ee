"""What the studio's form lets pass, a build takes; what a build refuses, the form said in the same words."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from content.answer_rules import issues_of
from content.answer_yaml import dump, parse
from content.answers import Answer, Source
from content.policies import read_policy
from content.wording import Wording
from content.yaml_files import read_yaml
from training.checks import check_project

PROJECT = Path(__file__).parents[2]
FILE = "data/answers/k_hole_duration.yml"
POLICY = read_policy(PROJECT)
NIDA = Source("NIDA, 2024", url="https://nida.nih.gov/research-topics/ketamine")
TEXT = "Most people feel it for less than an hour."


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "data" / "answers").mkdir(parents=True)
    for name in ("data/policy.yml", "data/follow_ups.yml", "clinic.yml"):
        shutil.copy(PROJECT / name, tmp_path / name)
    return tmp_path


def sound() -> Answer:
    answer = parse((PROJECT / FILE).read_text(encoding="utf-8"), shown_as=FILE)
    return replace(answer, next=(), follow_ups={}, more={}, sources=(NIDA,))


def aspects(project: Path) -> list[str]:
    items = read_yaml(project / "data/follow_ups.yml")["nlu"]
    return [item["intent"].removeprefix("follow_up/") for item in items]


def of_form(answer: Answer, project: Path) -> set[str]:
    found = issues_of(answer, known={answer.id}, policy=POLICY, aspects=aspects(project))
    return {each.text.replace("“", "'").replace("”", "'") for each in found if each.stops}


def of_build(answer: Answer, project: Path) -> set[str]:
    (project / FILE).write_text(dump(answer), encoding="utf-8")
    texts = {problem.text for problem in check_project(project)}
    # With one answer alone, the median of all grades is its own.
    return {text for text in texts if not text.startswith("The median")}


CHANGES: list[dict[str, Any]] = [
    {},
    {"title": "X"},
    {"title": "x" * 61},
    {"it": "y" * 61},
    {"questions": ("how long",)},
    {"questions": ()},
    {"questions": tuple(f"is it {number} minutes" for number in range(201))},
    {"questions": (*"abcd", "how long is [it](time)", "z" * 301)},
    {"wordings": ()},
    {"wordings": (Wording(TEXT), Wording(""))},
    {"wordings": (Wording("<b>An hour.</b>"),)},
    {"wordings": (Wording("[Here](javascript:x) it is."),)},
    {"wordings": (Wording("An hour, says {phone}."),)},
    {"wordings": (Wording("word " * 500),)},
    {"more": {"why": (Wording("It cures you."),)}},
    {"more": {"why": ()}},
    {"more": {"of_no_kind": (Wording(TEXT),)}},
    {"follow_ups": {"why": "nowhere"}},
    {"follow_ups": {"of_no_kind": "k_hole_duration"}},
    {"sources": ()},
    {"sources": (replace(NIDA, passage="x"),)},
    {"sources": (replace(NIDA, cite=""),)},
    {"sources": (replace(NIDA, url="http://nida.nih.gov"),)},
    {"sources": (Source("Blog", url="https://blog.example"),)},
    {"sources": (replace(NIDA, read_at="at home"),)},
    {"sources": (NIDA,) * 9},
    {"topics": ()},
    {"topics": ("K-hole",)},
    {"next": ("nowhere",)},
    {"next": ("k_hole_duration",)},
    {"review_by": ""},
    {"review_by": "20270505"},
    {"review_by": "2027-02-30"},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change)[:40])
def test_the_form_and_a_build_say_the_same(project: Path, change: dict[str, Any]) -> None:
    answer = replace(sound(), **change)
    assert of_build(answer, project) == of_form(answer, project)


def test_every_change_but_two_is_refused(project: Path) -> None:
    fine = [change for change in CHANGES if not of_form(replace(sound(), **change), project)]
    assert fine == [{}, {"next": ("k_hole_duration",)}]


def test_an_import_takes_a_file_that_a_build_would_still_refuse(project: Path) -> None:
    lines = dump(sound()).splitlines(keepends=True)
    unfinished = "".join(line for line in lines if "review_by:" not in line and "title:" not in line)
    assert parse(unfinished, shown_as="x.yml").title == ""
    (project / FILE).write_text(unfinished, encoding="utf-8")
    assert {problem.text for problem in check_project(project)} == {
        "'title' is missing.",
        "'review_by' is missing.",
    }
