"""What a short message behind an answer is about: that answer, another one, or neither."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from components.classifier.component import OUT_OF_SCOPE
from components.decision.answer_book import FOLLOW_UPS, AnswerBook
from components.decision.leaning import content_words, is_whole_question
from components.decision.remarks import is_remark
from components.follow_ups import NO_ASPECT, SURE_CLAUSE, AskedAspect
from components.segments import MAX_NEAR_WORDS, asks, has_pronoun, split_parts

SO_ASPECT = "so"
# A whole question of small words: nothing in it points back.
SURE_ALONE, MIN_WORDS_ALONE = 0.75, 5
# A longer one needs to be less sure: six small words hardly point back.
LIKELY_ALONE, MANY_WORDS_ALONE = 0.5, 6
MIN_CONTENT_WHOLE = 2
# A message that names something is believed to ask that, unless a follow-up is clearly surer.
SURELY_ALONE, ABOUT_AS_SURE = 0.9, 0.1
ASKS_FOR_SOMEBODY = ("callback", "talk_to_human")
LIKELY_WHOLE = 0.5  # of a whole question that is not sure: about the last answer, or one near it
SURELY_MEANT = 0.7  # of another answer or skill than the last one
SURELY_FOREIGN, SURELY_TALK = 0.8, 0.6
_SMALL_START = r"^(?:(?:but|and|so|ok|okay|hm+|wait|what|really)[,.?!]* ){0,3}"
# "Not even for pain?" asks the same thing about less; "for migraines?" after the price asks the price.
_EVEN = re.compile(rf"{_SMALL_START}(?:not )?even (?:for|if|with|when|in|on|after|at|a)\b", re.IGNORECASE)
_FOR = re.compile(
    rf"{_SMALL_START}(?:(?:what|how) about |also |just |only )?for "
    r"(?!how|long|me\b|him\b|her\b|them\b|my\b|\d)"
    r"[\w'-]+(?: (?!does|do|is|are|can|will|would|work|help)[\w'-]+){0,2}[?!. ]*",
    re.IGNORECASE,
)
# "So kinda standard then" goes on from what was said.
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


def is_open(understood: Decision) -> bool:
    """Whether nobody is sure yet what a message means by itself."""
    return understood["outcome"] in ("asked_back", "declined") or is_unsure_skill(understood)


def is_unsure_skill(understood: Decision) -> bool:
    """Whether a message may only sound like small talk."""
    return bool(understood["outcome"] == "skill" and understood["confidence"] < SURE_ALONE)


def points_back(understood: Decision, asked: AskedAspect, before: Before) -> bool:
    """Whether a short message that nobody understood may be about the last answer at all."""
    first = next(iter(understood["ranking"]), None)
    is_foreign = first and first["intent"] == OUT_OF_SCOPE and first["confidence"] >= SURELY_FOREIGN
    is_talk = asks_nothing(asked) and not before.is_correction and is_remark(before.text)
    return not is_foreign and not is_talk and len(before.text.split()) <= MAX_NEAR_WORDS


def leads_on(before: Before) -> bool:
    """Whether a message goes on from what was said, small talk or not."""
    return "?" in before.text or before.is_correction or bool(_LEADS_ON.match(before.text))


def asks_nothing(asked: AskedAspect) -> bool:
    """Whether a message is rather small talk than a question about what was said."""
    return f"{FOLLOW_UPS}{asked.aspect}" == NO_ASPECT and asked.confidence >= SURELY_TALK


def is_whole(understood: Decision, before: Before) -> bool:
    """Whether a message is a whole question, and about something else than the last answer."""
    if before.is_correction or not is_whole_question(before.text):
        return False
    if understood["outcome"] == "answered":
        return bool(understood["intent"] != before.intent)
    # Nobody is sure of it: one small question ("is there a fee") may still go on from what was said.
    n_words, n_content = len(before.text.split()), len(content_words(before.text))
    return n_content >= MIN_CONTENT_WHOLE or n_words >= MANY_WORDS_ALONE


def stands_alone(understood: Decision, asked: AskedAspect, before: Before) -> bool:
    """Whether a message of small words is a whole question all the same: "can i come in with her"."""
    n_words, parts = len(before.text.split()), understood["parts"]
    is_other = len(parts) == 1 and parts[0]["intent"] != before.intent
    if not is_other or understood["outcome"] != "answered":
        return False
    names_something = bool(content_words(before.text))
    if understood["confidence"] >= SURELY_ALONE and names_something:
        return True
    is_surer = understood["confidence"] >= max(SURELY_ALONE, asked.confidence + ABOUT_AS_SURE)
    if is_surer and n_words >= MIN_WORDS_ALONE and _is_asked(before.text):
        return True
    if has_pronoun(before.text):
        return False
    if names_something and understood["confidence"] >= asked.confidence - ABOUT_AS_SURE:
        return True
    least = LIKELY_ALONE if n_words >= MANY_WORDS_ALONE else SURE_ALONE
    return n_words >= MIN_WORDS_ALONE and bool(understood["confidence"] >= least)


def _is_asked(text: str) -> bool:
    """Whether the last of a text's parts asks something: "just tell me yes or no. does it work"."""
    return asks(split_parts(text.lower())[-1])


def asks_by_itself(understood: Decision, asked: AskedAspect, before: Before) -> bool:
    """Whether a message that sounds like a follow-up rather asks something of its own."""
    return stands_alone(understood, asked, before) or is_likelier_by_itself(understood, asked, before)


def is_likelier_by_itself(understood: Decision, asked: AskedAspect, before: Before) -> bool:
    """Whether a message that names something is rather about that than about the last answer."""
    if understood["outcome"] == "skill":
        return understood["intent"] in ASKS_FOR_SOMEBODY and understood["confidence"] >= SURELY_MEANT
    best = next(iter(understood["ranking"]), None)
    if understood["outcome"] != "asked_back" or best is None or not content_words(before.text):
        return False
    is_other = best["intent"] != before.intent and best["confidence"] >= LIKELY_WHOLE
    return is_other and asked.confidence < SURE_CLAUSE


def asks_the_same(understood: Decision, before: Before, book: AnswerBook) -> bool:
    """Whether a message asks the last answer's question about something less, and names no caution."""
    if book.passage(before.intent, SO_ASPECT) is None:
        return False
    best = next((each["intent"] for each in understood["ranking"]), "")
    is_apart = not book.share_a_topic(before.intent, best) and not book.is_about(best, before.careful_topics)
    is_practical = not book.is_clinical(before.intent)
    return is_apart and bool(_EVEN.match(before.text) or (is_practical and _FOR.fullmatch(before.text)))
