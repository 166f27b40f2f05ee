"""What the service does with safety's verdict (`web/safety/workers.py` asks for it)."""

from __future__ import annotations

from safety.check import Verdict

__all__ = [
    "CRISIS_KINDS",
    "Verdict",
    "is_urgent",
    "language_after",
    "leaves_nothing",
    "nothing_to_judge",
]

CRISIS_KINDS = frozenset({"crisis", "crisis_other", "emergency", "harm"})
# From so many words on, a message says by itself which language it is in.
MIN_WORDS_TO_SWITCH = 4


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
    if verdict.kind == "unsure":
        return before  # nobody looked at its language
    if verdict.language != before and verdict.language == "en":
        return "en" if len(text.split()) >= MIN_WORDS_TO_SWITCH else before
    return verdict.language
