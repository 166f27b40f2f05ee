"""Callback requests: somebody asked to be called. New, called, reached, done, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from web import outbox
from web.db import Transaction
from web.errors import BotFailed
from web.schema import callbacks, new_id

_TEXTS = {
    "first_name": 200,
    "phone": 40,
    "email": 320,
    "best_time": 500,
    "channel": 16,
    "patient": 16,
}
CLOSED = ("done", "cancelled")


def read_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what a callback may hold. Raises BotFailed when there is no way to reach the visitor."""
    kept: dict[str, Any] = {}
    for name, max_chars in _TEXTS.items():
        value = fields.get(name)
        if value is None or value == "":
            continue
        if not isinstance(value, str) or len(value) > max_chars:
            raise BotFailed(f"callback field {name} is not a text of at most {max_chars}")
        kept[name] = value
    if not ("phone" in kept or "email" in kept):
        raise BotFailed("a callback without a way to reach the visitor")
    may_leave_message = fields.get("may_leave_message")
    if may_leave_message is not None and not isinstance(may_leave_message, bool):
        raise BotFailed("callback field may_leave_message is not true or false")
    return {**kept, "may_leave_message": may_leave_message}


async def request(
    tx: Transaction,
    conversation_id: str,
    *,
    message_id: str,
    reason: str,
    fields: Mapping[str, Any],
    language: str,
    now: datetime,
    mail: bool,
) -> str:
    """Store a request with the turn that caused it, and the mail that tells of it."""
    callback_id = new_id()
    await tx.execute(
        insert(callbacks).values(
            id=callback_id,
            conversation_id=conversation_id,
            message_id=message_id,
            state="new",
            reason=reason,
            language=language,
            created_at=now,
            **read_fields(fields),
        )
    )
    if mail:
        await outbox.put(
            tx,
            about="callback",
            about_id=callback_id,
            conversation_id=conversation_id,
            urgent=False,
            now=now,
        )
    return callback_id


async def finish(tx: Transaction, callback_id: str, *, now: datetime) -> bool:
    """Mark a request as done; False when it is unknown or was closed before."""
    closed = await tx.execute(
        update(callbacks)
        .where(callbacks.c.id == callback_id, callbacks.c.state.not_in(CLOSED))
        .values(state="done", done_at=now)
    )
    return closed.rowcount == 1


async def open_ones(tx: Transaction) -> list[RowMapping]:
    """Every open request, the oldest first."""
    found = await tx.execute(
        select(callbacks).where(callbacks.c.state.not_in(CLOSED)).order_by(callbacks.c.created_at)
    )
    return list(found.mappings())
