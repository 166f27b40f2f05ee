"""What another clinic begins with: whole, in order, and without a word of the clinic that ships."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from content import packs
from content.answer_rules import issues_of
from content.answer_yaml import parse
from content.answers import Answer
from content.clinical import Judge, in_words
from content.policies import read_policy
from content.questions import normalised
from content.wording import names_in

GENERAL = packs.source_of(packs.GENERAL)
NEEDED = {
    "hours", "holidays", "location", "directions", "parking", "accessibility", "contact_info", "booking",
    "new_patients", "walk_ins", "cancellation", "late", "first_visit", "bring", "forms", "companion",
    "interpreter", "staff", "services", "ages", "referral", "insurance", "cost", "payment", "bills",
    "refills", "results", "records", "portal", "chat_privacy", "telehealth", "after_hours", "feedback",
}  # fmt: skip


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    paths = sorted((GENERAL / "data" / "answers").glob("*.yml"))
    return [parse(path.read_text(encoding="utf-8"), shown_as=path.name) for path in paths]


def test_the_general_pack_answers_what_every_clinic_is_asked(answers: list[Answer]) -> None:
    assert {answer.id for answer in answers} >= NEEDED
    assert len(answers) >= 40
    assert {
        answer.id: len(answer.questions) for answer in answers if not 12 <= len(answer.questions) <= 30
    } == {}


def test_each_answer_of_it_is_in_order_and_none_is_clinical(answers: list[Answer]) -> None:
    policy, known = read_policy(GENERAL), {answer.id for answer in answers}
    judge = Judge(policy.clinical, answers)
    for answer in answers:
        assert [issue.text for issue in issues_of(answer, known=known, policy=policy)] == [], answer.id
        assert in_words(judge.of_answer(answer)) == "", answer.id
        assert not answer.clinical


def test_a_reply_of_it_has_nothing_of_its_own_to_say_where_a_fact_is_missing(answers: list[Answer]) -> None:
    """Facts come from the form; what no fact fills promises nothing and names no time, price or place."""
    for answer in answers:
        plain = [wording.text for wording in answer.wordings if not names_in(wording.text)]
        assert plain, answer.id
        assert not re.search(r"\d(?!11)", " ".join(plain).replace("911", "")), answer.id


def test_no_message_it_is_judged_by_is_taught(answers: list[Answer]) -> None:
    taught = {normalised(question) for answer in answers for question in answer.questions}
    for name in ("evaluation/messages.tsv", "evaluation/out_of_scope.tsv", "must_answer.tsv"):
        with (GENERAL / "tests" / name).open(encoding="utf-8") as file:
            texts = [row["text"] for row in csv.DictReader(file, delimiter="\t")]
        assert len(texts) > 10
        assert [text for text in texts if normalised(text) in taught] == []


@pytest.mark.parametrize("pack", [packs.GENERAL, packs.EMPTY])
def test_a_new_project_has_the_skills_and_no_word_of_the_shipped_clinic(pack: str, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    files = packs.new_project(folder, pack)
    assert {"config.yml", "domain.yml", "clinic.yml", "data/small_talk.yml", "data/safety.yml"} <= {*files}
    assert "data/stories.yml" not in files
    own = [name for name in files if name in packs.OWN or name.startswith(("data/answers", "tests"))]
    assert len(own) > 6
    said = " ".join((folder / name).read_text(encoding="utf-8").lower() for name in own)
    assert [word for word in ("ketamine", "k-hole", "esketamine") if word in said] == []
    assert packs.pack_of(folder) == pack


def test_an_empty_one_brings_rules_and_no_answer(tmp_path: Path) -> None:
    files = packs.new_project(tmp_path / "new", packs.EMPTY)
    assert [name for name in files if name.startswith("data/answers")] == []
    for name in ("must_answer.tsv", "evaluation/messages.tsv"):
        assert len((tmp_path / "new" / "tests" / name).read_text(encoding="utf-8").splitlines()) == 1


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(packs.FolderTaken, match="is not empty"):
        packs.new_project(tmp_path, packs.GENERAL)


def test_renewed_skills_leave_alone_what_is_the_clinics(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    packs.new_project(folder, packs.GENERAL)
    (folder / "data" / "out_of_scope.yml").write_text("mine")
    (folder / "data" / "small_talk.yml").write_text("old")
    packs.renew_skills(folder)
    assert (folder / "data" / "out_of_scope.yml").read_text() == "mine"
    shipped = packs.CODE / "data" / "small_talk.yml"
    assert (folder / "data" / "small_talk.yml").read_bytes() == shipped.read_bytes()


def test_own_files_come_from_a_release_and_no_others_stay(tmp_path: Path) -> None:
    release, folder = tmp_path / "release", tmp_path / "project"
    packs.new_project(release, packs.GENERAL)
    packs.new_project(folder, packs.SHIPPED)
    packs.write_mark(release, packs.GENERAL, {packs.CAREFUL: ["tooth_pain"], packs.WORDINGS: {}})
    packs.take_own(release, folder)
    assert not (folder / "data" / "stories.yml").exists()
    same = "data/out_of_scope.yml"
    assert (folder / same).read_bytes() == (release / same).read_bytes()
    assert "careful_topics: [tooth_pain]" in (folder / "config.yml").read_text(encoding="utf-8")
