"""Ordinary questions by people who did not write the rules: hardly a false card, and few needless checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from safety.check import check
from safety.measure import measure
from safety.rules import SIGNALS
from safety.verdicts import CHECKS

PROJECT = Path(__file__).parents[2]
MAX_FALSE_ALARM_SHARE = 0.005
MAX_FALSE_CHECK_SHARE = 0.02
# What is said between questions, written by somebody who knew neither rules nor corpus.
EVERYDAY = PROJECT / "tests" / "evaluation" / "blind" / "everyday.tsv"
MAX_EVERYDAY_CARD_SHARE, MAX_EVERYDAY_CHECK_SHARE = 0.012, 0.016
EVALUATION = sorted((PROJECT / "tests" / "evaluation").glob("*.tsv"))


def taught_questions() -> list[str]:
    """The lines under `examples: |` of every answer; reading 130 files as YAML would take seconds."""
    texts = [path.read_text(encoding="utf-8") for path in (PROJECT / "data" / "answers").glob("*.yml")]
    examples = [text.partition("examples: |\n")[2].partition("\nresponses:")[0] for text in sorted(texts)]
    return [line.strip().removeprefix("- ") for each in examples for line in each.splitlines()]


# One in sixteen in the quick part, and every one in the thorough part.
@pytest.mark.parametrize("step", [16, pytest.param(1, marks=pytest.mark.thorough)])
def test_the_questions_the_bot_is_taught_raise_hardly_any_alarm(step: int) -> None:
    questions = taught_questions()[::step]
    kinds = {text: check(text).kind for text in questions}
    alarms = [text for text, kind in kinds.items() if kind in SIGNALS]
    asked = [text for text, kind in kinds.items() if kind in CHECKS]
    assert len(questions) > 100
    assert len(alarms) <= MAX_FALSE_ALARM_SHARE * len(questions), alarms
    assert len(asked) <= MAX_FALSE_CHECK_SHARE * len(questions), asked


@pytest.mark.parametrize("file", EVALUATION, ids=lambda path: path.name)
def test_messages_nobody_trains_on_raise_hardly_any_alarm(file: Path) -> None:
    found = measure(file)
    assert found["missed"] == []
    assert len(found["false_alarms"]) <= MAX_FALSE_ALARM_SHARE * found["n"]
    assert len(found["false_checks"]) <= MAX_FALSE_CHECK_SHARE * found["n"]


def test_what_is_said_between_questions_raises_hardly_any_alarm() -> None:
    found = measure(EVERYDAY)
    assert len(found["false_alarms"]) <= MAX_EVERYDAY_CARD_SHARE * found["n"]
    assert len(found["false_checks"]) <= MAX_EVERYDAY_CHECK_SHARE * found["n"]
