"""The physician's week: twenty conversations by lot, the answers marked wrong, the misses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, func, select

from web.accounts.staff import Person
from web.chat import turns as turns_of
from web.core.db import Transaction, upsert
from web.core.errors import BadRequest
from web.desk import flagged_answers
from web.schema import conversation_reviews, conversations, messages, new_id, turns, week_signoffs

SAMPLED = 20
MAX_MISSES = 2_000
MAX_REMARK_CHARS = 2_000


@dataclass(frozen=True)
class Week:
    """What a physician looks at once a week."""

    since: datetime
    until: datetime
    total: int
    sampled: list[RowMapping]
    wrong: list[RowMapping]
    misses: list[RowMapping]
    missed: int
    reviewed: dict[str, RowMapping]  # by conversation
    signed: RowMapping | None


async def read_week(tx: Transaction, *, day: date, until: datetime) -> Week:
    """The seven days before a moment, which end with a day. The same week always draws the same lots."""
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
        missed=await _missed(tx, since, until),
        reviewed=await _reviewed(tx, day),
        signed=await signed(tx, day),
    )


def next_to_review(week: Week, *, after: str = "") -> str | None:
    """The next drawn conversation that nobody reviewed, from one on; None when all are."""
    ids = [str(row["id"]) for row in week.sampled]
    start = ids.index(after) + 1 if after in ids else 0
    return next((each for each in ids[start:] + ids[:start] if each not in week.reviewed), None)


async def review(tx: Transaction, conversation_id: str, day: date, *, by: Person, now: datetime) -> None:
    """Note that somebody read a drawn conversation; reading it again changes nothing. Raises NotFound."""
    await turns_of.lock_known(tx, conversation_id)
    mine = {"conversation_id": conversation_id, "week": day.isoformat()}
    who = {"by": by.id, "name": by.name, "created_at": now}
    await upsert(tx, conversation_reviews, mine, {"id": new_id(), **who}, change=who)


async def sign_off(tx: Transaction, week: Week, day: date, *, remark: str, by: Person, now: datetime) -> None:
    """Sign a week off with a remark; signing again replaces it. Raises BadRequest."""
    if len(remark) > MAX_REMARK_CHARS:
        raise BadRequest(f"A remark has at most {MAX_REMARK_CHARS:,} characters. Nothing was saved.")
    reviewed = sum(row["id"] in week.reviewed for row in week.sampled)
    who = {"by": by.id, "name": by.name, "signed_at": now}
    values = {"sampled": len(week.sampled), "reviewed": reviewed, "remark": remark, **who}
    mine = {"week": day.isoformat()}
    await upsert(tx, week_signoffs, mine, values, change=values)


async def signed(tx: Transaction, day: date) -> RowMapping | None:
    """Who signed a week off; None when nobody did."""
    mine = select(week_signoffs).where(week_signoffs.c.week == day.isoformat())
    return (await tx.execute(mine)).mappings().first()


async def _reviewed(tx: Transaction, day: date) -> dict[str, RowMapping]:
    found = await tx.execute(
        select(conversation_reviews).where(conversation_reviews.c.week == day.isoformat())
    )
    return {row["conversation_id"]: row for row in found.mappings()}


async def _missed(tx: Transaction, since: datetime, until: datetime) -> int:
    query = select(func.count()).select_from(turns).where(*_is_missed(since, until))
    return int((await tx.execute(query)).scalar_one())


def _is_missed(since: datetime, until: datetime) -> tuple[Any, ...]:
    at = turns.c.created_at
    return (turns.c.outcome == "declined", at >= since, at < until)


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
    found = await tx.execute(
        select(turns.c.conversation_id, messages.c.text, turns.c.created_at)
        .join(messages, messages.c.id == turns.c.message_id)
        .where(*_is_missed(since, until))
        .order_by(turns.c.created_at.desc())
        .limit(MAX_MISSES)
    )
    return list(found.mappings())
