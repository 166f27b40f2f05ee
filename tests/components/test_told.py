"""A loss, long suffering, and asking for somebody else are heard in a few warm words."""

from __future__ import annotations

import pytest

from components.decision.answer_book import AnswerBook
from components.decision.choices import decision
from components.decision.politeness import first_words
from components.decision.told import FOR_SOMEBODY, HARDSHIP, SORROW, as_told, what_is_told

FAMILY: dict[str, dict[str, object]] = {
    "faq/family": {"title": "Family", "topics": ["support"]},
    "faq/cost": {"title": "Cost"},
}
BOOK = AnswerBook(FAMILY)
LOSS = "we run a bakery in Elm Creek and things have been gray since our daughter died"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (LOSS, SORROW),
        ("hello, i'm a widower from up north and new to this", SORROW),
        ("my knees and back have hurt for going on thirty years", HARDSHIP),
        ("hi, i'm writing on behalf of my younger brother who lives with us", FOR_SOMEBODY),
        ("71 and retired, lost my wife this spring", SORROW),
        ("i lost my husband's phone number again", ""),
        ("last time you lost my wife in your files", ""),
        ("we have had this house for twenty years", ""),
        ("hi, i'm pete from the bakery and i like to fish", ""),
    ],
)
def test_what_is_told_is_recognized(text: str, kind: str) -> None:
    assert what_is_told(text) == kind


def test_a_loss_gets_no_stock_welcome() -> None:
    welcome = decision("skill", "introduction", 0.9)
    assert as_told(welcome, LOSS, BOOK, "support")["intent"] == SORROW


def test_who_writes_for_somebody_is_offered_the_answers_for_families() -> None:
    unsure = decision("asked_back", "nlu_fallback", 0.5, choices=[BOOK.choice("faq/cost")])
    found = as_told(unsure, "hi, i'm asking for my uncle who is seventy", BOOK, "support")
    assert (found["intent"], found["choices"]) == (FOR_SOMEBODY, [BOOK.choice("faq/family")])


def test_who_asks_something_is_not_merely_comforted() -> None:
    declined = decision("declined", "out_of_scope", 0.1)
    assert as_told(declined, f"{LOSS}. do you sell bread?", BOOK, "support") == declined


def test_an_answer_to_somebody_who_lost_somebody_begins_with_sympathy() -> None:
    answered = decision("answered", "faq/cost", 0.9, parts=[BOOK.part("faq/cost", 0.9)])
    assert first_words(answered, f"{LOSS}. what does it cost?") == "utter_sorrow_first"
    assert first_words(answered, "what does it cost?") == ""
