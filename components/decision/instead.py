"""Where asking back would not help: the likeliest answer at once, the others beside it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from components.decision.answer_book import AnswerBook
from components.decision.choices import decision

# "None of these" where nothing was asked: the bot has missed the point.
MISSED_POINT = "missed_point"
# In the form the next question waits, so a practical answer comes from here on.
LIKELY_IN_FORM = 0.5


def asked_back_once(
    understood: dict[str, Any], book: AnswerBook, careful_topics: Collection[str]
) -> dict[str, Any]:
    """Instead of asking back a second time in a row: the likeliest answer, the others beside it."""
    first, *others = understood["choices"]
    risks = book.is_about(first["intent"], careful_topics)
    if first["intent"] not in book.answers or risks:
        return {**understood, "outcome": "skill", "intent": MISSED_POINT, "choices": []}
    parts = [book.part(first["intent"], understood["confidence"])]
    answered = decision(
        "answered", first["intent"], understood["confidence"],
        ranking=understood["ranking"], parts=parts, choices=others,
    )  # fmt: skip
    return {**answered, "instead": True}


def rather_answered(understood: dict[str, Any], book: AnswerBook) -> dict[str, Any]:
    """In the form a question on practical matters is answered rather than asked back."""
    best = next(iter(understood["choices"]), None) if understood["outcome"] == "asked_back" else None
    is_answer = best is not None and best["intent"] in book.answers
    if best is None or not is_answer or book.is_clinical(best["intent"]):
        return understood
    if understood["ranking"][0] != {"intent": best["intent"], "confidence": understood["confidence"]}:
        return understood
    if understood["confidence"] < LIKELY_IN_FORM:
        return understood
    parts = [book.part(best["intent"], understood["confidence"])]
    return {**understood, "outcome": "answered", "intent": best["intent"], "parts": parts, "choices": []}
