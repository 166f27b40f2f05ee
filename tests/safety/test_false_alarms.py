"""Ordinary questions, written by people who did not write the rules: one false card in a hundred at most."""

from __future__ import annotations

from pathlib import Path

import pytest

from safety.check import check
from safety.lexicon import read_yaml
from safety.measure import measure

PROJECT = Path(__file__).parents[2]
MAX_FALSE_ALARM_SHARE = 0.01
EVALUATION = sorted((PROJECT / "tests" / "evaluation").glob("*.tsv"))


def taught_questions() -> list[str]:
    questions = []
    for path in sorted((PROJECT / "data" / "answers").glob("*.yml")):
        for taught in read_yaml(path).get("nlu", []):
            lines = str(taught["examples"]).splitlines()
            questions += [line.strip().removeprefix("- ") for line in lines if line.strip()]
    return questions


def test_the_questions_the_bot_is_taught_raise_hardly_any_alarm() -> None:
    questions = taught_questions()
    alarms = [text for text in questions if check(text).kind != "none"]
    assert len(questions) > 100
    assert len(alarms) <= MAX_FALSE_ALARM_SHARE * len(questions), alarms


@pytest.mark.parametrize("file", EVALUATION, ids=lambda path: path.name)
def test_messages_nobody_trains_on_raise_hardly_any_alarm(file: Path) -> None:
    found = measure(file)
    assert found["missed"] == []
    assert len(found["false_alarms"]) <= MAX_FALSE_ALARM_SHARE * found["n"]
