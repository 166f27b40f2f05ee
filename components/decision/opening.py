"""Instead of the general answer on hours: what the calendar says of the day that is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rasa.shared.nlu.training_data.message import Message

from components.decision.answer_book import AnswerBook
from components.decision.choices import decision
from components.decision.opening_days import OPEN_WORDS, asked_days, told
from components.keys import READING_TEXT


def opening(
    message: Message, understood: dict[str, Any], book: AnswerBook, hours_topic: str | None
) -> dict[str, Any]:
    """The decision, with the days that are asked told from the calendar where it is about them."""
    calendar = ((message.get("metadata") or {}).get("facts") or {}).get("calendar")
    text = str(message.get(READING_TEXT) or "")
    if not calendar or not hours_topic or "told" in understood:
        return understood
    parts = understood["parts"] or _hours_parts(understood, text, book, hours_topic)
    if len(parts) != 1 or not book.is_about(parts[0]["intent"], [hours_topic]):
        return understood
    replies = told(asked_days(text, date.fromisoformat(calendar["today"])), calendar)
    if not replies:
        return understood
    found = decision(
        "answered", "opening", understood["confidence"], ranking=understood["ranking"], parts=parts
    )
    return {**found, "told": [each._asdict() for each in replies]}


def _hours_parts(
    understood: Mapping[str, Any], text: str, book: AnswerBook, hours_topic: str
) -> list[dict[str, Any]]:
    """The answer on hours, where a message was not understood but speaks of being open."""
    is_open = understood["outcome"] in ("asked_back", "declined") or understood["intent"] == "awake"
    if not is_open or not OPEN_WORDS.search(text.lower()):
        return []
    on_hours = [name for name in book.answers if book.is_about(name, [hours_topic])]
    return [book.part(on_hours[-1], understood["confidence"])] if on_hours else []
