"""From scores to what happens: answer, ask back, decline, a skill, two answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from components.classifier.model import Candidate
from components.decision.answer_book import AnswerBook
from components.decision.rules import ASK_BACK, RULES, decide
from components.decision.thresholds import Thresholds
from components.segments import ABOUT_IT, ABOUT_SUBJECT, PART, WHOLE, Reading

BOOK = AnswerBook({
    f"faq/{name}": {"title": name.title(), "it": name, "next": [], "offer_call": False, "topics": [topic]}
    for name, topic in (
        ("cost", "cost"), ("safety", "safety"), ("k_hole", "k_hole"), ("dosing", "dosing"),
        ("pills", "medications"), ("more_pills", "medications"),
    )
})  # fmt: skip
LIMITS = Thresholds(
    answer=0.65, careful=0.75, ask_back=0.35, part=0.65, about_it=0.5, skill=0.5, few_answers=0
)
CAREFUL = ["medications"]


def ranked(**confidences: float) -> list[Candidate]:
    named = {"callback": "callback", "oos": "out_of_scope", "thinking": "thinking"}
    labels = {named.get(name, f"faq/{name}"): value for name, value in confidences.items()}
    everything = {**dict.fromkeys([*BOOK.answers, "callback", "out_of_scope"], 0.0), **labels}
    return [
        Candidate(label, confidence, 0.5)
        for label, confidence in sorted(everything.items(), key=lambda item: -item[1])
    ]


def decided(*read: tuple[str, str, list[Candidate]]) -> dict[str, Any]:
    readings = [Reading(text, role) for text, role, _ in read]
    return decide(
        readings, [scores for *_, scores in read], book=BOOK, thresholds=LIMITS, careful_topics=CAREFUL
    )


@pytest.mark.parametrize(
    ("scores", "outcome", "intent"),
    [
        (ranked(cost=0.65), "answered", "faq/cost"),
        (ranked(cost=0.64, safety=0.3), "asked_back", ASK_BACK),
        (ranked(cost=0.35), "asked_back", ASK_BACK),
        (ranked(cost=0.34), "declined", "out_of_scope"),
        (ranked(oos=0.9, cost=0.1), "declined", "out_of_scope"),
        (ranked(callback=0.5), "skill", "callback"),
        (ranked(callback=0.49, cost=0.4), "asked_back", ASK_BACK),
    ],
)
def test_one_message_at_the_thresholds(scores: list[Candidate], outcome: str, intent: str) -> None:
    found = decided(("call me, what about it all", WHOLE, scores))
    assert (found["outcome"], found["intent"]) == (outcome, intent)


def test_asking_back_offers_at_most_three_and_only_likely_ones() -> None:
    found = decided(("hm", WHOLE, ranked(cost=0.5, safety=0.3, k_hole=0.2, dosing=0.1)))
    assert [choice["intent"] for choice in found["choices"]] == ["faq/cost", "faq/safety", "faq/k_hole"]
    found = decided(("hm", WHOLE, ranked(cost=0.5, safety=0.07)))
    assert [choice["intent"] for choice in found["choices"]] == ["faq/cost"]


def test_a_choice_far_below_the_best_is_not_offered() -> None:
    found = decided(("what about it all", WHOLE, ranked(cost=0.5, safety=0.3, k_hole=0.15)))
    assert [choice["intent"] for choice in found["choices"]] == ["faq/cost", "faq/safety"]


def test_where_nothing_stands_out_no_choices_of_chance_are_offered() -> None:
    scores = ranked(cost=0.45, safety=0.44, k_hole=0.43, dosing=0.42)
    assert decided(("zebras on the moon", WHOLE, scores))["outcome"] == "declined"


@pytest.mark.parametrize(
    ("scores", "outcome", "choices"),
    [
        (ranked(cost=0.6, safety=0.22), "answered", ["faq/safety"]),
        (ranked(cost=0.6, safety=0.1), "answered", []),
        (ranked(cost=0.54, safety=0.1), "asked_back", ["faq/cost"]),
        (ranked(pills=0.6, safety=0.1), "asked_back", ["faq/pills"]),
    ],
)
def test_what_is_far_ahead_is_answered_with_the_second_beside_it_unless_it_could_hurt(
    scores: list[Candidate], outcome: str, choices: list[str]
) -> None:
    found = decided(("what about it all", WHOLE, scores))
    assert (found["outcome"], [choice["intent"] for choice in found["choices"]]) == (outcome, choices)


@pytest.mark.parametrize(
    ("scores", "outcome"),
    [
        (ranked(cost=0.7, oos=0.25), "asked_back"),
        (ranked(cost=0.6, oos=0.22), "asked_back"),
        (ranked(cost=0.7, oos=0.15), "answered"),
        (ranked(cost=0.76, oos=0.25), "answered"),
    ],
)
def test_where_not_ours_is_likely_too_an_answer_has_to_be_surer(
    scores: list[Candidate], outcome: str
) -> None:
    assert decided(("chin straps", WHOLE, scores))["outcome"] == outcome


def test_a_question_inside_small_talk_is_answered() -> None:
    talk = [Candidate("laugh", 0.9, 0.5), *ranked(cost=0.3)]
    told = ("what a week lol.", PART, [Candidate("laugh", 0.9, 0.5), *ranked()])
    asked = ("anyway how much is it", PART, ranked(cost=0.8))
    found = decided(("what a week lol. anyway how much is it", WHOLE, talk), told, asked)
    assert (found["outcome"], found["intent"]) == ("answered", "faq/cost")


def test_signs_without_a_letter_are_declined() -> None:
    assert decided(("??? 12", WHOLE, ranked(cost=0.99)))["outcome"] == "declined"


def test_two_sure_questions_get_two_answers_in_their_order() -> None:
    found = decided(
        ("is it safe and what does it cost", WHOLE, ranked(cost=0.6)),
        ("is it safe", PART, ranked(safety=0.8)),
        ("what does it cost", PART, ranked(cost=0.9)),
    )
    assert [part["intent"] for part in found["parts"]] == ["faq/safety", "faq/cost"]


def test_of_six_questions_two_are_answered_and_all_others_are_named() -> None:
    asked = {"cost": 0.9, "safety": 0.9, "k_hole": 0.9, "dosing": 0.9, "pills": 0.9, "more_pills": 0.5}
    parts = [(f"is it {name}", PART, ranked(**{name: sure})) for name, sure in asked.items()]
    text = " and ".join(part for part, _, _ in parts)
    found = decided((text, WHOLE, ranked(**dict.fromkeys(asked, 0.5))), *parts)
    answered = [part["intent"] for part in found["parts"]]
    named = [choice["intent"] for choice in found["choices"]]
    assert answered == ["faq/pills", "faq/cost"]  # the caution first
    assert sorted([*answered, *named]) == sorted(f"faq/{name}" for name in asked)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("i'd like a call back about my knee pills", "skill"),
        ("could you call me regarding my pills", "skill"),
        ("when do i get a call back about pills", "answered"),
        ("my pills", "answered"),
    ],
)
def test_who_asks_for_a_call_in_so_many_words_gets_one(text: str, outcome: str) -> None:
    assert decided((text, WHOLE, ranked(pills=0.8, callback=0.3)))["outcome"] == outcome


def test_details_without_a_way_to_reach_open_no_form() -> None:
    scores = sorted([*ranked(cost=0.2), Candidate("inform", 0.9, 0.5)], key=lambda each: -each.confidence)
    assert decided(("i'm already a patient", WHOLE, scores))["intent"] != "inform"
    assert decided(("Sam 212 555 2368", WHOLE, scores))["intent"] == "inform"


def test_outside_the_form_nothing_is_refused_by_the_way() -> None:
    def scores(refusal: float) -> list[Candidate]:
        return sorted(
            [*ranked(cost=0.4), Candidate("refuse_details", refusal, 0.5)], key=lambda each: -each.confidence
        )

    assert decided(("so skip it that morning", WHOLE, scores(0.65)))["outcome"] == "asked_back"
    assert decided(("i don't want your newsletter", WHOLE, scores(0.65)))["intent"] == "refuse_details"
    assert decided(("i won't give my number", WHOLE, scores(0.9)))["intent"] == "refuse_details"


def test_a_story_around_one_question_is_answered_by_the_question() -> None:
    found = decided(
        ("i had a rough year. what does it cost", WHOLE, ranked(safety=0.4, cost=0.4)),
        ("i had a rough year.", PART, ranked(oos=0.9)),
        ("what does it cost", PART, ranked(cost=0.9)),
    )
    assert [part["intent"] for part in found["parts"]] == ["faq/cost"]


def test_it_is_the_topic_of_the_answer_before() -> None:
    found = decided(
        ("is it dangerous", WHOLE, ranked(safety=0.9)),
        ("is a k_hole dangerous", ABOUT_IT, ranked(k_hole=0.7)),
    )
    assert found["intent"] == "faq/k_hole"


def test_a_message_that_stands_alone_does_not_lean_back() -> None:
    found = decided(
        ("how much is a session", WHOLE, ranked(cost=0.9)),
        ("how much is a session a k_hole", ABOUT_IT, ranked(k_hole=0.6)),
    )
    assert found["intent"] == "faq/cost"


def test_where_a_message_asks_the_story_around_it_is_silent() -> None:
    found = decided(
        ("my mother is 71. what does it cost?", WHOLE, ranked(dosing=0.5, cost=0.45)),
        ("my mother is 71.", PART, ranked(dosing=0.98)),
        ("what does it cost?", PART, ranked(cost=0.8)),
    )
    assert found["intent"] == "faq/cost"


def test_a_question_that_leans_on_what_is_not_ours_is_declined() -> None:
    found = decided(
        ("do you do tattoos and does it hurt", WHOLE, ranked(oos=0.78)),
        ("do you do tattoos", PART, ranked(oos=0.91)),
        ("does it hurt", PART, ranked(safety=1.0)),
    )
    assert found["outcome"] == "declined"


def test_nobody_who_asks_something_else_gets_the_same_answer_once_more() -> None:
    readings = [Reading("how much", WHOLE), Reading("how much a k_hole", ABOUT_IT)]
    scored = [ranked(cost=0.6), ranked(k_hole=0.8)]
    found = decide(readings, scored, book=BOOK, thresholds=LIMITS, topic="faq/k_hole")
    assert [part["intent"] for part in found["parts"]] == ["faq/cost"]
    found = decide(readings, scored, book=BOOK, thresholds=LIMITS, topic="faq/dosing")
    assert found["intent"] == "faq/k_hole"


@pytest.mark.parametrize(
    ("scores", "outcome"),
    [
        (ranked(pills=0.74), "asked_back"),
        (ranked(pills=0.75), "answered"),
        (ranked(cost=0.74, pills=0.2), "asked_back"),  # the medicine may be what was meant
        (ranked(cost=0.74, pills=0.19), "answered"),
        (ranked(pills=0.65, more_pills=0.4), "answered"),  # either says what matters
    ],
)
def test_where_a_wrong_answer_could_hurt_it_must_be_surer(scores: list[Candidate], outcome: str) -> None:
    assert decided(("should i stop", WHOLE, scores))["outcome"] == outcome


@pytest.mark.parametrize(
    ("scores", "outcome"),
    [
        (ranked(cost=0.45, safety=0.1), "answered"),
        (ranked(cost=0.45, thinking=0.4), "answered"),  # small talk is nothing to choose
        (ranked(cost=0.41), "asked_back"),
        (ranked(cost=0.5, safety=0.2), "asked_back"),
        (ranked(cost=0.5, oos=0.2), "asked_back"),
        (ranked(pills=0.6), "asked_back"),  # where a wrong answer could hurt
    ],
)
def test_of_few_answers_the_only_one_that_comes_near_is_given(scores: list[Candidate], outcome: str) -> None:
    limits = replace(LIMITS, few_answers=80)
    readings = [Reading("are you open late", WHOLE)]
    found = decide(readings, [scores], book=BOOK, thresholds=limits, careful_topics=CAREFUL)
    assert found["outcome"] == outcome


@pytest.mark.parametrize(
    ("scores", "outcome"),
    [
        (ranked(thinking=0.55, pills=0.3), "asked_back"),
        (ranked(thinking=0.55, pills=0.1), "skill"),
        (ranked(thinking=0.55, cost=0.3), "skill"),  # nothing that hurts
        (ranked(thinking=0.8, pills=0.3), "skill"),
    ],
)
def test_of_few_answers_a_clinical_one_is_asked_about_before_small_talk(
    scores: list[Candidate], outcome: str
) -> None:
    answers = {name: {**answer, "clinical": "pills" in name} for name, answer in BOOK.answers.items()}
    limits = replace(LIMITS, few_answers=80)
    readings = [Reading("my jaw aches", WHOLE)]
    assert decide(readings, [scores], book=AnswerBook(answers), thresholds=limits)["outcome"] == outcome


def test_it_may_be_the_treatment_rather_than_what_was_answered() -> None:
    found = decided(
        ("is it risky", WHOLE, ranked(safety=0.6)),
        ("is the price risky", ABOUT_IT, ranked(cost=0.4)),
        ("is your treatment risky", ABOUT_SUBJECT, ranked(safety=0.9)),
    )
    assert (found["outcome"], found["intent"]) == ("answered", "faq/safety")
    found = decided(
        ("is it risky", WHOLE, ranked(safety=0.6)),
        ("is the price risky", ABOUT_IT, ranked(cost=0.8)),
        ("is your treatment risky", ABOUT_SUBJECT, ranked(safety=0.9)),
    )
    assert found["intent"] == "faq/cost"


def test_the_developers_page_names_the_rules_in_their_order() -> None:
    page = (Path(__file__).parents[2] / "docs/developers.md").read_text(encoding="utf-8")
    named = [page.find(f"`{rule.__name__}`") for rule in RULES]
    assert -1 not in named
    assert named == sorted(named)
