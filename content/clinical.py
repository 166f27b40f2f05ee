"""Decides whether an answer, a fact or a notice is clinical: by its words, and by what it is near to.

One judge for the form, the import and the build. Whoever wrote a text has no say in it; a clinician can
say that certain words are not (`Answer.not_clinical`), which holds for those words alone.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from content.answers import Answer, Source, hash_of
from content.clinical_words import ClinicalWords, Reason

# Cosine of two replies' words; the nearest pair of a harmless and a clinical answer that ship has 0.45.
NEAR = 0.6
MIN_WORDS = 6  # fewer words are near to anything
# So many questions that ask for advice make what answers them advice, whatever it says.
MAX_QUESTIONS = 400
MANY_QUESTIONS, SHARE_OF_QUESTIONS = 3, 1 / 3
# A source is quoted, and may name what it is about; but it tells nobody what to do.
_OF_SOURCES = ("advice", "promises", "told", "disguised")
# What each kind of words does, behind the words themselves.
_BECAUSE = {
    "medicines": "names a medicine or a substance",
    "body": "is about the body",
    "conditions": "names an illness or a complaint",
    "effects": "says how somebody will feel",
    "promises": "promises something",
    "advice": "is advice around treatment",
    "told": "tells visitors what to do or to hope for, and is not about running the clinic",
    "question": "asks for advice",
    "disguised": "is written with letters of another script",
}
_WORD = re.compile(r"[^\W\d_]{3,}")
_FACT = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class Place:
    """Where in an answer words stand that make it clinical; `number` counts wordings, passages, sources."""

    field: str  # title, reply, follow_ups, sources, questions
    number: int
    reason: Reason


@dataclass(frozen=True)
class Judge:
    """Knows the words that are clinical, and the clinical answers that there are.

    `names`: what the clinic is called, which may hold the name of a treatment beside other words.
    """

    words: ClinicalWords
    answers: Sequence[Answer] = field(default=(), compare=False, repr=False)
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(name for name in self.names if len(name.split()) > 1))

    def of_text(self, text: str) -> list[Reason]:
        """Why a text that stands alone (a fact, a notice) is clinical; nothing when it is not."""
        return self.words.reasons(text, names=self.names) or self._near(text, but="")

    def of_fact(self, name: str, value: str) -> list[Reason]:
        """Why a fact is clinical."""
        found = self.of_text(value)
        return found or ([Reason("fact", name.replace("_", " "))] if name in self.words.facts else [])

    def of_answer(self, answer: Answer) -> list[Reason]:
        """Why an answer is clinical; nothing when it is not, or when a clinician said so of these words."""
        return [] if self.is_released(answer) else self._of_answer(answer)

    def places(self, answer: Answer) -> list[Place]:
        """Every place in an answer that makes it clinical by its words, in the order of its form."""
        found = [Place("title", 1, each) for each in self._said(answer.title)]
        for number, wording in enumerate(answer.wordings, 1):
            found += [Place("reply", number, each) for each in self._said(wording.text)]
        passages = (wording.text for said in answer.more.values() for wording in said)
        for number, text in enumerate(passages, 1):
            found += [Place("follow_ups", number, each) for each in self._said(text)]
        for number, source in enumerate(answer.sources, 1):
            found += [Place("sources", number, each) for each in self._of_source(source)]
        if not found:
            found = [Place("questions", 1, each) for each in self._by_questions(answer.questions)]
        return found

    def _said(self, text: str) -> list[Reason]:
        return self.words.reasons(text, names=self.names)

    def _of_source(self, source: Source) -> list[Reason]:
        return [each for each in self._said(f"{source.cite}\n\n{source.passage}") if each.kind in _OF_SOURCES]

    def locked(self, answer: Answer, standing: Answer | None = None) -> Answer:
        """The answer with `clinical` as it must be: nobody takes it off by leaving it out.

        `standing` is what the record holds under this id; what was clinical stays so, and only a
        clinician's word that stands in it counts.
        """
        if standing is not None:
            answer = replace(answer, not_clinical=standing.not_clinical)
        was_clinical = answer.clinical or (standing is not None and standing.clinical)
        if self.is_released(answer) and not was_clinical:
            return answer
        return replace(answer, clinical=was_clinical or bool(self._of_answer(answer)), not_clinical={})

    def released(self, answer: Answer, *, by: str, why: str) -> Answer:
        """The answer with a clinician's word that what it says now is not clinical."""
        return replace(answer, clinical=False, not_clinical={"by": by, "why": why, "of": self._mark(answer)})

    def is_released(self, answer: Answer) -> bool:
        """Whether a clinician said of these very words that they are not clinical."""
        return bool(answer.not_clinical) and answer.not_clinical.get("of") == self._mark(answer)

    def _mark(self, answer: Answer) -> str:
        """Of the words that were judged; a question that asks for no advice changes nothing."""
        asking = sorted(text for text in answer.questions if self._asks_for_advice(text))
        replies = sorted((wording.language, wording.text) for wording in answer.all_wordings)
        quoted = [f"{each.cite} {each.passage}" for each in answer.sources if self._of_source(each)]
        more = {"sources": quoted} if quoted else {}
        return hash_of({"title": answer.title, "replies": replies, "questions": asking, **more})

    def _of_answer(self, answer: Answer) -> list[Reason]:
        read = "\n\n".join([answer.title, *(wording.text for wording in answer.all_wordings)])
        return (
            self._said(read)
            or [each for source in answer.sources for each in self._of_source(source)]
            or self._by_questions(answer.questions)
            or self._near(read, but=answer.id)
        )

    def _by_questions(self, questions: Collection[str]) -> list[Reason]:
        asked = [reason for text in [*questions][:MAX_QUESTIONS] if (reason := self._asks_for_advice(text))]
        is_many = len(asked) >= MANY_QUESTIONS or len(asked) >= SHARE_OF_QUESTIONS * len(questions)
        return [Reason("question", reason.said) for reason in asked] if asked and is_many else []

    def _asks_for_advice(self, question: str) -> Reason | None:
        found = self.words.reasons(question, names=self.names)
        return next((reason for reason in found if reason.kind == "advice"), None)

    def _near(self, text: str, *, but: str) -> list[Reason]:
        counted = _counted(text)
        if sum(counted.values()) < MIN_WORDS:
            return []
        found = [each for each in self._replies.nearest(counted) if each[1] != but]
        return [Reason("near", found[0][2])] if found and found[0][0] >= NEAR else []

    @cached_property
    def _replies(self) -> _Replies:
        return _Replies(self.answers)


