"""What visitors typed lately, masked: for replays through a release that is to be published."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from web.core.db import Transaction
from web.core.pii import mask
from web.schema import callbacks, messages, turns

REPLAYED = 1000
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
