"""What a short message behind an answer gets: more of that answer, another one, or an honest "no".

An answer serves a follow-up by a passage of its own, or by a link to another answer. Where it has
neither, what the message means by itself counts, then where such follow-ups lead in general; last,
one approved sentence says what is not known here, with what else the answer can say.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from components.classifier.component import OUT_OF_SCOPE
from components.decision.answer_book import FOLLOW_UPS, REST, AnswerBook
from components.decision.choices import decision
from components.decision.leaning import content_words, is_whole_question
from components.decision.remarks import is_remark
from components.follow_ups import NO_ASPECT, SURE_CLAUSE, AskedAspect
from components.segments import MAX_NEAR_WORDS, asks, has_pronoun

# Utterances that were said lately, oldest first (actions/answering.py).
SAID_SLOT = "said"
MORE_ASPECT, TOLD_ASPECT, AGAIN_ASPECT, SO_ASPECT = "more", "told", "again", "so"
UNCLEAR_ASPECT = "unclear"  # nobody knows what is asked: that much is said, and what lies near is offered
# A message of none but follow-up words is one sooner than a message with a word of its own.
SURE_BARE, SURE_WITH_WORDS = 0.4, 0.5
# After an answer its neighbours are what a short message is about, however it is put.
# A whole question of small words: nothing in it points back.
SURE_ALONE, MIN_WORDS_ALONE = 0.75, 5
# A longer one needs to be less sure: six small words hardly point back.
LIKELY_ALONE, MANY_WORDS_ALONE = 0.5, 6
JUST_SAID = 3  # an answer may come again later in a talk, not right behind itself
NEIGHBOUR, LIKELY_NEIGHBOUR, LIKELY_SAME = 0.35, 0.15, 0.3
MIN_CONTENT_WHOLE = 2
# A message that names something is believed to ask that, unless a follow-up is clearly surer.
SURELY_ALONE, ABOUT_AS_SURE = 0.9, 0.1
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
ASKS_FOR_SOMEBODY = ("callback", "talk_to_human")
NEARLY = 0.6  # of the best: then the second may as well be meant
LIKELY_WHOLE = 0.5  # of a whole question that is not sure: about the last answer, or one near it
# Read beside the last answer a neighbour of it needs to be this likely, any other answer this.
LIKELY_NEAR, SURELY_MEANT = 0.4, 0.7
SURELY_FOREIGN, SURELY_TALK = 0.8, 0.6
# So much surer of another answer, a message is not about the last one.
FAR_AHEAD = 0.25
_SMALL_START = r"^(?:(?:but|and|so|ok|okay|hm+|wait|what|really)[,.?!]* ){0,3}"
# "Not even for pain?" asks the same thing about less; "for migraines?" after the price asks the price.
_EVEN = re.compile(rf"{_SMALL_START}(?:not )?even (?:for|if|with|when|in|on|after|at|a)\b", re.IGNORECASE)
_FOR = re.compile(
    rf"{_SMALL_START}(?:(?:what|how) about |also |just |only )?for "
    r"(?!how|long|me\b|him\b|her\b|them\b|my\b|\d)"
    r"[\w'-]+(?: (?!does|do|is|are|can|will|would|work|help)[\w'-]+){0,2}[?!. ]*",
    re.IGNORECASE,
)
# "And Valium?", "what about my HSA", "amex?": a name, and nothing that is asked of it.
_ONLY_NAMES = re.compile(
    r"(?:(?:and|or|also|ok|so|but|what about|how about|with|plus),? ){0,3}(?:the |a |an |my |some )?"
    r"(?!(?:in|on|at|by|to|is|are|do|does|can|will|how|what|when|where|who|why|which|not|it)\b)"
    r"[\w'-]+(?: (?!is|are|do|does|can|will)[\w'-]+){0,2}(?: too| as well| ok| then)?[?!. ]*",
    re.IGNORECASE,
)
# "So kinda standard then" goes on from what was said, small talk or not.
_LEADS_ON = re.compile(r"(?:and|but|so|or|then|what about|how about)\b", re.IGNORECASE)
Decision = Mapping[str, Any]


class Before(NamedTuple):
    """What was answered before the message, the utterances that were said lately, and the message.

    `is_correction`: the visitor says that something else was meant. `careful_topics`: cautions, which
    always stand for themselves. `near`: confidences of answers for the message beside the name of what
    was answered.
    """

    intent: str
    said: Sequence[str]
    text: str = ""
    is_correction: bool = False
    careful_topics: Collection[str] = ()
    near: Mapping[str, float] = MappingProxyType({})


def follow_up(understood: Decision, asked: AskedAspect | None, before: Before, book: AnswerBook) -> Decision:
    """The decision on a message, given what was answered before it."""
    chooser = _Chooser(before, book, understood, asked)
    if _asks_the_same(understood, before, book):
        return chooser.aspect(SO_ASPECT, understood["confidence"])
    if _is_whole(understood, before):
        return chooser.by_itself()
    is_open = understood["outcome"] in ("asked_back", "declined") or _is_unsure_skill(understood)
    if asked and asked.is_first_clause:
        found = chooser.by_aspect(asked) if is_open else None
        return found or (chooser.not_twice() if understood["outcome"] == "answered" else understood)
    is_bare = asked and not asked.own_words and asked.confidence >= SURE_BARE
    if (
        asked
        and is_bare
        and f"{FOLLOW_UPS}{asked.aspect}" != NO_ASPECT
        and not _stands_alone(understood, asked, before)
        and not _is_likelier_by_itself(understood, asked, before)
    ):
        return chooser.aspect(asked.aspect, asked.confidence)
    if understood["outcome"] == "answered":
        return chooser.not_twice()
    if (
        understood["outcome"] == "declined"
        and before.is_correction
        and (meant := chooser.instead(LIKELY_SAME))
    ):
        return meant
    is_led_on = "?" in before.text or before.is_correction or bool(_LEADS_ON.match(before.text))
    if asked and understood["outcome"] == "skill" and is_open and not is_led_on:
        return chooser.by_aspect(asked) or understood
    if asked and is_open:
        found = chooser.by_neighbours(NEIGHBOUR) or chooser.by_aspect(asked)
        points_back = _points_back(understood, asked, before)
        found = found or (chooser.by_name() if points_back else None)
        found = found or chooser.by_neighbours(LIKELY_NEIGHBOUR)
        is_open_elsewhere = understood["outcome"] == "asked_back" and _asks_nothing(asked)
        is_open_elsewhere = is_open_elsewhere and bool(content_words(before.text))
        return found or (chooser.unclear() if points_back and not is_open_elsewhere else understood)
    return understood


def _is_unsure_skill(understood: Decision) -> bool:
    return bool(understood["outcome"] == "skill" and understood["confidence"] < SURE_ALONE)


def _points_back(understood: Decision, asked: AskedAspect, before: Before) -> bool:
    """Whether a short message that nobody understood may be about the last answer at all."""
    first = next(iter(understood["ranking"]), None)
    is_foreign = first and first["intent"] == OUT_OF_SCOPE and first["confidence"] >= SURELY_FOREIGN
    is_talk = _asks_nothing(asked) and not before.is_correction and is_remark(before.text)
    return not is_foreign and not is_talk and len(before.text.split()) <= MAX_NEAR_WORDS


def _asks_nothing(asked: AskedAspect) -> bool:
    return f"{FOLLOW_UPS}{asked.aspect}" == NO_ASPECT and asked.confidence >= SURELY_TALK


def _is_whole(understood: Decision, before: Before) -> bool:
    """Whether a message is a whole question, and about something else than the last answer."""
    if before.is_correction or not is_whole_question(before.text):
        return False
    if understood["outcome"] == "answered":
        return bool(understood["intent"] != before.intent)
    # Nobody is sure of it: one small question ("is there a fee") may still go on from what was said.
    n_words, n_content = len(before.text.split()), len(content_words(before.text))
    return n_content >= MIN_CONTENT_WHOLE or n_words >= MANY_WORDS_ALONE


def _stands_alone(understood: Decision, asked: AskedAspect, before: Before) -> bool:
    """Whether a message of small words is a whole question all the same: "can i come in with her"."""
    n_words, parts = len(before.text.split()), understood["parts"]
    is_other = len(parts) == 1 and parts[0]["intent"] != before.intent
    if not is_other or understood["outcome"] != "answered":
        return False
    names_something = bool(content_words(before.text))
    if names_something and understood["confidence"] >= SURELY_ALONE:
        return True
    if has_pronoun(before.text):
        return False
    if names_something and understood["confidence"] >= asked.confidence - ABOUT_AS_SURE:
        return True
    least = LIKELY_ALONE if n_words >= MANY_WORDS_ALONE else SURE_ALONE
    return n_words >= MIN_WORDS_ALONE and bool(understood["confidence"] >= least)


def _is_likelier_by_itself(understood: Decision, asked: AskedAspect, before: Before) -> bool:
    """Whether a message that names something is rather about that than about the last answer."""
    if understood["outcome"] == "skill":
        return understood["intent"] in ASKS_FOR_SOMEBODY and understood["confidence"] >= SURELY_MEANT
    best = next(iter(understood["ranking"]), None)
    if understood["outcome"] != "asked_back" or best is None or not content_words(before.text):
        return False
    is_other = best["intent"] != before.intent and best["confidence"] >= LIKELY_WHOLE
    return is_other and asked.confidence < SURE_CLAUSE


def _asks_the_same(understood: Decision, before: Before, book: AnswerBook) -> bool:
    """Whether a message asks the last answer's question about something less, and names no caution."""
    if book.passage(before.intent, SO_ASPECT) is None:
        return False
    best = next((each["intent"] for each in understood["ranking"]), "")
    is_apart = not book.share_a_topic(before.intent, best) and not book.is_about(best, before.careful_topics)
    is_practical = not book.is_clinical(before.intent)
    return is_apart and bool(_EVEN.match(before.text) or (is_practical and _FOR.fullmatch(before.text)))


