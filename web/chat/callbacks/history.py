"""Who did what with a request for a call, and when: every step is an event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, insert, select

from web.core.db import Transaction
from web.core.errors import NotPossible
from web.core.i18n import say
from web.schema import callback_events, new_id

MAX_NOTE_CHARS = 500
_AT_ONCE = 1_000  # ids in one question: databases have a limit


async def history(tx: Transaction, callback_id: str) -> list[RowMapping]:
    """Who did what with a request and when, from its beginning."""
    return (await histories(tx, [callback_id]))[callback_id]


async def histories(tx: Transaction, callback_ids: Sequence[str]) -> dict[str, list[RowMapping]]:
    """The history of each of many requests: a few questions to the record, not one for each."""
    found: dict[str, list[RowMapping]] = {callback_id: [] for callback_id in callback_ids}
    for start in range(0, len(callback_ids), _AT_ONCE):
        some = callback_events.c.callback_id.in_(callback_ids[start : start + _AT_ONCE])
        for row in (
            await tx.execute(select(callback_events).where(some).order_by(callback_events.c.number))
        ).mappings():
            found[row["callback_id"]].append(row)
    return found


async def note_undone(
    tx: Transaction, callback_id: str, conversation_id: str, *, by: str, now: datetime
) -> None:
    """Keep in the history that the last step was taken back."""
    await note_step(tx, callback_id, conversation_id, did="undone", by=by, note="", now=now)


async def add_event(
    tx: Transaction,
    row: RowMapping,
    *,
    did: str,
    by: str | None,
    now: datetime,
    note: str = "",
    outcome: str | None = None,
) -> None:
    """Add to the history of a request. Raises NotPossible when the note is too long."""
    must_fit(note)
    await note_step(
        tx, row["id"], row["conversation_id"], did=did, by=by, note=note, now=now, outcome=outcome
    )


def must_fit(note: str) -> None:
    """Raise NotPossible when a note is too long."""
    if len(note) > MAX_NOTE_CHARS:
        raise NotPossible(say("callback_note_too_long"))


async def note_step(
    tx: Transaction,
    callback_id: str,
    conversation_id: str,
    *,
    did: str,
    by: str | None,
    note: str,
    now: datetime,
    outcome: str | None = None,
) -> None:
    """Add a step of which nothing is checked to the history of a request."""
    number = len(await history(tx, callback_id)) + 1
    await tx.execute(
        insert(callback_events).values(
            id=new_id(),
            callback_id=callback_id,
            conversation_id=conversation_id,
            number=number,
            did=did,
            outcome=outcome,
            by=by,
            note=note,
            at=now,
        )
    )
