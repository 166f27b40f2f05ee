"""One ranking over all readings of a message: the first of `RULES` that applies gives it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from components.classifier.model import Candidate
from components.decision.answer_book import PREFIX
from components.decision.leaning import content_words, is_whole_question
from components.decision.questions import Ranked
from components.decision.thresholds import Thresholds
from components.segments import ABOUT_IT, ABOUT_SUBJECT, PART, WHOLE, Reading, has_pronoun

MAX_RANKED = 5
# What a part weighs beside the whole, and how much surer a message is of several parts: the
# calibration knows short questions (fitted as `docs/benchmarks.md` tells).
PART_WEIGHT, SAYS_MORE = 0.3, 0.8
SURE_ALONE = 0.9  # of a message that names something beside its "it"
NEVER_SURER = 1e-4  # than this is a confidence, one way or the other
# "it" may be anything; "they" after an answer are what it spoke of.
_SEVERAL_THINGS = re.compile(r"\b(?:they|them|those)\b")

Candidates = Sequence[Candidate]


@dataclass(frozen=True)
class ScoredMessage:
    """A message's readings by role, each with its candidates, best first; `topic` was answered before it."""

    text: str
    whole: Candidates
    parts: Sequence[Candidates]
    about_it: Sequence[Candidates]
    about_subject: Sequence[Candidates]
    topic: str | None
    thresholds: Thresholds

    @classmethod
    def of(
        cls,
        readings: Sequence[Reading],
        scored: Sequence[Candidates],
        thresholds: Thresholds,
        topic: str | None,
    ) -> ScoredMessage:
        def by(role: str) -> list[Candidates]:
            return [
                candidates
                for reading, candidates in zip(readings, scored, strict=True)
                if reading.role == role
            ]

        return cls(
            readings[0].text, by(WHOLE)[0], by(PART), by(ABOUT_IT), by(ABOUT_SUBJECT), topic, thresholds
        )

    @property
    def stands_alone(self) -> bool:
        """Whether the message is clear without what was said before it."""
        sure = self.whole[0].confidence
        if is_whole_question(self.text) and sure >= self.thresholds.ask_back:
            return True
        names_something = sure >= SURE_ALONE and bool(content_words(self.text))
        return sure >= self.thresholds.answer and (not has_pronoun(self.text) or names_something)

    @property
    def is_small_talk(self) -> bool:
        """Whether the message by itself is surely none of the answers."""
        best = self.whole[0]
        return not best.label.startswith(PREFIX) and best.confidence >= self.thresholds.skill

    @property
    def asks_something_else(self) -> bool:
        """Whether the message by itself is likely about another answer than the one just given."""
        best = self.whole[0]
        return _is_answer(best, self.thresholds.ask_back) and best.label != self.topic


MergeRule = Callable[[ScoredMessage], list[Ranked] | None]


def merge(
    readings: Sequence[Reading],
    scored: Sequence[Candidates],
    thresholds: Thresholds,
    *,
    topic: str | None = None,
) -> list[Ranked]:
    """One ranking over all readings, best first."""
    message = ScoredMessage.of(readings, scored, thresholds, topic)
    return next(ranking for rule in RULES if (ranking := rule(message)) is not None)


def about_the_last_answer(message: ScoredMessage) -> list[Ranked] | None:
    """With "it" spelled out: "is it dangerous" after a certain answer is about that answer."""
    if message.stands_alone:
        return None
    for candidates in message.about_it:
        if message.is_small_talk and candidates[0].label == message.topic:
            continue  # "ill think about it" asks nothing
        if _is_answer(candidates[0], message.thresholds.about_it) and not _is_repeat(candidates[0], message):
            return _ranked(candidates)
    return None


def about_the_subject(message: ScoredMessage) -> list[Ranked] | None:
    """With "it" taken for what the whole page is about, when that is surer than the message alone."""
    for candidates in message.about_subject:
        best = candidates[0]
        is_surer = best.confidence > message.whole[0].confidence
        if _is_answer(best, message.thresholds.answer) and is_surer and best.label != message.topic:
            return _ranked(candidates)
    return None


def the_whole_moved_by_its_parts(message: ScoredMessage) -> list[Ranked]:
    """What the whole message says, moved by the part that is surest of each class: logits are added.

    A part alone does not speak: cut out of its story it often sounds like something else.
    """
    best: dict[str, float] = {}
    for candidate in (each for part in message.parts for each in part):
        best[candidate.label] = max(best.get(candidate.label, 0.0), candidate.confidence)
    if not best:
        return _sorted(message.whole)
    moved = (
        Candidate(each.label, _moved(each.confidence, best[each.label]), each.nearest)
        for each in message.whole
    )
    return _sorted(moved)


RULES: tuple[MergeRule, ...] = (
    about_the_last_answer,
    about_the_subject,
    the_whole_moved_by_its_parts,
)


def _moved(whole: float, part: float) -> float:
    return 1.0 / (1.0 + math.exp(-_logit(whole) - PART_WEIGHT * _logit(part) - SAYS_MORE))


def _logit(confidence: float) -> float:
    bounded = min(max(confidence, NEVER_SURER), 1.0 - NEVER_SURER)
    return math.log(bounded / (1.0 - bounded))


def _is_answer(candidate: Candidate, least: float) -> bool:
    return candidate.label.startswith(PREFIX) and candidate.confidence >= least


def _is_repeat(candidate: Candidate, message: ScoredMessage) -> bool:
    """Whether somebody who asks something else would get the answer just given once more.

    "Is it" may be anything, but "are they" surely points back.
    """
    points_back = bool(_SEVERAL_THINGS.search(message.text))
    is_meant = points_back and candidate.confidence >= message.thresholds.answer
    return candidate.label == message.topic and not is_meant and message.asks_something_else


def _ranked(candidates: Iterable[Candidate]) -> list[Ranked]:
    return [Ranked(candidate.label, candidate.confidence) for candidate in candidates]


def _sorted(candidates: Iterable[Candidate]) -> list[Ranked]:
    return _ranked(sorted(candidates, key=_confidence, reverse=True))


def _confidence(candidate: Candidate) -> float:
    return candidate.confidence
