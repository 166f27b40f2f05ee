"""What to do with a message: answer, ask back, decline, or hand it to a skill."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.classifier.component import OUT_OF_SCOPE
from components.classifier.model import Candidate
from components.decision.answer_book import PREFIX, AnswerBook
from components.decision.choices import decision
from components.decision.merging import MAX_RANKED, merge
from components.decision.questions import AskedQuestions, Ranked
from components.decision.thresholds import Thresholds
from components.decision.words import words
from components.segments import ITEM, PART, Reading, asks
from content.choice_titles import TITLES
from content.scoring import CHITCHAT_INTENTS

ASK_BACK = "nlu_fallback"  # Rasa's own name for "not sure"
MAX_CHOICES = 3
# A choice far below the best is no guess at what was meant.
CHOICE_SHARE = 0.4
# So sure, and so far ahead of the second, an answer is given rather than asked about.
LIKELY_AHEAD, SECOND_SHARE = 0.55, 0.4
# So many about equal, none of them stands out: asking back would offer chance.
MANY_EQUAL, EQUAL_SHARE = 4, 0.8
MAX_ANSWERED, MAX_NAMED = 2, 4  # of several questions: so many are answered, the rest is named with choices
# Skills that may stand among the choices when the bot asks back.
SKILL_TITLES = {name: TITLES[name]["en"] for name in ("callback", "talk_to_human")}
COMPLAINT = f"{PREFIX}complaint"
_SOMEBODY, _ASKS_FOR_A_CALL, _WHETHER = words("somebody"), words("asks_for_a_call"), words("whether")
_NEGATES = words("negates")
CALLBACK, LIKELY_CALL = "callback", 0.2
# Details out of the blue open the form only with a way to reach somebody: "I'm already a patient" does not.
INFORM, _WAY_TO_REACH = "inform", re.compile(r"@|\d(?:\D{0,3}\d){6}")
REFUSE_DETAILS, PLAINLY_REFUSED = "refuse_details", 0.8
REFUSE_CALL = "refuse_call"
# Beside one of these a sure question is answered.
SMALL_TALK = CHITCHAT_INTENTS | {"greet", "thank", "goodbye", "affirm", "deny"}
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class RankedMessage:
    """What the rules look at: the text, one ranking of all classes, and the questions that are asked."""

    text: str
    ranking: Sequence[Ranked]
    questions: AskedQuestions
    several: Sequence[Ranked]
    book: AnswerBook
    thresholds: Thresholds
    careful_topics: Collection[str]

    @property
    def best(self) -> Ranked:
        return self.ranking[0]

    @property
    def needs_care(self) -> bool:
        """Whether the best answer, or one that may be meant instead, is about what can hurt when wrong.

        Two answers on one such topic say the same that matters, so between them it is no danger.
        """
        best, *others = self.ranking
        likely = [other for other in others[:1] if other.confidence >= self.thresholds.rival]
        if any(self.book.share_a_topic(best.label, other.label) for other in likely):
            return False
        return any(self.book.is_about(ranked.label, self.careful_topics) for ranked in (best, *likely))

    @property
    def may_be_foreign(self) -> bool:
        """Whether "not ours" comes right behind the best and is likely: it may name any service or place."""
        second = self.ranking[1] if len(self.ranking) > 1 else self.best
        return second.label == OUT_OF_SCOPE and second.confidence >= self.thresholds.rival

    @property
    def enough(self) -> float:
        """From which confidence on the best answer is given."""
        needs_more = self.needs_care or self.may_be_foreign
        return self.thresholds.careful if needs_more else self.thresholds.answer

    def decision(
        self, outcome: str, intent: str, *, of: Ranked | None = None, **given: Any
    ) -> dict[str, Any]:
        """The decision, as sure as the best class or as `of`."""
        shown = [{"intent": r.label, "confidence": round(r.confidence, 4)} for r in self.ranking[:MAX_RANKED]]
        return decision(outcome, intent, (of or self.best).confidence, ranking=shown, **given)

    def part(self, ranked: Ranked) -> Mapping[str, Any]:
        return self.book.part(ranked.label, ranked.confidence)

    def choices(self, some: Iterable[Ranked], *, most: int = MAX_CHOICES) -> list[dict[str, str]]:
        """The first few of some answers, as choices."""
        return [self.book.choice(ranked.label) for ranked in some][:most]


DecisionRule = Callable[[RankedMessage], dict[str, Any] | None]


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
    """Decide on one message that safety has nothing to say about; `topic` was answered before it.

    The first of `RULES` that applies decides.
    """
    questions = AskedQuestions(readings, scored, book, thresholds, careful_topics)
    heard = _heard(readings, scored, thresholds)
    ranking = merge([reading for reading, _ in heard], [each for _, each in heard], thresholds, topic=topic)
    if not is_in_form and ranking[0].label in SKILL_TITLES and not _SOMEBODY.search(heard[0][0].text):
        ranking = [each for each in ranking if each.label not in SKILL_TITLES] or ranking
    if not is_in_form and ranking[0].label == REFUSE_DETAILS and not _refuses(heard[0][0].text, ranking[0]):
        ranking = ranking[1:] or ranking
    if not is_in_form and ranking[0].label == REFUSE_CALL and not _NEGATES.search(heard[0][0].text):
        ranking = ranking[1:] or ranking
    if not is_in_form and ranking[0].label == INFORM and not _WAY_TO_REACH.search(heard[0][0].text):
        ranking = ranking[1:] or ranking
    several = questions.sure()
    message = RankedMessage(
        heard[0][0].text, _first(several, ranking), questions, several, book, thresholds, careful_topics
    )
    return next(decided for rule in RULES if (decided := rule(message)) is not None)


def not_ours(message: RankedMessage) -> dict[str, Any] | None:
    """Signs without a letter, or "not ours" is the best class and no two questions are sure."""
    is_foreign = message.best.label == OUT_OF_SCOPE and len(message.several) < 2
    if _LETTER.search(message.text) and not is_foreign:
        return None
    # The confidence says how sure it is ours, so the best class that is speaks.
    ours = next(ranked for ranked in message.ranking if ranked.label != OUT_OF_SCOPE)
    return message.decision("declined", OUT_OF_SCOPE, of=ours)


def _refuses(text: str, best: Ranked) -> bool:
    """Whether somebody refuses something though nothing was asked for."""
    return best.confidence >= PLAINLY_REFUSED or bool(_NEGATES.search(text))


def asked_for_a_call(message: RankedMessage) -> dict[str, Any] | None:
    """A call is asked for in so many words; what it is about stands beside it."""
    likely = next((each for each in message.ranking if each.label == CALLBACK), None)
    is_asked = _ASKS_FOR_A_CALL.search(message.text) and not _WHETHER.match(message.text)
    if likely is None or likely.confidence < LIKELY_CALL or not is_asked:
        return None
    parts = [message.part(each) for each in message.several if each.is_answer]
    return message.decision("skill", CALLBACK, of=likely, parts=parts)


def several_answers(message: RankedMessage) -> dict[str, Any] | None:
    """Several sure questions: two are answered, the others are named as choices."""
    several = message.several
    if len(several) < 2:
        return None
    parts = [message.part(each) for each in several[:MAX_ANSWERED]]
    rest = [*several[MAX_ANSWERED:], *message.questions.unsure(several)]
    named = message.choices(rest, most=MAX_NAMED)
    return message.decision("answered", message.best.label, parts=parts, choices=named)


def question_in_small_talk(message: RankedMessage) -> dict[str, Any] | None:
    """One sure question inside small talk: "what a day lol. anyway, how much is it"."""
    best, asked = message.best, message.several
    if best.label not in SMALL_TALK or len(asked) != 1:
        return None
    at, is_careful = message.thresholds, message.book.is_about(asked[0].label, message.careful_topics)
    if asked[0].confidence < (at.careful if is_careful else at.answer):
        return None
    parts = [message.part(asked[0])]
    return message.decision("answered", asked[0].label, of=asked[0], parts=parts)


def sure_answer(message: RankedMessage) -> dict[str, Any] | None:
    """The best is a sure answer; what else may have been asked stands beside it."""
    best = message.best
    if not best.is_answer or best.confidence < message.enough:
        return None
    choices = message.choices(message.questions.unsure([best]))
    return message.decision("answered", best.label, parts=[message.part(best)], choices=choices)


def either_of_two(message: RankedMessage) -> dict[str, Any] | None:
    """The two best are near-equal answers on one topic: the better one, the other beside it as a choice.

    Where a wrong answer could hurt, it is asked.
    """
    at, book = message.thresholds, message.book
    best, other = message.ranking[0], message.ranking[1]
    are_answers = best.is_answer and other.is_answer and book.share_a_topic(best.label, other.label)
    are_likely = best.confidence >= at.ask_back and other.confidence >= at.rival
    are_enough = best.confidence + other.confidence >= at.answer
    if not (are_answers and are_likely and are_enough) or message.needs_care:
        return None
    parts, choices = [message.part(best)], message.choices([other])
    return {**message.decision("answered", best.label, parts=parts, choices=choices), "instead": True}


def only_one(message: RankedMessage) -> dict[str, Any] | None:
    """Of few answers one alone comes near: a question back would offer nothing else that is likely.

    Small talk is no rival: a question back would not offer it either.
    """
    best, at, book = message.best, message.thresholds, message.book
    is_small = len(book.answers) <= at.few_answers
    if not (is_small and best.is_answer and best.confidence >= at.alone) or message.needs_care:
        return None
    others = [each for each in message.ranking[1:] if not book.share_a_topic(best.label, each.label)]
    rivals = [each for each in others if each.is_answer or each.label in {*SKILL_TITLES, OUT_OF_SCOPE}]
    if any(each.confidence >= at.rival for each in rivals):
        return None
    beside = message.choices(each for each in rivals if each.is_answer and each.confidence >= at.choice)
    decided = message.decision("answered", best.label, parts=[message.part(best)], choices=beside)
    return {**decided, "instead": bool(beside)}


def clearly_ahead(message: RankedMessage) -> dict[str, Any] | None:
    """An answer that is not quite sure and far ahead of all others; the second stands beside it."""
    best, *others = message.ranking
    second = others[0].confidence if others else 0.0
    is_ahead = best.confidence >= LIKELY_AHEAD and second <= SECOND_SHARE * best.confidence
    if not best.is_answer or not is_ahead or message.needs_care or message.may_be_foreign:
        return None
    beside = [each for each in others[:1] if each.is_answer and second >= message.thresholds.rival]
    choices = message.choices(beside)
    decided = message.decision("answered", best.label, parts=[message.part(best)], choices=choices)
    return {**decided, "instead": True}


def skill(message: RankedMessage) -> dict[str, Any] | None:
    """A sure skill. Of a call or a person, whichever was meant, the same form takes the details."""
    best, at = message.best, message.thresholds
    second = message.ranking[1].label if len(message.ranking) > 1 else ""
    is_either = best.label in SKILL_TITLES and second in {*SKILL_TITLES, COMPLAINT}
    if best.is_answer or best.confidence < (at.ask_back if is_either else at.skill):
        return None
    if _may_be_a_complaint(message):
        return None
    # "What's your fax, and can a nurse call me": the form opens behind the answer.
    beside = [message.part(each) for each in message.several] if best.label in SKILL_TITLES else []
    return message.decision("skill", best.label, parts=beside)


def _may_be_a_complaint(message: RankedMessage) -> bool:
    """Whether what sounds like small talk may tell of something clinical: of few answers, one is likely.

    "My jaw aches on one side" is asked about, not laughed off.
    """
    best, at, book = message.best, message.thresholds, message.book
    if best.label in SKILL_TITLES or best.confidence >= at.answer or len(book.answers) > at.few_answers:
        return False
    return any(each.confidence >= at.rival and book.is_clinical(each.label) for each in message.ranking[1:])


def ask_back(message: RankedMessage) -> dict[str, Any] | None:
    choices = _choices(message.ranking, message.book, message.thresholds)
    is_likely = message.best.confidence >= message.thresholds.ask_back and choices
    if _nothing_stands_out(message.ranking):
        return None
    return message.decision("asked_back", ASK_BACK, choices=choices) if is_likely else None


def decline(message: RankedMessage) -> dict[str, Any]:
    return message.decision("declined", OUT_OF_SCOPE)


RULES: tuple[DecisionRule, ...] = (
    not_ours,
    asked_for_a_call,
    several_answers,
    question_in_small_talk,
    sure_answer,
    either_of_two,
    only_one,
    clearly_ahead,
    skill,
    ask_back,
    decline,
)


Heard = list[tuple[Reading, Sequence[Candidate]]]


def _heard(
    readings: Sequence[Reading], scored: Sequence[Sequence[Candidate]], thresholds: Thresholds
) -> Heard:
    """The readings that count.

    Where a message asks, its asking parts speak and the story around them is silent. "do you do
    tattoos and does it hurt": a question about something that is not ours leans on that.
    """
    both = [pair for pair in zip(readings, scored, strict=True) if pair[0].role != ITEM]
    parts = [pair for pair in both if pair[0].role == PART]
    others = [pair for pair in both if pair[0].role != PART]
    is_foreign = both[0][1][0].label == OUT_OF_SCOPE and any(
        candidates[0].label == OUT_OF_SCOPE and candidates[0].confidence >= thresholds.foreign
        for _, candidates in parts
    )
    asking = [pair for pair in parts if asks(pair[0].text)]
    return others if is_foreign else [*others, *(asking or parts)]


def _first(several: Sequence[Ranked], ranking: Sequence[Ranked]) -> list[Ranked]:
    if len(several) < 2:
        return list(ranking)
    labels = {ranked.label for ranked in several}
    return [*several, *(ranked for ranked in ranking if ranked.label not in labels)]


def _nothing_stands_out(ranking: Sequence[Ranked]) -> bool:
    """Whether so many classes are about equal that the first of them is chance."""
    best, equal = ranking[0], ranking[:MANY_EQUAL]
    is_flat = len(equal) == MANY_EQUAL and equal[-1].confidence >= EQUAL_SHARE * best.confidence
    return is_flat and best.confidence < LIKELY_AHEAD


def _choices(ranking: Iterable[Ranked], book: AnswerBook, thresholds: Thresholds) -> list[dict[str, str]]:
    choices: list[dict[str, str]] = []
    ranking = list(ranking)
    least = max(thresholds.choice, CHOICE_SHARE * ranking[0].confidence)
    for ranked in ranking:
        if ranked.confidence < least or len(choices) == MAX_CHOICES:
            break
        if ranked.is_answer:
            choices.append(book.choice(ranked.label))
        elif ranked.label in SKILL_TITLES:
            choices.append({"title": SKILL_TITLES[ranked.label], "intent": ranked.label})
    return choices
