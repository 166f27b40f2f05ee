"""Answers that were wrong by what came next: asked again in other words, or told that it missed the point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import select

from content.questions import normalised
from web.core.db import Transaction
from web.releases import replay_samples
from web.schema import messages, turns

SOON = timedelta(minutes=10)
MAX_TURNS = 4_000
# Of 100: the same words in another order or with more beside them, but not the same message.
ALIKE, THE_SAME = 70.0, 98.0
MIN_WORDS = 2  # "and parking?" behind "parking" is a follow-up
# What visitors say of a reply that was none for them.
COMPLAINTS = frozenset({"missed_point", "bot_complaint"})
_FILLERS = frozenset((
    "a", "an", "the", "is", "are", "do", "does", "did", "can", "could", "i", "you", "me", "my", "your", "we",
    "it", "to", "of", "for", "in", "on", "at", "and", "or", "so", "but", "please", "what", "how", "when",
    "where", "who", "why", "which", "that", "this", "there", "hi", "hello", "thanks",
))  # fmt: skip


async def asked_again(tx: Transaction, *, since: datetime) -> tuple[list[str], list[str]]:
    """Messages answered and then asked again in other words; and those behind which visitors complained."""
    query = (
        select(turns.c.conversation_id, turns.c.message_id, turns.c.outcome, turns.c.understood,
               turns.c.created_at, messages.c.choice_id)
        .join(messages, messages.c.id == turns.c.message_id)
        .where(turns.c.created_at >= since)
        .order_by(turns.c.created_at.desc())
        .limit(MAX_TURNS)
    )  # fmt: skip
    found = [row._mapping for row in await tx.execute(query)]
    pairs = list(_pairs(found[::-1]))
    complained = [first["message_id"] for first, then in pairs if _complains(then)]
    open_pairs = [(first, then) for first, then in pairs if then["outcome"] in ("answered", "asked_back")]
    ids = {row["message_id"] for pair in open_pairs for row in pair}
    texts = await replay_samples.texts(tx, sorted(ids))
    again = [
        first["message_id"]
        for first, then in open_pairs
        if _is_again(texts.get(first["message_id"], ""), texts.get(then["message_id"], ""))
    ]
    return again, complained


def _pairs(rows: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Each typed message that was answered with what its visitor typed next, if that was soon."""
    last: dict[str, Any] = {}
    for row in rows:
        before = last.get(row["conversation_id"])
        if before and before["outcome"] == "answered" and row["created_at"] - before["created_at"] <= SOON:
            yield before, row
        last[row["conversation_id"]] = row if row["choice_id"] is None else None


def _complains(row: Any) -> bool:
    return (row["understood"] or {}).get("intent") in COMPLAINTS


def _is_again(first: str, then: str) -> bool:
    """Whether two messages share most of what they ask about without being the same."""
    one, two = (" ".join(w for w in normalised(text).split() if w not in _FILLERS) for text in (first, then))
    if min(len(one.split()), len(two.split())) < MIN_WORDS or normalised(first) == normalised(then):
        return False
    return bool(fuzz.token_set_ratio(one, two) >= ALIKE and fuzz.ratio(one, two) < THE_SAME)