def in_words(reasons: Iterable[Reason]) -> str:
    """Why a text is clinical, in a sentence for its writer."""
    found = list(reasons)
    if not found:
        return ""
    said = list({each.said.lower(): each.said for each in reversed(found)}.values())[::-1]
    quoted = ", ".join(f"“{each}”" for each in said[:3])
    if found[0].kind == "near":
        return f"it reads like the clinical answer {quoted}"
    if found[0].kind == "question":
        return f"it answers {quoted}"
    if found[0].kind == "fact":
        return f"it is about {quoted}"
    if found[0].kind == "told":
        return f"it tells visitors {quoted}, which is not about running the clinic"
    return f"it says {quoted}"


def because(reason: Reason) -> str:
    """What these words do that makes a text clinical, as the rest of a sentence."""
    return _BECAUSE.get(reason.kind, "is clinical")


class _Replies:
    """The replies of the clinical answers, found by their words: the rarer a word, the more it says."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        every = [_counted(" ".join(wording.text for wording in answer.wordings)) for answer in answers]
        seen = Counter(word for counted in every for word in counted)
        self._unseen = math.log(1 + len(every)) + 1
        self._rarity = {word: self._unseen - math.log(1 + count) for word, count in seen.items()}
        self._ids: list[tuple[str, str]] = []
        found: dict[str, list[tuple[int, float]]] = {}
        for answer in answers:
            for wording in answer.wordings if answer.clinical else ():
                for word, weight in self._weighed(_counted(wording.text)).items():
                    found.setdefault(word, []).append((len(self._ids), weight))
                self._ids.append((answer.id, answer.title or answer.id))
        # With thousands of clinical answers, loops over them would take 10 ms for each text.
        self._with = {
            word: (np.array([at for at, _ in hits]), np.array([weight for _, weight in hits]))
            for word, hits in found.items()
        }

    def nearest(self, counted: Mapping[str, int]) -> list[tuple[float, str, str]]:
        """Cosine, id and title, the nearest first."""
        cosines = np.zeros(len(self._ids))
        for word, mine in self._weighed(counted).items():
            if hits := self._with.get(word):
                cosines[hits[0]] += mine * hits[1]
        best = np.argsort(-cosines, kind="stable")[:20]
        return [(float(cosines[at]), *self._ids[at]) for at in best if cosines[at] > 0]

    def _weighed(self, counted: Mapping[str, int]) -> Mapping[str, float]:
        weights = {word: count * self._rarity.get(word, self._unseen) for word, count in counted.items()}
        length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        return {word: weight / length for word, weight in weights.items()}


def _counted(text: str) -> Counter[str]:
    return Counter(_WORD.findall(_FACT.sub(" ", text.lower())))
