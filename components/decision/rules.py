"""What to do with a message: answer, ask back, decline, or hand it to a skill."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from components.classifier.component import OUT_OF_SCOPE
from components.classifier.model import Candidate
from components.decision.answer_book import PREFIX, AnswerBook
from components.decision.choices import decision
from components.decision.questions import AskedQuestions, Ranked
from components.segments import ABOUT_IT, ABOUT_SUBJECT, ITEM, PART, WHOLE, Reading, asks, has_pronoun
from content.choice_titles import TITLES

ASK_BACK = "nlu_fallback"  # Rasa's own name for "not sure"
MAX_CHOICES = 3
MAX_RANKED = 5
MAX_ANSWERED = 2  # of several questions; the rest is named with choices
COMPLAINT = f"{PREFIX}complaint"
# Nobody is asked for a name who said no word of a call or a person.
_SOMEBODY = re.compile(
    r"\b(?:call\w*|phon\w+|ring\w*|rang|contact\w*|reach\w*|text\w*|talk\w*|speak\w*|spoke|person\w*"
    r"|human\w*|people"
    r"|some ?(?:one|body)|sum1|any ?(?:one|body)|staff|team|nurse\w*|doctors?|dr|receptionist|agent|operator"
    r"|rep\w*|transfer\w*|connect\w*|book\w*|appointments?|appts?|schedul\w+|numbers?|get back|hit me|hmu"
    r"|holler"
    r"|buzz|real|live|hear from|follow ?up|message me|sign (?:me|us|up)|interested|manager|billing|desk"
    r"|office"
    r"|help|consult\w*|set (?:me |us )?up|get started|llam\w+|persona|alguien|cita)\b",
    re.IGNORECASE,
)
# Skills that may stand among the choices when the bot asks back.
SKILL_TITLES = {name: TITLES[name]["en"] for name in ("callback", "talk_to_human")}
# "it" may be anything; "they" after an answer are what it spoke of.
_SEVERAL_THINGS = re.compile(r"\b(?:they|them|those)\b")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Thresholds:
    """Confidences in [0, 1], chosen on `tests/evaluation` by `python -m training thresholds`."""

    answer: float = 0.7
    careful: float = 0.75  # where a wrong answer could hurt
    rival: float = 0.2  # from here the second best may be what was meant
    ask_back: float = 0.35
    choice: float = 0.08
    part: float = 0.65
    about_it: float = 0.5
    skill: float = 0.5
    foreign: float = 0.5


def decide(
    readings: Sequence[Reading],
    scored: Sequence[Sequence[Candidate]],
    *,
    book: AnswerBook,
    thresholds: Thresholds,
    topic: str | None = None,
    careful_topics: Collection[str] = (),
    is_in_form: bool = False,
) -> dict[str, Any]:
    """Decide on one message that safety has nothing to say about; `topic` was answered before it."""
    questions = AskedQuestions(readings, scored, book, thresholds, careful_topics)
    items = [pair for pair in zip(readings, scored, strict=True) if pair[0].role != ITEM]
    heard = _heard([reading for reading, _ in items], [candidates for _, candidates in items], thresholds)
    readings, scored = [reading for reading, _ in heard], [candidates for _, candidates in heard]
    ranking = merge(readings, scored, thresholds, topic=topic)
    if not is_in_form and ranking[0].label in SKILL_TITLES and not _SOMEBODY.search(readings[0].text):
        ranking = [each for each in ranking if each.label not in SKILL_TITLES] or ranking
    several = questions.sure()
    ranking = _first(several, ranking)
    shown = [{"intent": r.label, "confidence": round(r.confidence, 4)} for r in ranking[:MAX_RANKED]]
    best = ranking[0]
    if not _LETTER.search(readings[0].text) or (best.label == OUT_OF_SCOPE and len(several) < 2):
        # The confidence says how sure it is ours, so the best class that is speaks.
        ours = next(ranked for ranked in ranking if ranked.label != OUT_OF_SCOPE)
        return decision("declined", OUT_OF_SCOPE, ours.confidence, ranking=shown)
    if len(several) > 1:
        parts = [book.part(each.label, each.confidence) for each in several[:MAX_ANSWERED]]
        rest = [book.choice(each.label) for each in [*several[MAX_ANSWERED:], *questions.unsure(several)]]
        choices = rest[:MAX_CHOICES]
        return decision("answered", best.label, best.confidence, ranking=shown, parts=parts, choices=choices)
    needs_care = _needs_care(ranking, book, thresholds, careful_topics)
    enough = thresholds.careful if needs_care else thresholds.answer
    if best.is_answer and (
        best.confidence >= enough or _either_serves(ranking, book, thresholds, needs_care)
    ):
        parts = [book.part(best.label, best.confidence)]
        choices = [book.choice(each.label) for each in questions.unsure([best])][:MAX_CHOICES]
        if best.confidence < enough:
            other = [book.choice(ranking[1].label)]
            decided = decision(
                "answered", best.label, best.confidence, ranking=shown, parts=parts, choices=other
            )
            return {**decided, "instead": True}
        return decision("answered", best.label, best.confidence, ranking=shown, parts=parts, choices=choices)
    if not best.is_answer and best.confidence >= _enough_for_skill(ranking, thresholds):
        # "What's your fax, and can a nurse call me": the form opens behind the answer.
        parts = [book.part(each.label, each.confidence) for each in several]
        beside = parts if best.label in SKILL_TITLES else []
        return decision("skill", best.label, best.confidence, ranking=shown, parts=beside)
    choices = _choices(ranking, book, thresholds)
    if best.confidence >= thresholds.ask_back and choices:
        return decision("asked_back", ASK_BACK, best.confidence, ranking=shown, choices=choices)
    return decision("declined", OUT_OF_SCOPE, best.confidence, ranking=shown)


def _enough_for_skill(ranking: Sequence[Ranked], thresholds: Thresholds) -> float:
    """A call or a person: whichever of the two was meant, the same form takes the details."""
    best, *others = ranking
    second = next(iter(others), None)
    is_either = (
        best.label in SKILL_TITLES and second is not None and second.label in {*SKILL_TITLES, COMPLAINT}
    )
    return thresholds.ask_back if is_either else thresholds.skill


def _either_serves(
    ranking: Sequence[Ranked], book: AnswerBook, thresholds: Thresholds, needs_care: bool
) -> bool:
    """Whether the two best are near-equal answers on one topic: then the better one is given.

    The other one stands beside it as a choice. Where a wrong answer could hurt, it is asked.
    """
    best, other = ranking[0], ranking[1]
    both = best.confidence + other.confidence >= thresholds.answer
    likely = best.confidence >= thresholds.ask_back and other.confidence >= thresholds.rival
    return (
        both and likely and other.is_answer and book.share_a_topic(best.label, other.label) and not needs_care
    )


def _needs_care(
    ranking: Sequence[Ranked], book: AnswerBook, thresholds: Thresholds, careful_topics: Collection[str]
) -> bool:
    """Whether the best answer, or one that may be meant instead, is about what can hurt when wrong.

    Two answers on one such topic say the same that matters, so between them it is no danger.
    """
    best, *others = ranking
    likely = [other for other in others[:1] if other.confidence >= thresholds.rival]
    if any(book.share_a_topic(best.label, other.label) for other in likely):
        return False
    return any(book.is_about(ranked.label, careful_topics) for ranked in (best, *likely))


Heard = list[tuple[Reading, Sequence[Candidate]]]


def _heard(
    readings: Sequence[Reading], scored: Sequence[Sequence[Candidate]], thresholds: Thresholds
) -> Heard:
    """The readings that count.

    Where a message asks, its asking parts speak and the story around them is silent. "do you do
    tattoos and does it hurt": a question about something that is not ours leans on that.
    """
    both = list(zip(readings, scored, strict=True))
    parts = [pair for pair in both if pair[0].role == PART]
    others = [pair for pair in both if pair[0].role != PART]
    is_foreign = scored[0][0].label == OUT_OF_SCOPE and any(
        candidates[0].label == OUT_OF_SCOPE and candidates[0].confidence >= thresholds.foreign
        for _, candidates in parts
    )
    asking = [pair for pair in parts if asks(pair[0].text)]
    return others if is_foreign else [*others, *(asking or parts)]


def merge(
    readings: Sequence[Reading],
    scored: Sequence[Sequence[Candidate]],
    thresholds: Thresholds,
    *,
    topic: str | None = None,
) -> list[Ranked]:
    """One ranking over all readings.

    With "it" spelled out wins when it is sure enough: "is it dangerous" after a certain answer is
    about that answer; but nobody who asks something else wants the answer just given once more.
    Of a long message the surest part speaks, unless the whole is sure by itself.
    """
    by_role = {role: [c for r, c in zip(readings, scored, strict=True) if r.role == role]
               for role in (WHOLE, PART, ABOUT_IT, ABOUT_SUBJECT)}  # fmt: skip
    whole = by_role[WHOLE][0]
    stands_alone = whole[0].confidence >= thresholds.answer and not has_pronoun(readings[0].text)
    for leaning in by_role[ABOUT_IT]:
        is_sure = leaning[0].confidence >= thresholds.about_it
        points_back = (
            bool(_SEVERAL_THINGS.search(readings[0].text)) and leaning[0].confidence >= thresholds.answer
        )
        is_repeat = (
            leaning[0].label == topic and not points_back and _is_other_answer(whole[0], topic, thresholds)
        )
        if leaning[0].label.startswith(PREFIX) and is_sure and not stands_alone and not is_repeat:
            return [Ranked(c.label, c.confidence) for c in leaning]
    for leaning in by_role[ABOUT_SUBJECT]:
        is_sure = leaning[0].label.startswith(PREFIX) and leaning[0].confidence >= thresholds.answer
        if is_sure and leaning[0].confidence > whole[0].confidence and leaning[0].label != topic:
            return [Ranked(c.label, c.confidence) for c in leaning]
    best: dict[str, float] = {c.label: c.confidence for c in whole}
    whole_is_sure = whole[0].label.startswith(PREFIX) and whole[0].confidence >= thresholds.answer
    for part in by_role[PART] if not whole_is_sure else ():
        if part[0].label == OUT_OF_SCOPE:
            continue
        for candidate in part[:MAX_RANKED]:
            best[candidate.label] = max(best[candidate.label], candidate.confidence)
    return sorted(
        (Ranked(label, confidence) for label, confidence in best.items()),
        key=lambda ranked: -ranked.confidence,
    )


def _is_other_answer(candidate: Candidate, topic: str | None, thresholds: Thresholds) -> bool:
    is_likely = candidate.confidence >= thresholds.ask_back
    return candidate.label.startswith(PREFIX) and candidate.label != topic and is_likely


def _first(several: Sequence[Ranked], ranking: Sequence[Ranked]) -> list[Ranked]:
    if len(several) < 2:
        return list(ranking)
    labels = {ranked.label for ranked in several}
    return [*several, *(ranked for ranked in ranking if ranked.label not in labels)]


def _choices(ranking: Iterable[Ranked], book: AnswerBook, thresholds: Thresholds) -> list[dict[str, str]]:
    choices: list[dict[str, str]] = []
    for ranked in ranking:
        if ranked.confidence < thresholds.choice or len(choices) == MAX_CHOICES:
            break
        if ranked.is_answer:
            choices.append(book.choice(ranked.label))
        elif ranked.label in SKILL_TITLES:
            choices.append({"title": SKILL_TITLES[ranked.label], "intent": ranked.label})
    return choices
