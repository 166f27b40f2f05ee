"""An answer file that is wrong stops the training, with file, line and what to do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from content.answer_yaml import dump, parse
from content.clinical import Judge
from content.policies import read_policy
from training.build import _with_answers_of, build
from training.checks import check_project

PROJECT = Path(__file__).parents[2]
FILE = "data/answers/k_hole_duration.yml"
OTHER = "data/answers/bladder.yml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two of the shipped answers, and no wish for answers that it lacks."""
    (tmp_path / "data" / "answers").mkdir(parents=True)
    for name in (FILE, OTHER, "data/policy.yml", "clinic.yml"):
        shutil.copy(PROJECT / name, tmp_path / name)
    for name in (FILE, OTHER):
        path = tmp_path / name
        alone = re.sub(r"next: \[.*\]", "next: []", path.read_text())
        path.write_text(re.sub(r" +follow_ups: {.*}\n", "", alone), encoding="utf-8")
    return tmp_path


def said(project: Path) -> list[str]:
    return [str(problem) for problem in check_project(project)]


def line_with(project: Path, text: str, name: str = FILE) -> int:
    rows = (project / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, row in enumerate(rows, start=1) if text in row)


def replace(project: Path, old: str, new: str, name: str = FILE) -> None:
    path = project / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_sound_project_has_nothing_to_mend(project: Path) -> None:
    assert said(project) == []


def test_the_shipped_content_has_nothing_to_mend() -> None:
    assert [str(problem) for problem in check_project(PROJECT)] == []


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ('it: "a K-hole"', 'it: "a K-hole', 'it: "a K-hole', "This is not YAML"),
        ("offer_call: false", "offer_cal: false", "offer_cal:", "Unknown key 'offer_cal'"),
        ('review_by: "2027-05-05"', "review_by: 2027-05-05", "review_by", "unquoted date"),
        ("clinical: true", 'clinical: "yes"', "clinical:", "must be true or false"),
        ('title: "How long does a K-hole last?"\n', "\n", "metadata:", "'title' is missing"),
        ("intent: faq/k_hole_duration", "intent: faq/k_hole", "intent:", "must be faq/k_hole_duration"),
        ("next: []", "next: [nowhere]", "next:", "There is no answer 'nowhere'"),
        ("- k hole length", "- k hole in ${HOME}", "${HOME}", "write it out"),
        ("I can't give you an exact time.", "Takes {hours.", "utter_faq", "brace without its partner"),
        ("I can't give you an exact time.", "Ask {nobody}.", "utter_faq", "{nobody} is no fact"),
        ("I can't give you an exact time.", "Call {phone}.", "utter_faq", "needs facts"),
        ("I can't give you an exact time.", "This cures you.", "utter_faq", "promise or a dose"),
        ("I can't give you an exact time.", "Take 50 mg.", "utter_faq", "promise or a dose"),
        ("I can't give you an exact time.", "No. " * 60, "utter_faq", "at most 90"),
        ("I can't give you an exact time.", "Yes, it does.", "utter_faq", "Opens with 'Yes,'"),
        ("I can't give you an exact time.", "It can be.", "utter_faq", "Opens with 'It can be.'"),
        (
            "I can't give you an exact time.",
            ("Pharmacological considerations notwithstanding, dissociative symptomatology manifests"
             " heterogeneously throughout extraordinarily diverse populations. ") * 3,
            "utter_faq", "Reading grade",
        ),
        ("https://nida.nih.gov/research-topics/ketamine\"\n      read_at", "https://blog.example/k\"\n      read_at",
         "url:", "not a primary publisher"),
        ("utter_faq/k_hole_duration:", "utter_faq/k_hole:", "responses:", "must be called utter_faq/k_hole_duration"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_and_line(
    project: Path, old: str, new: str, at: str, words: str
) -> None:
    replace(project, old, new)
    found = [text for text in said(project) if words in text]
    assert found, said(project)
    line = int(found[0].removeprefix(f"{FILE}:").partition(":")[0])
    assert abs(line - line_with(project, at)) <= 1


def test_a_question_taught_twice_names_both_places(project: Path) -> None:
    replace(project, "- k hole length", "- Bladder problems, from ketamine?")
    replace(project, "  examples: |\n", "  examples: |\n    - bladder problems from ketamine\n", OTHER)
    (problem,) = said(project)
    assert problem.startswith(f"{FILE}:{line_with(project, '- Bladder problems')}:")
    assert (
        f"also taught in {OTHER}:{line_with(project, '- bladder problems from ketamine', OTHER)}" in problem
    )


def test_an_answer_without_a_source_is_refused(project: Path) -> None:
    path = project / FILE
    text = re.sub(r"sources:\n(?:      ?.*\n|    - .*\n)*?    reviewed_by", "sources: []\n    reviewed_by",
                  path.read_text(encoding="utf-8"))  # fmt: skip
    path.write_text(text, encoding="utf-8")
    assert any("No source" in problem for problem in said(project))


def test_too_few_questions_are_counted(project: Path) -> None:
    path = project / FILE
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    start = next(at for at, row in enumerate(rows) if "examples:" in row) + 1
    end = next(at for at, row in enumerate(rows) if row.startswith("responses:"))
    path.write_text("".join([*rows[: start + 4], *rows[end:]]), encoding="utf-8")
    assert any("Only 4 questions" in problem for problem in said(project))


def test_nothing_is_trained_from_what_is_wrong(project: Path) -> None:
    replace(project, "clinical: true", "clinicl: true")
    with pytest.raises(Exception, match="Unknown key 'clinicl'"):
        build(project, project / "var")
    assert not (project / "var").exists()


def test_a_clinical_text_that_is_not_marked_so_is_refused_with_its_words(project: Path) -> None:
    replace(project, "clinical: true", "clinical: false")
    (problem,) = said(project)
    assert problem.startswith(f"{FILE}:{line_with(project, 'clinical: false')}: This is clinical, because it")
    assert problem.endswith("write 'clinical: true'.")


def test_a_clinicians_word_in_a_file_holds_for_the_words_it_was_given_for(project: Path) -> None:
    path = project / FILE
    policy = read_policy(project)
    released = Judge(policy.clinical).released(
        parse(path.read_text(encoding="utf-8"), shown_as=FILE), by="Dr. Ana Ruiz", why="A test says so."
    )
    path.write_text(dump(released), encoding="utf-8")
    assert said(project) == []
    replace(project, "K-hole", "k-hole of pain")
    assert any("This is clinical" in problem for problem in said(project))


def test_a_fact_of_the_file_promises_nothing(project: Path) -> None:
    replace(project, "parking: null", 'parking: "Behind the house. We guarantee a place."', "clinic.yml")
    assert said(project) == [
        "clinic.yml:1: 'parking': 'guarantee' is a promise or a dose that no reply may hold."
    ]


def test_answers_of_an_earlier_version_are_marked_when_they_are_built_again(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = tmp_path_factory.mktemp("made") / "project"
    published = tmp_path_factory.mktemp("release")
    shutil.copytree(project, published, dirs_exist_ok=True)
    replace(published, "clinical: true", "clinical: false")
    assert said(_with_answers_of(published, project, made)) == []
    assert "clinical: true" in (made / FILE).read_text(encoding="utf-8")
