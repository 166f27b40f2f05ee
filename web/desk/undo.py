"""What staff did in the last minute can be taken back: resolve, hand back, not a crisis, read, a call done.

Before and after a deed the rows of its conversations are compared; what changed is kept, ids and states
and no words. Taking back puts the rows as they were, unless somebody has gone on with them meanwhile.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from web.accounts.staff import Person
from web.chat import callbacks as calls
from web.chat import handoff_events as steps
from web.chat import handoffs as requests
from web.chat import turns
from web.core.db import Transaction
from web.core.errors import NotPossible
from web.schema import (
    UtcTime,
    callback_events,
    callbacks,
    false_alarms,
    handoff_events,
    handoffs,
    new_id,
    to_reads,
    undos,
)

WITHIN = timedelta(seconds=75)  # a minute, and the way there
TABLES = (handoffs, handoff_events, to_reads, false_alarms, callbacks, callback_events)
# Somebody may have looked at it since; that is no going on with it.
_MAY_DIFFER = {"opened_at", "told_again_at"}
TOO_LATE = "You can undo this for one minute, and the minute is over. Nothing was changed."
GONE_ON = "Somebody has continued with this since. Nothing was undone."

Rows = dict[tuple[str, str], dict[str, Any]]


@dataclass
class Undo:
    """The name under which a deed can be taken back; empty when nothing was changed."""

    id: str = ""


@contextlib.asynccontextmanager
async def undoable(
    tx: Transaction, conversation_ids: Sequence[str], *, did: str, by: Person, now: datetime
) -> AsyncIterator[Undo]:
    """Remember what a deed changes in these conversations."""
    made, before = Undo(), await _rows(tx, conversation_ids)
    yield made
    changes = _changes(before, await _rows(tx, conversation_ids))
    if not any(change["now"] is not None for change in changes):
        return
    await tx.execute(delete(undos).where(undos.c.made_at < now - WITHIN))
    made.id = new_id()
    values = {"id": made.id, "staff_id": by.id, "did": did, "changes": changes, "made_at": now}
    await tx.execute(insert(undos).values(**values))


async def take_back(tx: Transaction, undo_id: str, *, by: Person, now: datetime) -> tuple[str, set[str]]:
    """Put everything as it was; the answer is what had been done, and in which conversations.

    Raises NotPossible when the minute is over or somebody has gone on.
    """
    mine = (undos.c.id == undo_id, undos.c.staff_id == by.id, undos.c.made_at > now - WITHIN)
    known = (await tx.execute(select(undos).where(*mine))).mappings().first()
    if known is None:
        raise NotPossible(TOO_LATE)
    where = {change["conversation"] for change in known["changes"]}
    for conversation_id in sorted(where):
        await turns.lock_known(tx, conversation_id)
    for change in known["changes"]:
        await _put_back(tx, change)
    await tx.execute(delete(undos).where(undos.c.id == undo_id))
    for change in known["changes"]:
        await _go_on(tx, change, did=known["did"], by=by, now=now)
    return str(known["did"]), where


async def _rows(tx: Transaction, conversation_ids: Sequence[str]) -> Rows:
    found: Rows = {}
    for table in TABLES:
        mine = select(table).where(table.c.conversation_id.in_(conversation_ids))
        for row in (await tx.execute(mine)).mappings():
            found[table.name, row["id"]] = dict(row)
    return found


def _changes(before: Rows, after: Rows) -> list[dict[str, Any]]:
    """What a deed changed (`was`, `now`: columns) and made (neither)."""
    changes = []
    for (table, row_id), row in after.items():
        old = before.get((table, row_id))
        change = {"table": table, "id": row_id, "conversation": row["conversation_id"]}
        if old is None:
            changes.append({**change, "was": None, "now": None})
        elif differing := [name for name in row if row[name] != old[name]]:
            was = {name: _packed(old[name]) for name in differing}
            changes.append({**change, "was": was, "now": {name: _packed(row[name]) for name in differing}})
    return changes


async def _put_back(tx: Transaction, change: dict[str, Any]) -> None:
    table = next(each for each in TABLES if each.name == change["table"])
    if change["was"] is None:
        await tx.execute(delete(table).where(table.c.id == change["id"]))
        return
    await _must_be_as_left(tx, table, change)
    values = {name: _opened(table, name, value) for name, value in change["was"].items()}
    await tx.execute(update(table).where(table.c.id == change["id"]).values(**values))


async def _must_be_as_left(tx: Transaction, table: Table, change: dict[str, Any]) -> None:
    row = (await tx.execute(select(table).where(table.c.id == change["id"]))).mappings().first()
    if row is None:
        raise NotPossible(GONE_ON)
    if any(_packed(row[name]) != left for name, left in change["now"].items() if name not in _MAY_DIFFER):
        raise NotPossible(GONE_ON)
    if table is handoffs and row["state"] == "resolved":
        # They may have asked again since: there is one open request in a conversation.
        again = await requests.open_one(tx, change["conversation"])
        if again is not None and again["id"] != row["id"]:
            raise NotPossible(GONE_ON)


async def _go_on(tx: Transaction, change: dict[str, Any], *, did: str, by: Person, now: datetime) -> None:
    """Write into the history that it was taken back; a holder speaks with the visitor again."""
    if change["was"] is None:
        return
    if change["table"] == handoffs.name:
        where = (tx, change["conversation"], change["id"])
        if "state" in change["was"]:
            await requests.resume(*where, now=now)
        await steps.note(*where, "undone", by=by, now=now, details={"did": did})
    if change["table"] == callbacks.name:
        await calls.note_undone(tx, change["id"], change["conversation"], by=by.id, now=now)


def _packed(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _opened(table: Table, name: str, value: Any) -> Any:
    is_time = isinstance(table.c[name].type, UtcTime) and value is not None
    return datetime.fromisoformat(value) if is_time else value
