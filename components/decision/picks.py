"""Which of the offered choices a typed "1", "the first", "both", "yes" or "none" means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from components.decision.answer_book import AnswerBook
from components.decision.choices import SKILL_CHOICES, decision

# Asking back has several wordings: all begin alike (actions/lost.py).
NONE, ASK_BACK, ALSO_ASKED = "none_of_these", "utter_ask_back", "utter_also_asked"
ANSWERS = ("utter_faq", "utter_more/", "utter_follow_up/")
_FILLER = (
    r"(?:(?:i (?:mean|meant|want|think|guess)|probably|maybe|the|that|this|please|option|number|no\.?|nr\.?|#"
    r"|yes|yeah|um|uh|well|one|ones|of them|of those|of these|for|now|then) )*"
)
_ORDINALS = (
    (0, r"1|1st|one|first|a|former|top"),
    (1, r"2|2nd|two|second|b|middle"),
    (2, r"3|3rd|three|third|c"),
    (3, r"4|4th|four|fourth|d"),
    (-1, r"last|latter|bottom"),
)
_TAIL = r"(?: (?:one|option|question|choice|of (?:them|those|these)|please|thanks|i (?:think|guess)))*"
_ALL = re.compile(
    rf"{_FILLER}(?:both|all|all three|all of them|either|each|everything|1 and 2|one and two){_TAIL}"
)
_YES = re.compile(
    r"(?:yes|yeah|yep|yup|yea|ya|y|si|sure|ok|okay|correct|right|exactly|please|yes please|that"
    r"|that's it|that one|this one)"
)
_NO_WORDS = (
    "no|nope|nah|n|none|neither|nothing|wrong|not really|no no|no thanks|no i don't|not that|not those"
    "|no not that|no not those|something else"
)
_NONE_OF = r"(?:no |nope )?(?:none|neither|not any)(?: of (?:them|those|these|that|the above))?"
_NO = re.compile(rf"(?:{_NO_WORDS}|{_NONE_OF}){_TAIL}")


class Offered(NamedTuple):
    """The choices under what was said last, "none of these" apart; whether they were a question."""

    choices: Sequence[Mapping[str, str]]
    is_question: bool
    asked_back: bool = False


def offered(tracker: DialogueStateTracker | None) -> Offered:
    """What the bot offered in its last turn."""
    choices: list[dict[str, str]] = []
    names: set[str | None] = set()
    for event in reversed(tracker.events if tracker else ()):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered):
            names.add((event.metadata or {}).get("utterance"))
            buttons = (event.data or {}).get("buttons") or ()
            choices[:0] = [
                {"title": each["title"], "intent": each["payload"].removeprefix("/")} for each in buttons
            ]
    real = [choice for choice in choices if choice["intent"] != NONE]
    asked_back = any(str(name).startswith(ASK_BACK) for name in names)
    return Offered(real, asked_back or ALSO_ASKED in names, asked_back)


def said_an_answer(tracker: DialogueStateTracker) -> bool:
    """Whether an answer, or more of one, is what the bot said last."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return False
        name = str((event.metadata or {}).get("utterance")) if isinstance(event, BotUttered) else ""
        if name.startswith(ANSWERS):
            return True
    return False


def pick(text: str, offer: Offered, book: AnswerBook) -> dict[str, Any] | None:
    """The decision when a message only points at what was offered; else None."""
    if not offer.choices:
        return None
    typed = " ".join(re.sub(r"[^\w.' ]", " ", text.lower()).replace("’", "'").split()).strip(" .")
    meant = _pointed_at(typed, offer)
    if meant is None:
        return decision("declined", NONE, 1.0) if offer.is_question and _NO.fullmatch(typed) else None
    return _decided(meant, book)


def _pointed_at(typed: str, offer: Offered) -> list[Mapping[str, str]] | None:
    titled = [
        c for c in offer.choices if typed == " ".join(re.sub(r"[^\w' ]", " ", c["title"].lower()).split())
    ]
    if titled:
        return titled[:1]
    for place, words in _ORDINALS:
        is_bare = re.fullmatch(r"\d|[abcd]|one|two|three|four", typed) and not offer.is_question
        if re.fullmatch(rf"{_FILLER}(?:{words}){_TAIL}", typed) and not is_bare:
            at = place if place >= 0 else len(offer.choices) - 1
            return [offer.choices[at]] if at < len(offer.choices) else None
    if offer.is_question and _ALL.fullmatch(typed):
        answers = [choice for choice in offer.choices if choice["intent"].startswith("faq/")]
        return answers[: 3 if "all" in typed or "every" in typed else 2] or None
    if offer.is_question and _YES.fullmatch(typed):
        return list(offer.choices[:1])
    return None


def _decided(meant: Sequence[Mapping[str, str]], book: AnswerBook) -> dict[str, Any] | None:
    parts = [book.part(choice["intent"], 1.0) for choice in meant if choice["intent"] in book.answers]
    if parts:
        return decision("answered", parts[0]["intent"], 1.0, parts=parts)
    intent = meant[0]["intent"]
    return decision("skill", intent, 1.0) if intent in SKILL_CHOICES else None
