"""The physician's week: twenty conversations by lot, the answers marked wrong, the misses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, func, select

from web.core.db import Transaction
from web.desk import flagged_answers
from web.schema import conversations, messages, turns

SAMPLED = 20
MAX_MISSES = 60


@dataclass(frozen=True)
class Week:
    """What a physician looks at once a week."""

    since: datetime
    until: datetime
    total: int
    sampled: list[RowMapping]
    wrong: list[RowMapping]
    misses: list[RowMapping]


async def read_week(tx: Transaction, *, until: datetime) -> Week:
    """The seven days before a moment. The same week always draws the same lots."""
    since = until - timedelta(days=7)
    in_week = (conversations.c.created_at >= since, conversations.c.created_at < until)
    there = (*in_week, conversations.c.deleted_at.is_(None), conversations.c.last_seq > 0)
    ids = list((await tx.execute(select(conversations.c.id).where(*there))).scalars())
    drawn = sorted(ids, key=lambda each: _lot(each, until.date()))[:SAMPLED]
    return Week(
        since=since,
        until=until,
        total=len(ids),
        sampled=await _summaries(tx, drawn),
        wrong=[row for row in await flagged_answers.since(tx, since) if row["created_at"] < until],
        misses=await _misses(tx, since, until),
    )


def _lot(conversation_id: str, week: date) -> bytes:
    return hashlib.sha256(f"{week}:{conversation_id}".encode()).digest()


async def _summaries(tx: Transaction, ids: list[str]) -> list[RowMapping]:
    first = (
        select(messages.c.text)
        .where(messages.c.conversation_id == conversations.c.id, messages.c.author == "visitor")
        .order_by(messages.c.seq)
        .limit(1)
        .scalar_subquery()
    )
    found = await tx.execute(
        select(
            conversations.c.id,
            conversations.c.created_at,
            conversations.c.last_seq,
            func.coalesce(first, "").label("first_words"),
        )
        .where(conversations.c.id.in_(ids))
        .order_by(conversations.c.created_at)
    )
    return list(found.mappings())


async def _misses(tx: Transaction, since: datetime, until: datetime) -> list[RowMapping]:
    missed: Any = (
        turns.c.outcome == "declined",
        turns.c.created_at >= since,
        turns.c.created_at < until,
    )
    found = await tx.execute(
        select(turns.c.conversation_id, messages.c.text, turns.c.created_at)
        .join(messages, messages.c.id == turns.c.message_id)
        .where(*missed)
        .order_by(turns.c.created_at.desc())
        .limit(MAX_MISSES)
    )
    return list(found.mappings())
