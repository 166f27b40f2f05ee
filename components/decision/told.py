"""What somebody tells of themselves before they ask: a loss, long suffering, or for whom they are here.

It is heard in a few warm words, instead of a stock welcome, and before an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.decision.answer_book import AnswerBook
from components.decision.choices import decision
from components.decision.remarks import LIKELY_MEANT
from components.decision.words import words
from components.segments import asks, split_parts

SORROW, HARDSHIP, FOR_SOMEBODY = "sorrow", "hardship", "for_somebody"
FIRST_WORDS = {SORROW: "utter_sorrow_first", HARDSHIP: "utter_hardship_first"}
# Small talk that a story is easily taken for.
STOCK = frozenset({"greet", "introduction", "remark", "thinking", "awake", "nervous"})
MIN_WORDS, MAX_CHOICES = 5, 3
_DIED, _SUFFERS, _LONG, _FOR_SOMEBODY = words("died"), words("suffers"), words("long"), words("for_somebody")


def what_is_told(text: str) -> str:
    """Which of the three a text tells, or nothing."""
    if len(text.split()) < MIN_WORDS:
        return ""
    if _DIED.search(text):
        return SORROW
    if _LONG.search(text) and _SUFFERS.search(text):
        return HARDSHIP
    return FOR_SOMEBODY if _FOR_SOMEBODY.search(text) else ""


def as_told(
    understood: Mapping[str, Any], text: str, book: AnswerBook, family: str | None
) -> Mapping[str, Any]:
    """A stock reply, an ask-back or a decline as a fitting reply, where a story is told and nothing asked."""
    is_stock = understood["outcome"] == "skill" and understood["intent"] in STOCK
    is_open = understood["outcome"] in ("asked_back", "declined") or is_stock
    kind = what_is_told(text) if is_open and not any(map(asks, split_parts(text.lower()))) else ""
    if not kind:
        return understood
    if (
        kind == HARDSHIP
        and understood["outcome"] == "asked_back"
        and understood["confidence"] >= LIKELY_MEANT
    ):
        return understood
    choices = understood["choices"]
    if kind == FOR_SOMEBODY:
        for_families = [name for name in book.answers if family and book.is_about(name, [family])]
        choices = [book.choice(name) for name in for_families[:MAX_CHOICES]]
    ranking = understood["ranking"]
    return decision("skill", kind, understood["confidence"], ranking=ranking, choices=choices)
