"""A request for a call on its way: new, called, reached, done, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, select, update

from web.chat.callbacks.history import add_event, must_fit
from web.core.db import Transaction
from web.core.errors import NotFound, NotPossible
from web.core.i18n import say
from web.schema import callbacks
from web.schema.base import is_one_of

OPEN = ("new", "called", "reached")
CLOSED = ("done", "cancelled")
IS_OPEN = is_one_of(callbacks.c.state, OPEN)
# Of every turn: made once, for making a statement costs more than it does.
_OPEN_IN = (
    select(callbacks)
    .where(callbacks.c.conversation_id == bindparam("conversation"), IS_OPEN)
    .order_by(callbacks.c.created_at.desc())
)
# From each state, where it may go. "Called" again is another attempt; a closed one can be reopened.
STEPS: Mapping[str, tuple[str, ...]] = {
    "new": ("called", "reached", "done", "cancelled"),
    "called": ("called", "reached", "done", "cancelled"),
    "reached": ("called", "done", "cancelled"),
    "done": ("new",),
    "cancelled": ("new",),
}
# What came of an attempt to reach somebody.
OUTCOMES = ("reached", "voicemail", "no_answer", "busy", "wrong_number")
NOBODY_CALLS: Mapping[str, None] = {"claimed_by": None, "claimed_name": None, "claimed_at": None}


async def take_back(tx: Transaction, conversation_id: str, *, now: datetime) -> int:
    """Cancel what a visitor has asked for and nobody has closed; how many there were."""
    found = await open_in(tx, conversation_id)
    for row in found:
        await move(tx, row["id"], "cancelled", by=None, now=now)
    return len(found)


async def open_in(tx: Transaction, conversation_id: str) -> list[RowMapping]:
    """The open requests of one conversation, the newest first."""
    return list((await tx.execute(_OPEN_IN, {"conversation": conversation_id})).mappings())


async def move(
    tx: Transaction,
    callback_id: str,
    to: str,
    *,
    by: str | None,
    now: datetime,
    note: str = "",
    outcome: str | None = None,
    due_at: datetime | None = None,
) -> None:
    """Take a request one step on. Raises NotFound, or NotPossible when somebody was faster.

    `outcome` says what came of an attempt, `due_at` when the next one is due. Whoever was calling has
    finished with it.
    """
    must_fit(note)
    row = await known(tx, callback_id)
    if to not in STEPS[row["state"]]:
        raise NotPossible(say("callback_step_impossible", "en", state=row["state"]))
    moved = await tx.execute(
        update(callbacks)
        .where(callbacks.c.id == callback_id, callbacks.c.state == row["state"])
        .values(state=to, done_at=now if to in CLOSED else None, due_at=due_at, **NOBODY_CALLS)
    )
    if moved.rowcount != 1:
        raise NotPossible(say("callback_moved_meanwhile"))
    await add_event(tx, row, did=to, by=by, note=note, outcome=outcome, now=now)


async def remark(tx: Transaction, callback_id: str, note: str, *, by: str | None, now: datetime) -> None:
    """Keep a few words about a request, which stays as it is. Raises NotFound and NotPossible."""
    if not note:
        raise NotPossible(say("callback_note_empty"))
    must_fit(note)
    await add_event(tx, await known(tx, callback_id), did="remarked", by=by, note=note, now=now)


async def finish(tx: Transaction, callback_id: str, *, now: datetime, by: str | None = None) -> bool:
    """Mark a request as done; False when it is unknown or was closed before."""
    row = await one(tx, callback_id)
    if row is None or row["state"] in CLOSED:
        return False
    await move(tx, callback_id, "done", by=by, now=now)
    return True


async def one(tx: Transaction, callback_id: str) -> RowMapping | None:
    """One request; None when it is unknown."""
    return (await tx.execute(select(callbacks).where(callbacks.c.id == callback_id))).mappings().first()


async def known(tx: Transaction, callback_id: str) -> RowMapping:
    """One request. Raises NotFound when it is unknown."""
    row = await one(tx, callback_id)
    if row is None:
        raise NotFound(say("no_callback"))
    return row


async def open_ones(tx: Transaction) -> list[RowMapping]:
    """Every open request, the oldest first."""
    found = await tx.execute(select(callbacks).where(IS_OPEN).order_by(callbacks.c.created_at))
    return list(found.mappings())
