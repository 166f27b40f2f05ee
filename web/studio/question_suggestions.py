"""Wordings from what visitors really asked, offered to whoever writes an answer: masked, nearest first.

Nothing is copied before somebody takes a wording: its words then stand in the answer, as typed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import select

from content.answers import Answer
from content.questions import normalised
from web.context import AppContext
from web.core.db import Transaction
from web.core.errors import BotError
from web.releases import replay_samples
from web.schema import messages, turns
from web.studio import embedding_cache, missed_questions
from web.studio.missed_questions import REASONS

logger = logging.getLogger(__name__)

LOOK_BACK_MESSAGES = 1_000
MAX_WEIGHED = 200  # each has to be encoded once: 200 are a second or two of the bot's time
MAX_ANCHORS = 24
MAX_OFFERED = 8
MAX_CHARS = 200
ALIKE = 0.45  # cosine to the nearest question of the answer
RANKED = 3


@dataclass(frozen=True)
class Asked:
    """One message of a visitor, masked, and what became of it."""

    conversation_id: str
    message_id: str
    text: str
    what: str


async def candidates(tx: Transaction, answer_id: str, *, now: datetime) -> list[Asked]:
    """What visitors asked in vain, and what led to this answer or near it; each wording once."""
    open_ones = await missed_questions.open_ones(tx, now=now)
    asked = [
        Asked(each.conversation_id, each.message_id, each.text, REASONS[each.reasons[0]])
        for each in open_ones[:MAX_WEIGHED]
    ]
    asked += await _lately(tx, f"faq/{answer_id}" if answer_id else "")
    fit = {normalised(each.text): each for each in reversed(asked) if _is_fit(each.text)}
    return list(reversed(fit.values()))[:MAX_WEIGHED]


async def _lately(tx: Transaction, intent: str) -> list[Asked]:
    """The last messages whose ranking named this answer among the first."""
    if not intent:
        return []
    typed = (messages.c.author == "visitor", messages.c.choice_id.is_(None))
    query = (
        select(messages.c.id, messages.c.conversation_id, turns.c.outcome, turns.c.understood)
        .join(turns, turns.c.message_id == messages.c.id)
        .where(*typed, turns.c.outcome.in_(("answered", "asked_back", "declined")))
        .order_by(messages.c.created_at.desc(), messages.c.id)
        .limit(LOOK_BACK_MESSAGES)
    )
    rows = [row for row in await tx.execute(query) if intent in _ranked(row.understood)][:MAX_WEIGHED]
    texts = await replay_samples.texts(tx, [row.id for row in rows])
    told = (row for row in rows if row.id in texts)
    return [Asked(row.conversation_id, row.id, texts[row.id], _what(row, intent)) for row in told]


def _ranked(understood: Any) -> list[str]:
    ranking = (understood or {}).get("ranking") or []
    return [str(each.get("intent")) for each in ranking[:RANKED] if isinstance(each, dict)]


def _what(row: Any, intent: str) -> str:
    if row.outcome != "answered":
        return REASONS["declined"] if row.outcome == "declined" else "asked back"
    parts = (row.understood or {}).get("parts") or []
    is_ours = any(isinstance(part, dict) and part.get("intent") == intent for part in parts)
    return "answered with this" if is_ours else "answered with another"


def _is_fit(text: str) -> bool:
    """Whether a message may become a question: short, with words, and nothing in it was masked."""
    return len(text) <= MAX_CHARS and "[" not in text and bool(normalised(text))


async def offered(context: AppContext, answer: Answer, asked: Sequence[Asked]) -> list[dict[str, str]]:
    """Those that mean nearly what the answer is asked, without what it is taught already.

    Nothing while the bot is silent, or before there is a title or a question.
    """
    anchors = _anchors(answer)
    taught = {normalised(question) for question in answer.questions}
    fresh = [each for each in asked if normalised(each.text) not in taught]
    if not anchors or not fresh:
        return []
    try:
        vectors = await embedding_cache.embeddings_of(context, [*anchors, *(each.text for each in fresh)])
    except BotError as error:
        logger.warning("The bot gave no wordings near an answer: %s", type(error).__name__)
        return []
    near = await asyncio.to_thread(lambda: (vectors[len(anchors) :] @ vectors[: len(anchors)].T).max(axis=1))
    order = [int(at) for at in np.argsort(-near, kind="stable") if near[at] >= ALIKE][:MAX_OFFERED]
    return [
        {
            "id": f"{fresh[at].conversation_id} {fresh[at].message_id}",
            "text": fresh[at].text,
            "what": fresh[at].what,
        }
        for at in order
    ]


def _anchors(answer: Answer) -> list[str]:
    """The title and some questions, spread over the list."""
    step = max(1, len(answer.questions) // MAX_ANCHORS)
    texts = [answer.title, *answer.questions[::step][:MAX_ANCHORS]]
    return [text for text in dict.fromkeys(texts) if normalised(text)]
