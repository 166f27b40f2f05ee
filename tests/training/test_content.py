"""The shipped content covers what visitors ask, and is tested on nothing it was taught."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from content.scoring import SKILLS
from content.yaml_files import Problem, read_yaml
from training.answer_files import AnswerFile, Question, questions_of, read_answers, read_skill_questions
from training.evaluation import read_rows

PROJECT = Path(__file__).parents[2]
OWN = PROJECT / "tests" / "evaluation"
SHARED = PROJECT.parent / "shared" / "evaluation"
FILES = [
    path
    for folder in (OWN, SHARED)
    for kind in ("tsv", "yml")
    for path in folder.rglob(f"*.{kind}")
    if path.name != "floors.yml"  # of the conversations: shares, no messages
]
CLINICS_PAGE = {
    "what_is_ketamine", "what_is_ketamine_therapy", "lower_dose", "how_it_works", "frequency", "chronic_pain",
    "at_home", "inflammation", "dopamine_serotonin", "conditions", "opioids", "midazolam", "k_hole",
    "confusion", "hallucinations", "blood_brain_barrier", "abuse_controls", "benzos", "monitoring",
    "stories", "booking", "contact_info",
}  # fmt: skip

# What visitors of 222 clinics' websites ask about, and what they type in a chat besides.
ASKED_OF_CLINICS = """
    addiction affirm after_session alcohol_cannabis at_home bad_trip benzos booking boosters
    bot_identity callback cancellation chronic_pain combined_meds companion compare complaint
    condition_specific conditions contact_info contraindication cost credentials crisis deny
    dosing driving drug_test effectiveness elderly eligibility emergency feel_during
    feel_worse feeling_low frequency goodbye greeting hallucinations hours how_it_works
    how_many insurance k_hole legal_fda location long_term lower_dose medications minors
    monitoring onset oos payment pregnancy preparation privacy procedure_pain records_admin
    recreational referral relief_duration reviews route safety session_length side_effects
    spravato stories suicidality_info support talk_to_human thanks tolerance what_is_kat
    what_is_ketamine
"""


@cache
def shipped() -> tuple[list[AnswerFile], list[Problem]]:
    """Every shipped answer; reading them takes a second, so they are read once."""
    return read_answers(PROJECT)


@pytest.fixture(scope="module")
def taught() -> set[str]:
    answers, problems = shipped()
    assert problems == []
    questions: list[Question] = [*read_skill_questions(PROJECT)]
    for answer in answers:
        questions += questions_of(answer.document, answer.path)
    return {question.normalised for question in questions} - {""}


def test_every_shipped_answer_has_fifteen_questions():
    answers, _ = shipped()
    few = {a.id for a in answers if sum(1 for _ in questions_of(a.document, a.path)) < 15}
    assert few == set()


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


@pytest.mark.parametrize("file", FILES, ids=lambda path: "-".join(path.parts[-3:]))
def test_no_message_that_scores_is_taught(file: Path, taught: set[str]) -> None:
    assert {normalised(text) for text in texts_of(file)} & taught == set()


def test_every_topic_of_our_messages_has_an_answer_or_a_skill() -> None:
    answers, _ = shipped()
    served = {topic for answer in answers for topic in answer.metadata["topics"]} | set(SKILLS)
    asked = {topic for row in read_rows(OWN / "messages.tsv") for topic in row.topics}
    assert asked - served == set()


def test_every_topic_that_visitors_of_such_clinics_ask_about_is_served() -> None:
    answers, _ = shipped()
    served = {topic for answer in answers for topic in answer.metadata["topics"]} | set(SKILLS)
    assert set(ASKED_OF_CLINICS.split()) - served == set()


def test_every_statement_of_the_clinics_page_has_its_answer() -> None:
    answers, _ = shipped()
    assert CLINICS_PAGE - {answer.id for answer in answers} == set()
