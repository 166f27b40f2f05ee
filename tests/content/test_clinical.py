"""Whether a text is clinical is decided from the text; a dentist's words are the dentist's."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from content.answer_yaml import parse
from content.answers import Answer
from content.clinical import Judge, in_words
from content.clinical_words import ClinicalWords, Reason, read_words
from content.policies import read_policy
from content.wording import Wording

ROOT = Path(__file__).parents[2]
DENTAL = ROOT / "tests" / "dental"
GENERAL = read_words()


def answers_of(project: Path) -> list[Answer]:
    files = sorted((project / "data" / "answers").glob("*.yml"))
    return [parse(path.read_text(encoding="utf-8"), shown_as=path.name) for path in files]


def said(text: str, words: ClinicalWords = GENERAL, **more) -> list[str]:
    return [reason.said for reason in words.reasons(text, **more)]


@pytest.mark.parametrize(("project", "name"), [(ROOT, "Balanced Ketamine"), (DENTAL, "Riverside Dental")])
def test_the_text_of_every_shipped_answer_agrees_with_its_flag(project, name):
    answers = answers_of(project)
    judge = Judge(read_policy(project).clinical, answers, (name,))
    wrong = [a.id for a in answers if bool(judge.of_answer(a)) != a.clinical]
    assert wrong == []


def test_the_words_stand_as_they_were_written():
    assert said("You can Stop your\ntablets the day before.") == ["Stop your tablets"]
    assert said("Rest. Your HEART is fine.") == ["HEART"]
    assert in_words([Reason("medicines", "pills"), Reason("body", "heart")]) == "it says “pills”, “heart”"


def test_what_belongs_together_does_so_in_one_sentence():
    assert said("Drive round the house. After that, ring the bell.") == []
    assert said("You can drive right after it.") == ["drive right after"]


@pytest.mark.parametrize(
    "text",
    [
        "If this is an emergency, call 911 or go to the nearest emergency room.",
        "Our building is not far from the hospital.",
        "Most people park behind the house.",
        "Nobody is at the desk on Sunday.",
        "If you like, we send you a reminder the day before.",
        "You can ride the bus to our door.",
        "People can get it by mail within 10 days.",
        "Suite 4B, second floor; use elevator 1.",
    ],
)
def test_what_is_about_running_the_clinic_is_not_clinical(text):
    assert said(text) == []


def test_a_figure_for_a_letter_and_a_picture_for_a_pill_hide_nothing():
    assert [each.lower() for each in said("ST0P Y0UR P1LLS")] == ["stop your pills"]
    assert said("\U0001f48a at seven") == ["\U0001f48a"]


@pytest.mark.parametrize(
    "text",
    [
        "Rinse with warm salt water.",
        "Gargle with lukewarm water and salt every few hours.",
        "Hold an ice pack against it.",
        "Please put a cold compress on it first.",
        "Keep the bandage dry for two days.",
        "Wash the cut with soap.",
        "Rest the ankle and prop up the foot.",
        "Drink plenty of fluids.",
        "Beba muchos líquidos.",
        "Enjuague con agua tibia y sal.",
    ],
)
def test_what_to_do_at_home_is_clinical_in_any_clinic(text):
    assert said(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please use the ice machine in the lobby with care.",
        "Put the form in the box, and press the bell.",
        "Keep the ticket, and leave the area by the back door.",
        "Please wash your hands at the front desk.",
        "Take a seat: there is water and tea.",
    ],
)
def test_housekeeping_is_not(text):
    assert said(text) == []


def test_a_dentists_words_are_clinical_at_the_dentists_alone():
    text = "Clove oil has a smell, and a molar has a name."
    assert said(text) == []
    assert said(text, read_words(DENTAL)) == ["Clove oil", "molar"]
    assert said("We use ketamine here.") == []
    assert said("We use ketamine here.", read_words(ROOT)) == ["ketamine"]


def test_the_clinics_own_name_is_no_advice_and_a_drug_alone_is_no_name():
    words = read_words(ROOT)
    for name, found in (("Balanced Ketamine", []), ("Ketamine", ["Ketamine"])):
        text = f"{name} is closed on Friday."
        assert [reason.said for reason in Judge(words, (), (name,)).of_text(text)] == found


def test_a_project_cannot_call_words_harmless(tmp_path):
    (tmp_path / "data").mkdir()
    own = 'clinical:\n  harmless: "stop your tablets, tablets"\n'
    (tmp_path / "data" / "clinical.yml").write_text(own, encoding="utf-8")
    assert said("Stop your tablets.", read_words(tmp_path)) == ["Stop your tablets"]


def test_a_word_in_disguise_is_the_word():
    for text in ("t a b l e t s", "tab\u200blets", "tab\u00adlets", "ＴＡＢＬＥＴＳ", "tab*lets", "Tábléts"):
        assert said(text) != [], text
    for misspelt in ("ibuprofin", "ibuprofne", "ibuprofenn", "iburofen"):
        assert said(f"Bring your {misspelt}.") == [misspelt]
    assert said("abuprofen") == []  # another first letter is another word


def test_questions_make_a_reply_clinical_only_when_many_ask_for_advice():
    judge = Judge(GENERAL)
    harmless = tuple(f"where is door {number}" for number in "abcdefghij")
    reply = (Wording("That is fine."),)
    one = Answer("x", title="Doors", wordings=reply, questions=(*harmless, "can i skip my dose"))
    many = Answer(
        "x", title="Doors", wordings=reply, questions=(*one.questions, "stop my meds?", "can i drive home")
    )
    assert judge.of_answer(one) == []
    assert [reason.kind for reason in judge.of_answer(many)] == ["question"] * 3


@pytest.mark.parametrize(
    "text", ["a " * 10_000, "stop " * 4_000, "x. " * 6_000, "drive after " * 1_600, "*" * 20_000]
)
def test_no_text_takes_long(text):
    started = time.process_time()
    GENERAL.reasons(text + str(started))
    assert time.process_time() - started < 5  # a tenth of it is usual
