"""Missed questions: what visitors asked and did not get, and what was done about it.

Nothing is copied: the words stay with their conversation and go with it. What is shown is masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import RowMapping, delete, insert, select

from web.core.db import Transaction
from web.releases import replay_samples
from web.schema import handoffs, messages, missed_marks, new_id, ratings, turns, wrong_answers
from web.studio.gaps.again import asked_again

Mark = Literal["drafted", "added", "not_ours", "ignored"]
LOOK_BACK = timedelta(days=90)
MAX_MISSED = 1_000
REASONS = {
    "declined": "declined",
    "asked_back": "clarifying question did not help",
    "not_helpful": "not helpful",
    "wrong": "marked wrong",
    "handed_over": "asked for a person instead",
    "asked_again": "asked again in other words",
    "complained": "told that it missed the point",
}
_BATCH = 400


@dataclass(frozen=True)
class Missed:
    """One message of a visitor that got no good answer; `text` is masked."""

    conversation_id: str
    message_id: str
    text: str
    at: datetime
    reasons: tuple[str, ...]


async def open_ones(tx: Transaction, *, now: datetime) -> list[Missed]:
    """The missed questions that nobody has dealt with, the newest first."""
    reasons: dict[str, list[str]] = {}
    again, complained = await asked_again(tx, since=now - LOOK_BACK)
    for reason, ids in (
        ("declined", await _of_turns(tx, "declined", now)),
        ("asked_back", await _asked_back_in_vain(tx, now)),
        ("not_helpful", await _behind(tx, ratings, now, ratings.c.helpful.is_(False))),
        ("wrong", await _behind(tx, wrong_answers, now)),
        ("handed_over", await _before_handoffs(tx, now)),
        ("asked_again", again),
        ("complained", complained),
    ):
        for message_id in ids:
            reasons.setdefault(message_id, []).append(reason)
    for message_id in (await tx.execute(select(missed_marks.c.message_id))).scalars():
        reasons.pop(message_id, None)
    rows = await _typed(tx, reasons)
    newest = sorted(rows, key=lambda row: (row["created_at"], row["id"]), reverse=True)[:MAX_MISSED]
    texts = await replay_samples.texts(tx, [row["id"] for row in newest])
    return [
        Missed(
            row["conversation_id"], row["id"], texts[row["id"]], row["created_at"], tuple(reasons[row["id"]])
        )
        for row in newest
        if texts.get(row["id"], "").strip()
    ]


async def _of_turns(tx: Transaction, outcome: str, now: datetime) -> list[str]:
    mine = (turns.c.outcome == outcome, turns.c.created_at >= now - LOOK_BACK)
    return list((await tx.execute(select(turns.c.message_id).where(*mine))).scalars())


async def _asked_back_in_vain(tx: Transaction, now: datetime) -> list[str]:
    """Asked back, and no choice was pressed that brought an answer."""
    mine = (turns.c.outcome == "asked_back", turns.c.created_at >= now - LOOK_BACK)
    asked = (
        await tx.execute(select(turns.c.conversation_id, turns.c.message_id, turns.c.seq).where(*mine))
    ).all()
    ids = {row.conversation_id for row in asked}
    pressed: dict[str, list[tuple[int, bool]]] = {}
    for some in _batches(ids):
        query = select(messages.c.conversation_id, messages.c.seq, messages.c.choice_id, turns.c.outcome)
        query = query.join(turns, turns.c.message_id == messages.c.id).where(
            messages.c.conversation_id.in_(some)
        )
        for row in await tx.execute(query.order_by(messages.c.seq)):
            is_good = row.choice_id is not None and row.outcome == "answered"
            pressed.setdefault(row.conversation_id, []).append((row.seq, is_good))
    return [
        row.message_id for row in asked if not _next_is_good(pressed.get(row.conversation_id, ()), row.seq)
    ]


def _next_is_good(told: Iterable[tuple[int, bool]], seq: int) -> bool:
    return next((is_good for at, is_good in told if at > seq), False)


async def _behind(tx: Transaction, table: Any, now: datetime, *conditions: Any) -> list[str]:
    """What visitors had asked when they got the messages that a table names."""
    query = select(messages.c.in_reply_to).join(table, table.c.message_id == messages.c.id)
    found = await tx.execute(query.where(table.c.created_at >= now - LOOK_BACK, *conditions))
    return [message_id for message_id in found.scalars() if message_id]


async def _before_handoffs(tx: Transaction, now: datetime) -> list[str]:
    """What visitors asked last before they asked for a person."""
    query = select(handoffs.c.conversation_id, handoffs.c.message_id).where(
        handoffs.c.requested_at >= now - LOOK_BACK, handoffs.c.wants_person.is_(True)
    )
    found = []
    for row in (await tx.execute(query)).all():
        seq = select(messages.c.seq).where(messages.c.id == row.message_id).scalar_subquery()
        before = (
            select(turns.c.message_id)
            .where(turns.c.conversation_id == row.conversation_id, turns.c.seq < seq)
            .where(turns.c.outcome.in_(("answered", "asked_back", "declined")))
            .order_by(turns.c.seq.desc())
            .limit(1)
        )
        found += list((await tx.execute(before)).scalars())
    return found


async def _typed(tx: Transaction, ids: Iterable[str]) -> list[RowMapping]:
    """Of these messages the ones that visitors typed."""
    rows: list[RowMapping] = []
    for some in _batches(ids):
        query = select(messages.c.id, messages.c.conversation_id, messages.c.created_at).where(
            messages.c.id.in_(some), messages.c.author == "visitor", messages.c.choice_id.is_(None)
        )
        rows += list((await tx.execute(query)).mappings())
    return rows


def _batches(ids: Iterable[str]) -> list[list[str]]:
    ordered = sorted(ids)
    return [ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH)]


async def mark(
    tx: Transaction,
    which: Sequence[tuple[str, str]],
    how: Mark,
    *,
    by: str | None,
    now: datetime,
    answer_id: str | None = None,
) -> str:
    """Say what was done about some messages, (conversation, message) each; returns the batch."""
    batch = new_id()
    done = set((await tx.execute(select(missed_marks.c.message_id))).scalars())
    known = {(row["conversation_id"], row["id"]) for row in await _typed(tx, {each for _, each in which})}
    for conversation_id, message_id in dict.fromkeys(which):
        if message_id not in done and (conversation_id, message_id) in known:
            await tx.execute(
                insert(missed_marks).values(
                    id=new_id(),
                    conversation_id=conversation_id,
                    message_id=message_id,
                    batch=batch,
                    mark=how,
                    answer_id=answer_id,
                    marked_by=by,
                    marked_at=now,
                )
            )
    return batch


async def marked(tx: Transaction, batch: str) -> list[RowMapping]:
    """What was marked in one press."""
    return list((await tx.execute(select(missed_marks).where(missed_marks.c.batch == batch))).mappings())


async def unmark(tx: Transaction, batch: str) -> list[RowMapping]:
    """Take a mark back; its questions are open again."""
    rows = await marked(tx, batch)
    await tx.execute(delete(missed_marks).where(missed_marks.c.batch == batch))
    return rows


async def batches(tx: Transaction, *, limit: int = 10) -> list[dict[str, Any]]:
    """What was done lately, one line for each press."""
    found = await tx.execute(select(missed_marks).order_by(missed_marks.c.marked_at.desc()).limit(500))
    presses: dict[str, dict[str, Any]] = {}
    for row in found.mappings():
        press = presses.setdefault(row["batch"], {**row, "count": 0})
        press["count"] += 1
    return list(presses.values())[:limit]
