"""What the service does with safety's verdict (`web/safety/workers.py` asks for it)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from safety import denials
from safety.check import Verdict
from safety.replies import CARD_AFTER, after_check
from safety.verdicts import CHECKS

logger = logging.getLogger(__name__)

__all__ = [
    "CHECK_KINDS",
    "CRISIS_KINDS",
    "Verdict",
    "after",
    "after_card",
    "denies",
    "found_in",
    "is_urgent",
    "language_after",
    "leaves_nothing",
    "pressed",
    "strength",
]

CRISIS_KINDS = frozenset({"crisis", "crisis_other", "emergency", "harm"})
# Asked, with 988 beside it: the second answer to danger.
CHECK_KINDS = frozenset(CHECKS)
CHECK_YES, CHECK_NO = "check_yes", "check_no"
# Logits beyond this say nothing more.
MOST_SCORE = 20.0
# From so many words on, a message says by itself which language it is in.
MIN_WORDS_TO_SWITCH = 4


def after(verdict: Verdict, checked: str | None, text: str) -> Verdict:
    """The verdict on what is written right after a check. Never raises."""
    try:
        return after_check(verdict, checked, text)
    except Exception as error:  # whatever breaks in there, the visitor gets 988, 911
        logger.error("Safety check failed: %s", type(error).__name__)
        return Verdict(kind="unsure", soft_line=False, rule=None, language="en", parts_left=text)


def denies(verdict: Verdict, text: str) -> bool:
    """Whether a card would follow words that may be good news about the danger. Never raises."""
    try:
        # Behind the card for somebody else all kinds of good news are heard.
        return verdict.kind in CRISIS_KINDS and bool(denials.good_news(verdict, "crisis_other", text))
    except Exception as error:  # then the card is shown as ever
        logger.error("Reading a denial failed: %s", type(error).__name__)
        return False


def after_card(verdict: Verdict, shown: Sequence[str], text: str) -> Verdict:
    """The verdict on good news, after the cards that this conversation was shown."""
    return denials.after_card(verdict, shown[-1] if shown else None, text)


def pressed(intent: str, checked: str | None, language: str) -> Verdict:
    """The verdict on a pressed choice: yes to a check brings the card, every other one nothing."""
    kind = CARD_AFTER.get(checked or "", "crisis") if intent == CHECK_YES else "none"
    return Verdict(kind=kind, soft_line=False, rule=None, language=language, parts_left="")


def found_in(verdict: Verdict, *, shown: str) -> dict[str, Any]:
    """What stands with a message for staff and the crisis gate: nothing it says, only what was made of it."""
    found = {"kind": verdict.kind, "rule": verdict.rule, "shown": shown or None}
    found |= {"still_asked": verdict.still_asked}
    scores = {"danger": verdict.danger, "card_score": verdict.card_score}
    return {name: value for name, value in {**found, **scores}.items() if value is not None}


def is_urgent(verdict: Verdict) -> bool:
    """Whether no limit may keep this message away."""
    return verdict.kind != "none"


def strength(verdict: Verdict) -> float:
    """How strong words are: plain ones most, a card before a check, then the classifier's score."""
    level = 100.0 if verdict.kind in CRISIS_KINDS else 50.0 if verdict.kind in CHECK_KINDS else 0.0
    level += 100.0 if verdict.explicit else 0.0
    return level + min(max(verdict.danger or 0.0, -MOST_SCORE), MOST_SCORE)


def leaves_nothing(verdict: Verdict) -> bool:
    """Whether the card answers the whole message: no question stands beside the crisis."""
    return verdict.kind in CRISIS_KINDS and not verdict.parts_left.strip()


def language_after(text: str, verdict: Verdict, *, before: str) -> str:
    """Language of the conversation after this message; a number or a name does not change it."""
    if verdict.kind == "unsure":
        return before  # nobody looked at its language
    if verdict.language != before and verdict.language == "en":
        words = sum(any(map(str.isalpha, word)) for word in text.split())
        return "en" if words >= MIN_WORDS_TO_SWITCH else before
    return verdict.language
