"""What the service does with safety's verdict; the rules themselves live in `safety/`.

A failure in here counts as "unsure", never as "no crisis".
"""

from __future__ import annotations

import logging

from safety.check import Verdict, check

__all__ = [
    "CRISIS_KINDS",
    "Verdict",
    "is_urgent",
    "language_after",
    "leaves_nothing",
    "nothing_to_judge",
    "verdict_on",
]

logger = logging.getLogger(__name__)

CRISIS_KINDS = frozenset({"crisis", "crisis_other", "emergency", "harm"})
# From so many words on, a message says by itself which language it is in.
MIN_WORDS_TO_SWITCH = 4


def verdict_on(raw: str) -> Verdict:
    """Judge one message. Never raises."""
    try:
        return check(raw)
    except Exception as error:  # whatever breaks in there, the visitor gets 988, 911 and people
        logger.error("Safety check failed: %s", type(error).__name__)
        return Verdict(kind="unsure", soft_line=False, rule=None, language="en", parts_left=raw)


def nothing_to_judge(language: str) -> Verdict:
    """The verdict on a pressed choice: its words are ours."""
    return Verdict(kind="none", soft_line=False, rule=None, language=language, parts_left="")


def is_urgent(verdict: Verdict) -> bool:
    """Whether no limit may keep this message away."""
    return verdict.kind != "none"


def leaves_nothing(verdict: Verdict) -> bool:
    """Whether the card answers the whole message: no question stands beside the crisis."""
    return verdict.kind in CRISIS_KINDS and not verdict.parts_left.strip()


def language_after(text: str, verdict: Verdict, *, before: str) -> str:
    """Language of the conversation after this message; a number or a name does not change it."""
    if verdict.language != before and verdict.language == "en":
        return "en" if len(text.split()) >= MIN_WORDS_TO_SWITCH else before
    return verdict.language
