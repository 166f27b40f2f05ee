"""Which answer about age a message gets follows from the ages that it names."""

from __future__ import annotations

import pytest

from components.decision.ages import by_age, named_ages
from components.decision.answer_book import AnswerBook
from components.decision.choices import decision

ANSWERS = {"under": "minors", "adults": "adult_age", "old": "elderly"}
BOOK = AnswerBook({f"faq/{name}": {"title": name} for name in (*ANSWERS.values(), "pain")})


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("do you take 19 year olds", [19]),
        ("my 15-year-old and i'm forty-two", [15, 42]),
        ("he is seventy eight", [78]),
        ("what about 45", [45]),
        ("32yo woman", [32]),
        ("i've had pain for 19 years", []),
        ("it takes 45 minutes", []),
        ("i am 40 weeks pregnant", []),
    ],
)
def test_ages_of_people_are_read_and_other_numbers_left(text: str, ages: list[int]) -> None:
    assert named_ages(text) == ages


@pytest.mark.parametrize(
    ("text", "likely", "given"),
    [
        ("do you take 19 year olds", "minors", "adult_age"),
        ("do you see people who are 16 years old", "adult_age", "minors"),
        ("i'm 70, do you take my age", "adult_age", "elderly"),
        ("i'm 55, am i too old", "elderly", "elderly"),
        ("do you take teenagers", "minors", "minors"),
        ("my 19 year old has pain", "pain", "pain"),
    ],
)
def test_the_age_decides_between_the_answers_about_age(text: str, likely: str, given: str) -> None:
    name = f"faq/{likely}"
    ranking, parts = [{"intent": name, "confidence": 0.9}], [BOOK.part(name, 0.9)]
    understood = decision("answered", name, 0.9, ranking=ranking, parts=parts)
    assert by_age(understood, text, BOOK, ANSWERS)["intent"] == f"faq/{given}"


def test_a_choice_about_another_age_is_not_offered() -> None:
    found = decision("answered", "faq/pain", 0.9, parts=[{"intent": "faq/pain", "confidence": 0.9}])
    found["choices"] = [BOOK.choice("faq/minors"), BOOK.choice("faq/adult_age")]
    given = by_age(found, "my daughter is 24, she is in pain", BOOK, ANSWERS)
    assert [each["intent"] for each in given["choices"]] == ["faq/adult_age"]


def test_more_of_the_fitting_answer_stays_more_of_it() -> None:
    more = [BOOK.part("faq/elderly", 0.9, passage="utter_more/elderly_older")]
    understood = decision("answered", "follow_up/older", 0.9, parts=more)
    assert by_age(understood, "she's 84", BOOK, ANSWERS) is understood
