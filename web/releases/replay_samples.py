"""What visitors typed lately, masked: for replays through a release that is to be published."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import exists, select

from web.core.db import Transaction
from web.core.pii import mask
from web.schema import callbacks, false_alarms, messages, turns

REPLAYED = 1000
CARDS = 200  # messages of people in danger, beside them
_ID_BATCH = 400


async def asked(tx: Transaction, *, limit: int = REPLAYED) -> list[dict[str, Any]]:
    """The last messages that visitors typed, each with the answer before it: `id, text, topic, it`."""
    rows = await _typed(tx, limit)
    before = await _answered_before(tx, {row.conversation_id for row in rows})
    names = await _names(tx, {row.conversation_id for row in rows})
    masked = await asyncio.to_thread(_masked, rows, names)
    asks = []
    for row in rows:
        ask = {"id": row.id, "text": masked[row.id]}
        asks.append({**ask, **_context(before.get(row.conversation_id, ()), row.seq)})
    return asks


async def cards(tx: Transaction, *, limit: int = CARDS) -> list[dict[str, Any]]:
    """The last messages that got a card or a check for their own words: `id, text, heard, is_changed`.

    Without those that staff said were no danger, and those that only answered a check.
    """
    shown = messages.alias("shown")
    checks = messages.alias("checks")
    false = exists().where(false_alarms.c.message_id == messages.c.id)
    answers = exists().where(
        checks.c.conversation_id == messages.c.conversation_id,
        checks.c.kind == "check",
        checks.c.seq < messages.c.seq,
    )
    query = (
        select(messages.c.id, messages.c.conversation_id, messages.c.text, shown.c.details)
        .join(shown, shown.c.in_reply_to == messages.c.id)
        .where(shown.c.kind.in_(("card", "check")), messages.c.choice_id.is_(None), ~false, ~answers)
        .order_by(shown.c.created_at.desc(), shown.c.id)
        .limit(limit)
    )
    rows = (await tx.execute(query)).all()
    names = await _names(tx, {row.conversation_id for row in rows})
    masked = await asyncio.to_thread(_masked, rows, names)
    return [
        {
            "id": row.id,
            "text": masked[row.id],
            "heard": str(row.details.get("kind") or "card"),
            "is_changed": masked[row.id] != row.text,
        }
        for row in rows
    ]


async def texts(tx: Transaction, ids: Sequence[str]) -> dict[str, str]:
    """Masked words of messages by id; a message that was deleted since is not in it."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), _ID_BATCH):
        some = ids[start : start + _ID_BATCH]
        query = select(messages.c.id, messages.c.conversation_id, messages.c.text)
        rows = (await tx.execute(query.where(messages.c.id.in_(some)))).all()
        names = await _names(tx, {row.conversation_id for row in rows})
        found |= await asyncio.to_thread(_masked, rows, names)
    return found


def _masked(rows: Sequence[Any], names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {row.id: mask(row.text, names=names.get(row.conversation_id, ())) for row in rows}


async def _typed(tx: Transaction, limit: int) -> Sequence[Any]:
    typed = (messages.c.author == "visitor", messages.c.choice_id.is_(None))
    columns = (messages.c.id, messages.c.conversation_id, messages.c.seq, messages.c.text)
    query = select(*columns).where(*typed).order_by(messages.c.created_at.desc(), messages.c.id).limit(limit)
    return (await tx.execute(query)).all()


async def _answered_before(tx: Transaction, ids: set[str]) -> dict[str, list[tuple[int, Mapping[str, Any]]]]:
    """By conversation: seq of each answered message and the last part of its answer."""
    found: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for some in _batches(ids):
        query = select(turns.c.conversation_id, turns.c.seq, turns.c.understood)
        query = query.where(turns.c.conversation_id.in_(some), turns.c.outcome == "answered")
        for row in await tx.execute(query.order_by(turns.c.seq)):
            parts = (row.understood or {}).get("parts") or []
            if parts and isinstance(parts[-1], Mapping):
                found.setdefault(row.conversation_id, []).append((row.seq, parts[-1]))
    return found


async def _names(tx: Transaction, ids: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for some in _batches(ids):
        query = select(callbacks.c.conversation_id, callbacks.c.first_name)
        for row in await tx.execute(query.where(callbacks.c.conversation_id.in_(some))):
            if row.first_name:
                found.setdefault(row.conversation_id, []).append(row.first_name)
    return found


def _context(answered: Sequence[tuple[int, Mapping[str, Any]]], seq: int) -> dict[str, Any]:
    earlier = [part for at, part in answered if at < seq]
    if not earlier:
        return {}
    return {"topic": earlier[-1].get("intent"), "it": earlier[-1].get("it")}


def _batches(ids: set[str]) -> list[list[str]]:
    ordered = sorted(ids)
    return [ordered[start : start + _ID_BATCH] for start in range(0, len(ordered), _ID_BATCH)]
