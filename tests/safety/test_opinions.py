"""Two opinions: what only the classifier hears, what is lowered, and what never is."""

from __future__ import annotations

import logging

import pytest

import safety.opinions as opinions
from safety.check import check
from safety.classifier import ModelRefused
from safety.classifier import model as load_model
from safety.rules import SIGNALS
from safety.verdicts import CHECKS
from tests.processor import even_cost_s

MAX_SCORE_S = 0.004  # about 0.3 ms here; ten times for a slow machine


@pytest.mark.parametrize(
    "text",
    [
        "i put the dog in the shed with enough food and wrote down where the keys are. tonight is the night",
        "my boy left his phone on the bed with a note that says sorry and took the shotgun from the garage",
        "he has his hands round her neck again next door i can hear it",
    ],
)
def test_danger_that_no_rule_foresaw_gets_a_card(text: str) -> None:
    assert check(text).kind in SIGNALS


def test_what_may_be_danger_is_asked_about_and_the_message_stays_to_be_answered() -> None:
    text = "i just dont see the point of any of this anymore, im so tired"
    verdict = check(text)
    assert verdict.kind in CHECKS or verdict.kind in SIGNALS


@pytest.mark.parametrize(
    "text",
    [
        "im going to die of boredom in the waiting room, is there wifi",
        "im a dead man if i forget our anniversary again, so no friday please",
        "the climb up to your door nearly killed me, is there a lift",
        "before i die i want to learn the cello, would two hours of sitting be ok after",
        "is a k hole the same thing as an overdose",
        "had one seizure from a fever in 1988, never again, do i write that down",
    ],
)
def test_a_figure_of_speech_gets_no_card(text: str) -> None:
    assert check(text).kind not in SIGNALS


def test_the_whole_message_says_who_is_meant_where_a_rule_mistakes_it() -> None:
    assert check("TENGO EL ARMA CARGADA").kind == "crisis"


def test_explicit_words_are_never_outvoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinions, "DOUBTED", 1000.0)
    monkeypatch.setattr(opinions, "NOT_BELIEVED", 1000.0)
    monkeypatch.setattr(opinions, "OTHER_CARD", 1000.0)
    assert check("honestly i am going to kill myself when this is over").kind == "crisis"
    assert check("sorry, this is my last message to you").kind not in SIGNALS  # a hint may be


@pytest.mark.parametrize(
    "hint",
    ["i want out", "just bury me already", "put me to sleep for good", "the easiest way to die"],
)
def test_a_hint_is_not_doubted_for_a_harmless_sentence_beside_it(hint: str) -> None:
    for text in (hint, f"{hint}. how much does a session cost?", f"Do you take insurance? {hint}"):
        assert check(text).kind in (*SIGNALS, *CHECKS), text


def test_plain_words_told_as_long_over_are_asked_about_and_said_of_now_get_their_card() -> None:
    told = check("i wanted to die in 1991, never again, i grow roses and only my knee hurts")
    assert told.kind not in SIGNALS
    assert told.parts_left
    assert check("i was well in 1991 and today i want to die, nothing helps").kind in SIGNALS


@pytest.mark.parametrize(
    "text",
    [
        "what do you do when a patient says they want to die",
        "if i told the nurse i had thoughts of dying, could i still be treated",
        "i have no thoughts of dying, just a sore belly",
        "the novel has a nurse who took an overdose in chapter nine",
        "my boss will kill me if i ask for another friday",
        "mi jefe me va a matar si pido otro viernes",
        "qué hace la clínica si un paciente dice que se quiere morir",
    ],
)
def test_danger_that_is_only_spoken_of_gets_no_card(text: str) -> None:
    assert check(text).kind not in SIGNALS


@pytest.mark.parametrize(
    "text",
    [
        "i read your form that asks if i want to die. yes. i want to die",
        "my husband will kill me if i go home tonight, he has a knife",
        "i have no plans for the weekend because i want to kill myself tonight",
        "in the movie they call somebody, i am on the bridge and i want to jump",
    ],
)
def test_danger_beside_such_talk_keeps_its_card(text: str) -> None:
    assert check(text).kind in SIGNALS


@pytest.mark.parametrize(
    "text",
    [
        "i lay awake all night and i'm scared to do this infusion",
        "couldn't sleep, too scared to go through with it tomorrow",
        "i can't sleep and i'm scared to do it",
        "no puedo dormir y me da miedo hacerlo",
        "i'm scared of what i might say while i'm under",
    ],
)
def test_a_sleepless_night_before_the_treatment_and_fear_of_it_get_no_card(text: str) -> None:
    assert check(text).kind not in SIGNALS


@pytest.mark.parametrize(
    "text",
    [
        "i'm scared of what I might do",
        "i can't sleep and i'm scared of what i'll do to myself",
        "me da miedo lo que me pueda hacer esta noche",
        "she hasn't slept in five nights since the dose and hears people in the walls",
    ],
)
def test_fear_of_what_one_may_do_and_nights_of_no_sleep_at_all_get_their_card(text: str) -> None:
    assert check(text).kind in SIGNALS


def test_few_words_have_to_sound_more_like_danger_than_a_sentence() -> None:
    few, sentence, story = (opinions.more_for_length("word " * count) for count in (3, 15, 40))
    assert sentence == 0
    assert few > 0 < story


def test_without_weights_the_rules_answer_alone_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse() -> None:
        raise ModelRefused("Safety's weights cannot be read.")

    monkeypatch.setattr(opinions, "model", refuse)
    with caplog.at_level(logging.ERROR):
        assert check("i want to die").kind == "crisis"
        assert check("do you have parking").kind == "none"
    assert "rules answer alone" in caplog.text


def test_a_score_costs_little() -> None:
    text = "hello, i have had nerve pain for years and wonder what a first visit costs and how long it takes"
    classifier = load_model().classifier

    def fifty() -> None:
        for _ in range(50):
            classifier.score(text)

    assert even_cost_s(fifty) / 50 < MAX_SCORE_S
