"""Who asks what a word of the last answer means, or what its studies found, is told that."""

from __future__ import annotations

import pytest

from components.decision.answer_book import AnswerBook
from components.decision.choices import decision
from components.decision.follow_up_meaning import Before
from components.decision.follow_ups import follow_up
from components.decision.own_words import asks_of_the_words

MEANS, REALLY, SO = (f"utter_more/pain_{aspect}" for aspect in ("means", "really", "so"))
BOOK = AnswerBook(
    {"faq/pain": {"title": "Pain"}, "faq/mind": {"title": "Mind"}},
    passages=[MEANS, REALLY, SO],
    meanings={MEANS: '"scarce" proof means that few people were studied.'},
)


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("what does scarce mean here", "means"),
        ("you called the proof scarce. scarce how?", "means"),
        ("define “scarce” please", "means"),
        ("what did the studies find", "studies"),
        ("no. the research. what were the results", "studies"),
        ("what does it mean for my job", ""),
        ("any studies on children", ""),
        ("how scarce is parking", ""),
    ],
)
def test_questions_about_the_answers_own_words_are_recognized(text: str, aspect: str) -> None:
    assert asks_of_the_words(Before("faq/pain", (), text), BOOK) == aspect


@pytest.mark.parametrize(
    ("text", "passage"), [("what does scarce mean", MEANS), ("what did the studies find", REALLY)]
)
def test_the_answer_explains_itself_whatever_else_the_word_may_be_about(text: str, passage: str) -> None:
    other = decision("answered", "faq/mind", 0.9, parts=[BOOK.part("faq/mind", 0.9)])
    found = follow_up(other, None, Before("faq/pain", (), text), BOOK)
    assert found["parts"][0]["passage"] == passage


def test_who_wants_a_yes_or_a_no_gets_the_short_of_it() -> None:
    same = decision("answered", "faq/pain", 0.9, parts=[BOOK.part("faq/pain", 0.9)])
    found = follow_up(same, None, Before("faq/pain", (), "my back and this. yes or no"), BOOK)
    assert found["parts"][0]["passage"] == SO


def test_a_repeated_wish_is_no_guess_at_something_else() -> None:
    ranking = [{"intent": "faq/pain", "confidence": 0.95}, {"intent": "faq/mind", "confidence": 0.1}]
    same = decision("answered", "faq/pain", 0.95, ranking=ranking, parts=[BOOK.part("faq/pain", 0.95)])
    before = Before("faq/pain", (), "something for my sore back", is_correction=True)
    assert follow_up(same, None, before, BOOK)["intent"].startswith("follow_up/")
