"""The shipped content covers what visitors ask, and is tested on nothing it was taught."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clinic.yaml_files import read_yaml
from training.answer_files import Question, questions_of, read_answers, read_skill_questions
from training.evaluation import SKILLS, read_rows

PROJECT = Path(__file__).parents[2]
OWN = PROJECT / "tests" / "evaluation"
SHARED = PROJECT.parent / "shared" / "evaluation"
FILES = [path for folder in (OWN, SHARED) for kind in ("tsv", "yml") for path in folder.glob(f"*.{kind}")]
CLINICS_PAGE = {
    "what_is_ketamine", "what_is_ketamine_therapy", "lower_dose", "how_it_works", "frequency", "chronic_pain",
    "at_home", "inflammation", "dopamine_serotonin", "conditions", "opioids", "midazolam", "k_hole",
    "confusion", "hallucinations", "blood_brain_barrier", "abuse_controls", "benzos", "monitoring",
    "stories", "booking", "contact_info",
}  # fmt: skip


@pytest.fixture(scope="module")
def taught() -> set[str]:
    answers, problems = read_answers(PROJECT)
    assert problems == []
    questions: list[Question] = [*read_skill_questions(PROJECT)]
    for answer in answers:
        questions += questions_of(answer.document, answer.path)
    return {question.normalised for question in questions} - {""}


def normalised(text: str) -> str:
    return Question("", text, "", 0).normalised


def texts_of(file: Path) -> list[str]:
    """All a visitor types in an evaluation file; a follow-up holds two messages."""
    if file.suffix == ".yml":
        return [str(turn["user"]) for each in read_yaml(file)["conversations"] for turn in each["turns"]]
    rows = [row.split("\t") for row in file.read_text(encoding="utf-8").splitlines()]
    column = rows[0].index("text")
    return [part for row in rows[1:] for part in row[column].split(" || ")]


def test_there_are_enough_messages_of_our_own() -> None:
    assert len(read_rows(OWN / "messages.tsv")) >= 250
    assert len(read_rows(OWN / "out_of_scope.tsv")) >= 120


@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.parent.name}-{path.name}")
def test_no_message_that_scores_is_taught(file: Path, taught: set[str]) -> None:
    assert {normalised(text) for text in texts_of(file)} & taught == set()


def test_every_topic_of_our_messages_has_an_answer_or_a_skill() -> None:
    answers, _ = read_answers(PROJECT)
    served = {topic for answer in answers for topic in answer.metadata["topics"]} | set(SKILLS)
    asked = {topic for row in read_rows(OWN / "messages.tsv") for topic in row.topics}
    assert asked - served == set()


@pytest.mark.skipif(not SHARED.exists(), reason="the list of topics is not part of the product")
def test_every_topic_that_visitors_of_such_clinics_ask_about_is_served() -> None:
    table = (SHARED / "topics.md").read_text(encoding="utf-8")
    topics = set(re.findall(r"^\| ([a-z_]+) \|", table, re.MULTILINE)) - {"topic"}
    answers, _ = read_answers(PROJECT)
    served = {topic for answer in answers for topic in answer.metadata["topics"]} | set(SKILLS)
    assert len(topics) >= 65
    assert topics - served == set()


def test_every_statement_of_the_clinics_page_has_its_answer() -> None:
    answers, _ = read_answers(PROJECT)
    assert CLINICS_PAGE - {answer.id for answer in answers} == set()
