"""Right after a check: yes and evasion bring the card, a question of its own may come first."""

from __future__ import annotations

import pytest

from safety.check import check
from safety.replies import DOUBTFUL, after_check, asked_as, beside_no
from safety.verdicts import CHECK, CHECK_OTHER

QUESTIONS = (
    "how much does it cost?",
    "do you take blue cross",
    "ok so where do i park",
    "i was only asking about the price of a first visit",
    "why are the sessions so long?",
    "¿cuánto cuesta la primera consulta?",
)
EVASIONS = (
    "whatever",
    "idk",
    "doesn't matter, how much is it",
    "why do you ask?",
    "what if i say yes?",
    "will you call the police?",
    "are you a real person?",
    "who would even care?",
    "i have an appointment on friday",
    "thanks",
    "¿por qué me preguntas eso?",
    "da igual",
)


def told(text: str, checked: str) -> tuple[str, bool, str | None]:
    verdict = after_check(check(text), checked, text)
    return verdict.kind, verdict.soft_line, verdict.still_asked


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_of_its_own_after_a_doubtful_check_is_answered_and_the_check_stays_open(text: str) -> None:
    assert told(text, DOUBTFUL[CHECK]) == ("none", True, CHECK)
    assert told(text, DOUBTFUL[CHECK_OTHER]) == ("none", True, CHECK_OTHER)


@pytest.mark.parametrize("text", QUESTIONS)
def test_after_a_check_of_a_rule_and_a_second_time_the_same_question_brings_the_card(text: str) -> None:
    assert told(text, CHECK) == ("crisis", False, None)
    assert told(text, CHECK_OTHER) == ("crisis_other", False, None)


@pytest.mark.parametrize("text", EVASIONS)
def test_what_evades_brings_the_card_after_a_doubtful_check_too(text: str) -> None:
    assert told(text, DOUBTFUL[CHECK])[0] == "crisis"


@pytest.mark.parametrize("checked", [CHECK, DOUBTFUL[CHECK]])
def test_a_clear_no_ends_the_check_and_a_no_with_a_but_does_not(checked: str) -> None:
    assert told("no, nothing like that", checked) == ("none", False, None)
    assert told("no, but sometimes i wonder", checked)[0] == "crisis"


@pytest.mark.parametrize(
    "text",
    [
        "Oh heavens no!! I feel okay, I only wondered about the taste",
        "wow, no. my tablets are weak, that is all",
        "what?? no",
        "god no, i meant the drip",
        "huh, no way. can i eat before",
        "How did you get to that? No.",
        "no but where do i park",
    ],
)
def test_a_no_behind_an_exclamation_or_before_an_explanation_is_a_no(text: str) -> None:
    assert told(text, CHECK) == told(text, DOUBTFUL[CHECK]) == ("none", False, None)


@pytest.mark.parametrize(
    "text",
    [
        "god, no one would notice",
        "wow no, but i do wish it was over",
        "no, what if i did",
        "oh no idea",
        "everything is grey. no more",
        "could it ever get better? no.",
    ],
)
def test_not_every_no_is_one(text: str) -> None:
    assert told(text, CHECK)[0] == "crisis"


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("whoa no, how long is a visit?", "how long is a visit?"),
        ("no but where do i park", "where do i park"),
        ("no", ""),
    ],
)
def test_what_stands_beside_a_no_is_left_to_answer(text: str, beside: str) -> None:
    assert beside_no(text) == beside


def test_only_what_no_rule_asked_for_and_the_classifier_was_unsure_of_is_doubtful() -> None:
    assert asked_as(CHECK, rule=None, danger=1.2) == DOUBTFUL[CHECK]
    assert asked_as(CHECK, rule=None, danger=5.0) == CHECK
    assert asked_as(CHECK, rule="hopeless", danger=1.2) == CHECK
    assert asked_as(CHECK, rule=None, danger=None) == CHECK


def test_without_the_classifier_no_question_is_ordinary_enough() -> None:
    text = QUESTIONS[0]
    judged = check(text)
    blind = type(judged)(**{**judged.__dict__, "danger": None})
    assert after_check(blind, DOUBTFUL[CHECK], text).kind == "crisis"
