"""The conflict radar: which answer a question reaches today, and which taught questions are nearest."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from web.errors import BotError
from web.house import House

logger = logging.getLogger(__name__)

LIMIT = 4
_OUTCOMES = {"asked_back": "is asked back", "declined": "is declined", "safety": "gets a crisis card"}


async def nearest(house: House, texts: Sequence[str], *, own: str) -> list[dict[str, Any]]:
    """For each text what becomes of it today, and the nearest taught questions.

    Nothing while the bot is silent: writing goes on without it.
    """
    if not texts:
        return []
    try:
        found = await house.bot.understood(texts, LIMIT)
    except BotError as error:
        logger.warning("The bot gave no nearest questions: %s", type(error).__name__)
        return []
    published = house.manifests.current()
    said = []
    for text, reading in zip(texts, found, strict=True):
        hits = [
            {
                "question": near.question,
                "title": published.title(f"faq/{near.answer}") or near.answer.replace("_", " "),
                "is_own": near.answer == own,
                "similarity": round(near.similarity, 2),
            }
            for near in reading.similar
        ]
        titles = [published.title(intent) or intent for intent in reading.intents]
        wins = "" if reading.outcome != "answered" else " and ".join(titles)
        said.append({"text": text, "wins": wins, "else": _OUTCOMES.get(reading.outcome, ""), "hits": hits})
    return said
