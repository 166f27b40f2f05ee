"""Which reading of a message speaks: one table of examples, and for each rule what stops it."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.classifier.model import Candidate
from components.decision import merging
from components.decision.merging import ScoredMessage, merge
from components.decision.thresholds import Thresholds
from components.segments import ABOUT_IT, ABOUT_SUBJECT, PART, WHOLE, Reading

LIMITS = Thresholds(answer=0.7, about_it=0.5, ask_back=0.35)
LABELS = ("faq/cost", "faq/safety", "faq/k_hole", "callback", "out_of_scope")
Read = tuple[str, str, str, float]  # role, text, best class, its confidence

IT_IS_RISKY = (WHOLE, "is it risky", "faq/safety", 0.6)
LAID_OFF = (WHOLE, "how much is a session, i was laid off", "faq/cost", 0.8)
IT_IS_DANGEROUS = (WHOLE, "is it dangerous", "faq/safety", 0.3)
HOW_MUCH_ARE_THEY = (WHOLE, "how much are they", "faq/cost", 0.6)
ROUGH_YEAR = (WHOLE, "i had a rough year. how much is it", "faq/cost", 0.4)
MOVED = "the_whole_moved_by_its_parts"

# The answer before, the readings, the rule that speaks, the best class and its confidence.
EXAMPLES: list[tuple[str | None, list[Read], str, str, float]] = [
    (
        "faq/k_hole",
        [IT_IS_DANGEROUS, (ABOUT_IT, "is a k-hole dangerous", "faq/k_hole", 0.7)],
        "about_the_last_answer", "faq/k_hole", 0.7,
    ),
    (
        "faq/k_hole",
        [HOW_MUCH_ARE_THEY, (ABOUT_IT, "how much are k-holes", "faq/k_hole", 0.7)],
        "about_the_last_answer", "faq/k_hole", 0.7,
    ),
    (
        "faq/cost",
        [IT_IS_RISKY, (ABOUT_IT, "is the price risky", "faq/cost", 0.4),
         (ABOUT_SUBJECT, "is your treatment risky", "faq/safety", 0.9)],
        "about_the_subject", "faq/safety", 0.9,
    ),
    (None, [LAID_OFF, (PART, "i was laid off", "faq/safety", 0.9)], MOVED, "faq/cost", 0.69),
    (
        None,
        [ROUGH_YEAR, (PART, "i had a rough year.", "out_of_scope", 0.9),
         (PART, "how much is it", "faq/cost", 0.85)],
        MOVED, "faq/cost", 0.71,
    ),
    (None, [(WHOLE, "call me", "callback", 0.9)], MOVED, "callback", 0.9),
]  # fmt: skip


def scores(best: str, confidence: float) -> list[Candidate]:
    """Candidates with one clear best."""
    others = [Candidate(label, 0.01, 0.5) for label in LABELS if label != best]
    return [Candidate(best, confidence, 0.5), *others]


def message(*read: Read, topic: str | None = None) -> ScoredMessage:
    readings = [Reading(text, role) for role, text, *_ in read]
    return ScoredMessage.of(readings, [scores(best, sure) for *_, best, sure in read], LIMITS, topic)


def rule_for(asked: ScoredMessage) -> str:
    """The name of the first rule that applies."""
    return next(rule.__name__ for rule in merging.RULES if rule(asked) is not None)


@pytest.mark.parametrize(("topic", "read", "rule", "label", "confidence"), EXAMPLES)
def test_each_example_is_ranked_by_its_rule(
    topic: str | None, read: list[Read], rule: str, label: str, confidence: float
) -> None:
    assert rule_for(message(*read, topic=topic)) == rule
    readings = [Reading(text, role) for role, text, *_ in read]
    ranking = merge(readings, [scores(best, sure) for *_, best, sure in read], LIMITS, topic=topic)
    assert (ranking[0].label, round(ranking[0].confidence, 2)) == (label, confidence)
    assert sorted(ranked.label for ranked in ranking) == sorted(LABELS)


def test_every_rule_has_an_example() -> None:
    assert {rule for _, _, rule, _, _ in EXAMPLES} == {rule.__name__ for rule in merging.RULES}


IT = (ABOUT_IT, "how much is a k-hole", "faq/k_hole", 0.6)


@pytest.mark.parametrize(
    ("whole", "about_it", "applies"),
    [
        ((WHOLE, "how much is it", "faq/cost", 0.9), IT, True),
        ((WHOLE, "how much is a session", "faq/cost", 0.7), IT, False),  # clear without "it"
        ((WHOLE, "how much is a session", "faq/cost", 0.36), IT, False),  # a whole question
        ((WHOLE, "how much is a session", "faq/cost", 0.34), IT, True),
        ((WHOLE, "how much is it", "faq/cost", 0.9), (*IT[:3], 0.49), False),  # not sure enough
        ((WHOLE, "how much is it", "faq/cost", 0.9), (*IT[:2], "callback", 0.9), False),  # no answer
    ],
)
def test_it_is_the_last_answer_when_that_is_sure_and_the_message_leans(
    whole: Read, about_it: Read, applies: bool
) -> None:
    assert bool(merging.about_the_last_answer(message(whole, about_it, topic="faq/safety"))) is applies


@pytest.mark.parametrize(
    ("text", "whole", "again", "applies"),
    [
        ("how much is it", ("faq/cost", 0.35), 0.8, False),  # likely asks something else
        ("how much is it", ("faq/cost", 0.34), 0.8, True),
        ("how much is it", ("faq/k_hole", 0.6), 0.8, True),  # asks for the same by itself
        ("how much are they", ("faq/cost", 0.6), 0.7, True),  # "they" points back
        ("how much are they", ("faq/cost", 0.6), 0.69, False),
    ],
)
def test_the_answer_just_given_comes_again_only_when_it_is_meant(
    text: str, whole: tuple[str, float], again: float, applies: bool
) -> None:
    asked = message(
        (WHOLE, text, *whole), (ABOUT_IT, "how much is a k-hole", "faq/k_hole", again), topic="faq/k_hole"
    )
    assert bool(merging.about_the_last_answer(asked)) is applies


@pytest.mark.parametrize(
    ("label", "confidence", "applies"),
    [
        ("faq/safety", 0.7, True),
        ("faq/safety", 0.69, False),  # not sure enough
        ("faq/safety", 0.65, False),  # not surer than the message alone
        ("faq/cost", 0.9, False),  # the answer just given
        ("callback", 0.9, False),  # no answer
    ],
)
def test_it_is_the_treatment_when_that_is_surer_than_the_message_alone(
    label: str, confidence: float, applies: bool
) -> None:
    asked = message(
        (WHOLE, "is it risky", "faq/k_hole", 0.65),
        (ABOUT_SUBJECT, "is your treatment risky", label, confidence),
        topic="faq/cost",
    )
    assert bool(merging.about_the_subject(asked)) is applies


@pytest.mark.parametrize(
    ("whole", "best"),
    [
        ({"faq/cost": 0.5, "faq/safety": 0.4}, "faq/safety"),  # the part decides between the two
        ({"faq/cost": 0.8, "faq/safety": 0.05}, "faq/cost"),
        (
            {"faq/cost": 0.3, "faq/k_hole": 0.2},
            "faq/cost",
        ),  # the whole is not about what the part sounds like
    ],
)
def test_a_part_moves_what_the_whole_says_and_does_not_speak_alone(
    whole: dict[str, float], best: str
) -> None:
    text, part = "it went well and we are glad. is it good", "is it good"
    ranked = [Candidate(label, whole.get(label, 0.01), 0.5) for label in LABELS]
    ranking = merge([Reading(text, WHOLE), Reading(part, PART)], [ranked, scores("faq/safety", 0.9)], LIMITS)
    assert ranking[0].label == best


def test_a_message_of_several_parts_is_surer_when_they_agree() -> None:
    asked = (WHOLE, "my aunt drove two days. where are you?", "faq/cost", 0.6)
    alone = merging.the_whole_moved_by_its_parts(message(asked))[0].confidence
    agreed = merging.the_whole_moved_by_its_parts(message(asked, (PART, "where are you?", "faq/cost", 0.6)))[
        0
    ].confidence
    assert alone == 0.6 < LIMITS.answer < agreed


def test_the_developers_page_names_the_rules_in_their_order() -> None:
    page = (Path(__file__).parents[2] / "docs/developers.md").read_text(encoding="utf-8")
    named = [page.find(f"`{rule.__name__}`") for rule in merging.RULES]
    assert -1 not in named
    assert named == sorted(named)