def more_of(intent: str, said: Sequence[str], book: AnswerBook) -> Decision:
    """The decision on a pressed "Tell me more": the rest of a long answer, then what else it can say."""
    nothing = decision("answered", intent, 1.0)
    return _Chooser(Before(intent, said), book, nothing).aspect(REST, 1.0)


class _Chooser:
    def __init__(
        self, before: Before, book: AnswerBook, understood: Decision, asked: AskedAspect | None = None
    ) -> None:
        self._last, self._said = before.intent, before.said
        self._just_said = before.said[-JUST_SAID:]
        self._is_correction = before.is_correction
        self._near = before.near
        self._n_words = len(before.text.split())
        self._asks = asks(before.text.lower())
        names = bool(asked and asked.own_words) or is_whole_question(before.text)
        self._names_something = names and not is_remark(before.text)
        self._only_names = self._names_something and bool(_ONLY_NAMES.fullmatch(before.text.strip()))
        self._book = book
        self._understood = understood

    def by_itself(self) -> Decision:
        """A whole question: its own answer. One nobody is sure of may be about what lies near."""
        best = next(iter(self._understood["ranking"]), None)
        if _is_unsure_skill(self._understood) and self._understood["intent"] in NO_QUESTIONS:
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
        if passage := self._unsaid(MORE_ASPECT if aspect == REST else aspect):
            return self._more(MORE_ASPECT if aspect == REST else aspect, passage, confidence)
        for other in (self._book.link(self._last, aspect), self._meant(), self._book.lead(aspect)):
            if other and other != self._last and f"utter_{other}" not in self._just_said:
                return self._answer(other, confidence)
        return self.by_neighbours(NEIGHBOUR, further=False) or self._nothing(aspect, confidence)

    def not_twice(self) -> Decision:
        """Whoever is about to get the last answer once more gets what it did not say."""
        parts = self._understood["parts"]
        if len(parts) != 1 or parts[0]["intent"] != self._last:
            return self._understood
        return self.instead() or self._goes_for_that_too() or self._further(self._understood["confidence"])

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
