"""Several questions in one message: which answers they ask for, cautions first.

Asking parts count, and items of lists; of what is only told, what could hurt when it is overlooked
(blood pressure, a medicine, pregnancy) counts too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from components.classifier.model import Candidate
from components.decision.answer_book import PREFIX, AnswerBook
from components.segments import ITEM, PART, WHOLE, Reading, asks

MAX_QUESTIONS = 5
# "cost? insurance? parking?" is a list; a sentence with an "and" in it is none.
MIN_ITEMS, MAX_ITEM_WORDS = 3, 4
# A question that is really asked is among the first few that the whole message may be about.
MIN_LIKELY = 4
# Below this share of the whole message a general question is about what is told beside it.
OF_ITS_OWN = 0.2
# In a longer message what is told is a story; its question is what counts.
MAX_TOLD_WORDS, SURE_TOLD = 25, 0.8

_POINTS = re.compile(r"\b(?:it|that|this|they|them|those|one|he|him|she|her)\b(?!')")
_TELLS = re.compile(r"\b(?:i|i'm|i've|my|me|he|she|they|his|her|is|are|am|was|were|has|had|have|old)\b")


class Ranked(NamedTuple):
    """A class with its best confidence over all readings."""

    label: str
    confidence: float

    @property
    def is_answer(self) -> bool:
        return self.label.startswith(PREFIX)


class AskedQuestions:
    """The questions of one message, from the scores of its readings."""

    def __init__(
        self,
        readings: Sequence[Reading],
        scored: Sequence[Sequence[Candidate]],
        book: AnswerBook,
        thresholds: Any,
        careful_topics: Collection[str],
    ) -> None:
        pairs = list(zip(readings, scored, strict=True))
        whole = next((c for r, c in pairs if r.role == WHOLE), ())
        self._whole = whole[0] if whole else None
        self._of_whole = {each.label: (rank, each.confidence) for rank, each in enumerate(whole)}
        self._text = next((r.text for r, _ in pairs if r.role == WHOLE), "")
        self._parts = [(r.text, c[0]) for r, c in pairs if r.role == PART]
        self._items = [(r.text, c[0]) for r, c in pairs if r.role == ITEM]
        self._book, self._at, self._careful = book, thresholds, careful_topics

    def sure(self) -> list[Ranked]:
        """The different answers that a message clearly asks for; those that need care come first."""
        asked = [(text, best) for text, best in self._parts if asks(text) and self._is_sure(best)]
        told = [(text, best) for text, best in self._told() if self._needs_care(best)] if asked else []
        items = self._items if self._is_list() else []
        listed = [(text, best) for text, best in items if self._is_listed(text, best, asked)]
        found: dict[str, Ranked] = {}
        for text, best in sorted([*asked, *told, *listed], key=lambda pair: self._text.find(pair[0])):
            if not self._is_said_by(text, best, found, asked):
                found.setdefault(best.label, Ranked(best.label, best.confidence))
        kept = self._asked_by_the_whole(list(found.values()), asked, told)
        return self._cautions_first(kept)[:MAX_QUESTIONS]

    def unsure(self, given: Sequence[Ranked]) -> list[Ranked]:
        """What other questions may be about, when it would be lost without a word."""
        asking = [(text, best) for text, best in self._parts if asks(text)]
        is_list = len(given) > 1 and self._is_list()
        pieces = [*asking, *(self._items if is_list else ())] if len(asking) > 1 or is_list else []
        pieces += self._told() if asking else []
        labels = {each.label for each in given}
        likely = (best for _, best in pieces if best.label.startswith(PREFIX) and best.label not in labels)
        kept = (best for best in likely if best.confidence >= self._at.ask_back)
        return self._cautions_first(dict.fromkeys(Ranked(best.label, best.confidence) for best in kept))

    def _cautions_first(self, some: Iterable[Ranked]) -> list[Ranked]:
        return sorted(some, key=lambda each: not self._book.is_about(each.label, self._careful))

    def _asked_by_the_whole(
        self,
        found: list[Ranked],
        asked: Sequence[tuple[str, Candidate]],
        told: Sequence[tuple[str, Candidate]],
    ) -> list[Ranked]:
        """Those that the whole message may be about; cautions always stay.

        A sentence cut out of its message often sounds like another question.
        """
        likely = max(MIN_LIKELY, 2 * len(found) - 1)
        kept = [
            each
            for each in found
            if self._in_whole(each.label)[0] < likely or self._book.is_about(each.label, self._careful)
        ]
        general = self._general(asked, {best.label for _, best in told})
        return [each for each in kept if each.label not in general] or found

    def _general(self, asked: Sequence[tuple[str, Candidate]], told: Collection[str]) -> set[str]:
        """Clinical questions about what is told: "i had a stroke, can i still do this" asks one thing."""
        whole = self._whole
        if whole is None or whole.confidence < self._at.answer or whole.label not in told:
            return set()
        return {
            best.label
            for text, best in asked
            if best.label != whole.label
            and _POINTS.search(text)
            and self._book.is_clinical(best.label)
            and self._in_whole(best.label)[1] < OF_ITS_OWN
        }

    def _in_whole(self, label: str) -> tuple[int, float]:
        """The place of an answer in the ranking of the whole message, and its confidence there."""
        return self._of_whole.get(label, (0, 1.0))

    def _told(self) -> list[tuple[str, Candidate]]:
        if len(self._text.split()) > MAX_TOLD_WORDS:
            return []
        pieces = [*self._parts, *self._items]
        return [(text, best) for text, best in pieces if not asks(text) and best.confidence >= SURE_TOLD]

    def _is_list(self) -> bool:
        """Whether a message is made of short items, at least three or apart by question marks."""
        texts = [text for text, _ in self._items]
        are_items = all(len(text.split()) <= MAX_ITEM_WORDS and not _TELLS.search(text) for text in texts)
        asking = sum(asks(text) for text, _ in self._parts)
        return (
            are_items
            and len(texts) > 1
            and (len(texts) + asking >= MIN_ITEMS or self._text.count("?") >= len(texts))
        )

    def _is_sure(self, best: Candidate) -> bool:
        return best.label.startswith(PREFIX) and best.confidence >= self._at.part

    def _needs_care(self, best: Candidate) -> bool:
        return best.label.startswith(PREFIX) and self._book.is_about(best.label, self._careful)

    def _is_listed(self, text: str, best: Candidate, asked: Sequence[tuple[str, Candidate]]) -> bool:
        """An item says something of its own unless the part it stands in is understood as one."""
        inside = any(text in part for part, _ in asked)
        is_sure = best.label.startswith(PREFIX) and best.confidence >= self._at.answer
        return is_sure and not inside and not self._whole_covers(best)

    def _whole_covers(self, best: Candidate) -> bool:
        """Whether the whole message is surely about the same: "depression, anxiety or ptsd"."""
        whole = self._whole
        if whole is None or whole.confidence < self._at.answer or not whole.label.startswith(PREFIX):
            return False
        return self._book.share_a_topic(whole.label, best.label)

    def _is_said_by(
        self, text: str, best: Candidate, found: dict[str, Ranked], asked: Sequence[tuple[str, Candidate]]
    ) -> bool:
        """Whether what is told, or a vague question, is covered by another one on the same topic."""
        is_asked = any(text == part for part, _ in asked)
        akin = [label for label in found if self._book.share_a_topic(label, best.label)]
        told_before = [label for label in akin if label not in {each.label for _, each in asked}]
        return bool(told_before if is_asked else akin) and best.label not in found
