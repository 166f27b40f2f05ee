"""Every sentence the bot may say in English is easy to read, counted by a library that is not ours."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from statistics import median

import pytest
import textstat

from content.yaml_files import read_yaml

PROJECT = Path(__file__).parents[2]
MAX_GRADE, MAX_MEDIAN_GRADE, MAX_WORDS = 8.0, 6.0, 90
_PLACEHOLDER = re.compile(r"\{\w+\}")


@cache
def replies() -> list[tuple[str, str]]:
    """Utterance and text of each English reply: answers, skills, forms, asking back, declining."""
    return [
        (str(name), str(said["text"]))
        for path in sorted((PROJECT / "data").rglob("*.yml"))
        for name, variations in ((read_yaml(path) or {}).get("responses") or {}).items()
        for said in variations
        if (said.get("metadata") or {}).get("language") == "en"
    ]


@cache
def grade_of(text: str) -> float:
    """A fact fills its place with a short word: what a clinic writes there is its own."""
    return float(textstat.flesch_kincaid_grade(_PLACEHOLDER.sub("it", text)))


@pytest.mark.parametrize(("name", "text"), replies(), ids=lambda each: str(each)[:40])
def test_a_reply_is_short_and_easy_to_read(name: str, text: str) -> None:
    assert len(text.split()) <= MAX_WORDS
    assert grade_of(text) <= MAX_GRADE


def test_half_of_the_replies_are_for_the_sixth_grade_or_below() -> None:
    assert len(replies()) > 150
    assert median(grade_of(text) for _, text in replies()) <= MAX_MEDIAN_GRADE
