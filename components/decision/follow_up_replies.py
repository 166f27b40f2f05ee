"""What can be said to a short message behind an answer: more of that answer, another one, an honest "no"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from components.decision.answer_book import FOLLOW_UPS, MEANS, REST, STUDIES, AnswerBook
from components.decision.choices import decision
from components.decision.follow_up_meaning import (
    LIKELY_WHOLE,
    MIN_WORDS_ALONE,
    SO_ASPECT,
    SURELY_MEANT,
    Before,
    Decision,
    is_unsure_skill,
)
from components.decision.leaning import is_whole_question
from components.decision.remarks import is_remark
from components.follow_ups import NO_ASPECT, AskedAspect
from components.segments import asks, split_parts

MORE_ASPECT, TOLD_ASPECT, AGAIN_ASPECT = "more", "told", "again"
UNCLEAR_ASPECT = "unclear"  # nobody knows what is asked: that much is said, and what lies near is offered
# Aspects that another passage of the same answer serves as well.
ALIKE = {
    REST: (MORE_ASPECT,),
    MEANS: (MEANS, SO_ASPECT, REST),
    STUDIES: (STUDIES, REST, "really", "why"),
}
SURE_WITH_WORDS = 0.5  # of an aspect, beside a word that no follow-up has
JUST_SAID = 3  # an answer may come again later in a talk, not right behind itself
NEIGHBOUR, LIKELY_NEIGHBOUR, LIKELY_SAME = 0.35, 0.15, 0.3
# Less likely, another answer is no guess at what a correction means; where the last one is surely meant
# again, it takes more.
MAY_BE_MEANT = 0.05
_WANTS_A_WORD = re.compile(r"\b(?:yes or no|straight answer|simple answer|in one word)\b", re.IGNORECASE)
# "And Valium?" would get the same answer again: so sure, what was said goes for that, too.
SURELY_SAME, SAME_ASPECT = 0.85, "same"
# Nobody who asks a whole question says one of these.
NO_QUESTIONS = frozenset(
    {
        "affirm",
        "cancel_callback",
        "capabilities",
        "deny",
        "inform",
        "never_mind",
        "refuse_details",
        "thinking",
    }
)
NEARLY = 0.6  # of the best: then the second may as well be meant
# Read beside the last answer a neighbour of it needs to be this likely, any other one surely meant.
LIKELY_NEAR = 0.4
# So much surer of another answer, a message is not about the last one.
FAR_AHEAD = 0.25
# "And Valium?", "what about my HSA", "amex?": a name, and nothing that is asked of it.
_ONLY_NAMES = re.compile(
    r"(?:(?:and|or|also|ok|so|but|what about|how about|with|plus),? ){0,3}(?:the |a |an |my |some )?"
    r"(?!(?:in|on|at|by|to|is|are|do|does|can|will|how|what|when|where|who|why|which|not|it)\b)"
    r"[\w'-]+(?: (?!is|are|do|does|can|will)[\w'-]+){0,2}(?: too| as well| ok| then)?[?!. ]*",
    re.IGNORECASE,
)


class Replies:
    """What one answer, and what lies near it, can say to one message behind it."""

    def __init__(
        self, before: Before, book: AnswerBook, understood: Decision, asked: AskedAspect | None = None
    ) -> None:
        self._last, self._said = before.intent, before.said
        self._just_said = before.said[-JUST_SAID:]
        self._is_correction = before.is_correction
        self._near = before.near
        self._asked = asked
        self._n_words = len(before.text.split())
        self._wants_a_word = bool(_WANTS_A_WORD.search(before.text))
        self._asks = any(map(asks, split_parts(before.text.lower())))
        names = bool(asked and asked.own_words) or is_whole_question(before.text)
        self._names_something = names and not is_remark(before.text)
        self._only_names = self._names_something and bool(_ONLY_NAMES.fullmatch(before.text.strip()))
        self._book = book
        self._understood = understood

    def by_itself(self) -> Decision:
        """A whole question: its own answer. One nobody is sure of may be about what lies near."""
        best = next(iter(self._understood["ranking"]), None)
        if is_unsure_skill(self._understood) and self._understood["intent"] in NO_QUESTIONS:
            return self.by_neighbours(NEIGHBOUR, further=False) or self._nothing(UNCLEAR_ASPECT, 0.0)
        is_open = self._understood["outcome"] in ("asked_back", "declined")
        if not is_open or best is None or best["confidence"] < LIKELY_WHOLE:
            return self._understood
        if best["intent"] == self._last:
            others = self._understood["ranking"][1:2]
            is_alone = all(each["confidence"] < NEARLY * best["confidence"] for each in others)
            return self._further(best["confidence"]) if is_alone else self._understood
        is_near = best["intent"] in self._book.neighbours(self._last)
        return self._answer(best["intent"], best["confidence"]) if is_near else self._understood

    def aspect(self, aspect: str, confidence: float) -> Decision:
        """Serve an aspect of the last answer by the nearest that is there."""
        if aspect == AGAIN_ASPECT:
            return self._answer(self._last, confidence)
        if aspect in (REST, MORE_ASPECT) and (rest := self._unsaid(REST)):
            return self._more(REST, rest, confidence)
        for alike in ALIKE.get(aspect, (aspect,)):
            if passage := self._unsaid(alike):
                return self._more(alike, passage, confidence)
        for other in (self._book.link(self._last, aspect), self._meant(), self._book.lead(aspect)):
            if other and other != self._last and f"utter_{other}" not in self._just_said:
                return self._answer(other, confidence)
        return self.by_neighbours(NEIGHBOUR, further=False) or self._nothing(aspect, confidence)

    def not_twice(self) -> Decision:
        """Whoever is about to get the last answer once more gets what it did not say."""
        parts = self._understood["parts"]
        if len(parts) != 1 or parts[0]["intent"] != self._last:
            return self._understood
        if asked_of_it := self._own_aspect():
            return asked_of_it
        is_sure = self._understood["confidence"] >= SURELY_SAME
        other = self.instead(LIKELY_NEIGHBOUR if is_sure else MAY_BE_MEANT)
        return other or self._goes_for_that_too() or self._further(self._understood["confidence"])

    def _own_aspect(self) -> Decision | None:
        """What a message surely asks of the last answer, where that has a passage or a link for it."""
        asked = self._asked
        if asked is None or self._is_correction or asked.confidence < SURE_WITH_WORDS:
            return None
        if asked.aspect in (REST, MORE_ASPECT):  # that asks for nothing in particular
            return None
        if passage := self._unsaid(asked.aspect):
            return self._more(asked.aspect, passage, asked.confidence)
        other = self._book.link(self._last, asked.aspect)
        is_new = other and f"utter_{other}" not in self._just_said
        return self._answer(str(other), asked.confidence) if is_new else None

    def _goes_for_that_too(self) -> Decision | None:
        """Whoever only names something else that the last answer is about is told that it covers that."""
        sure = self._understood["confidence"]
        if not self._only_names or sure < SURELY_SAME:
            return None
        passage = self._book.passage(self._last, MORE_ASPECT)
        return self._more(SAME_ASPECT, passage if passage not in self._said else None, sure)

    def instead(self, least: float = 0.0) -> Decision | None:
        """What a visitor may mean who says that the last answer was not it."""
        ranking = self._understood["ranking"] if self._is_correction else ()
        likely = [each for each in ranking if each["confidence"] >= least]
        others = [each for each in likely if each["intent"] in self._book.answers]
        other = next((each for each in others if each["intent"] != self._last), None)
        return self._answer(other["intent"], other["confidence"]) if other else None

    def by_neighbours(self, least: float, *, further: bool = True) -> Decision | None:
        """The likeliest of what lies near the last answer, when the message is unsure by itself."""
        likely = {each["intent"]: each["confidence"] for each in self._understood["ranking"]}
        near = [name for name in likely if name in self._book.neighbours(self._last)]
        best = max(near, key=lambda name: likely[name], default=None)
        same = likely.get(self._last, 0.0)
        is_far = max(likely.values(), default=0.0) >= same + FAR_AHEAD
        if best and likely[best] >= max(least, same) and f"utter_{best}" not in self._just_said:
            return self._answer(best, likely[best])
        may_go_on = further and not is_far and same >= max(least, LIKELY_SAME)
        return self._further(same) if may_go_on else None

    def by_aspect(self, asked: AskedAspect) -> Decision | None:
        """What is asked of the last answer, when that is sure enough."""
        is_sure = asked.confidence >= SURE_WITH_WORDS and f"{FOLLOW_UPS}{asked.aspect}" != NO_ASPECT
        return self.aspect(asked.aspect, asked.confidence) if is_sure else None

    def by_name(self) -> Decision | None:
        """What the message is most likely about, read beside the last answer's name or its question."""
        answers = [name for name in self._near if name in self._book.answers]
        best = max(answers, key=lambda name: self._near[name], default=None)
        is_near = best in (self._last, *self._book.neighbours(self._last))
        if best is None or self._near[best] < (LIKELY_NEAR if is_near else SURELY_MEANT):
            return None
        if best == self._last:
            return self._further(self._near[best])
        return self._answer(best, self._near[best]) if f"utter_{best}" not in self._just_said else None

    def unclear(self) -> Decision:
        """Say that nobody knows for sure, with more of the last answer and what lies near it."""
        return self._nothing(UNCLEAR_ASPECT, self._near.get(self._last, 0.0))

    def _meant(self) -> str | None:
        """The answer that the message gets by itself."""
        parts = self._understood["parts"]
        if self._understood["outcome"] != "answered" or len(parts) != 1:
            return None
        # A few small words mean little by themselves, unless they point at what lies near.
        intent = str(parts[0]["intent"])
        is_near = intent in self._book.neighbours(self._last)
        return intent if is_near or self._n_words >= MIN_WORDS_ALONE - 1 else None

    def _unsaid(self, aspect: str) -> str | None:
        passage = self._book.passage(self._last, aspect)
        return passage if passage and passage not in self._said else None

    def _further(self, confidence: float) -> Decision:
        if self._wants_a_word and (passage := self._unsaid(SO_ASPECT)):
            return self._more(SO_ASPECT, passage, confidence)
        for aspect in (REST, MORE_ASPECT):
            if passage := self._unsaid(aspect):
                # Whoever names something that the whole answer does not say is told that first.
                is_unclear = self._names_something and aspect == MORE_ASPECT
                return self._more(UNCLEAR_ASPECT if is_unclear else aspect, passage, confidence)
        return self._nothing(UNCLEAR_ASPECT if self._asks else TOLD_ASPECT, confidence)

    def _nothing(self, aspect: str, confidence: float) -> Decision:
        """Say what is not known here, and what else the last answer can say."""
        passage = self._book.passage(self._last, MORE_ASPECT)
        return self._more(aspect, passage if passage not in self._said else None, confidence)

    def _more(self, aspect: str, passage: str | None, confidence: float) -> Decision:
        part = self._book.part(self._last, confidence, passage=passage)
        return self._decided(f"{FOLLOW_UPS}{aspect}", confidence, part)

    def _answer(self, intent: str, confidence: float) -> Decision:
        return self._decided(intent, confidence, self._book.part(intent, confidence))

    def _decided(self, intent: str, confidence: float, part: Mapping[str, Any]) -> Decision:
        ranking = self._understood["ranking"]
        return decision("answered", intent, confidence, ranking=ranking, parts=[part])
