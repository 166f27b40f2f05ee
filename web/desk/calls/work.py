"""What staff do with a request for a call besides moving it on: claim it, put it off, note something."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import RowMapping, or_, update

from web import callers
from web.accounts.staff import Person
from web.chat import callbacks
from web.chat.callbacks import CLOSED, NOBODY_CALLS, add_event, known
from web.core import formatting
from web.core.db import Transaction
from web.core.errors import AskFirst, NotPossible
from web.core.i18n import say
from web.schema import callbacks as calls

# Whoever said "I call" and nothing since is not calling any more.
CLAIM_FOR = timedelta(minutes=30)


def caller(row: RowMapping, now: datetime) -> Person | None:
    """Who is calling now; None when nobody is."""
    if row["claimed_at"] is None or now - row["claimed_at"] >= CLAIM_FOR:
        return None
    return Person(row["claimed_by"], row["claimed_name"] or "")


async def claim(
    tx: Transaction, callback_id: str, *, by: Person, now: datetime, is_sure: bool = False
) -> None:
    """Say that somebody is calling. Raises AskFirst when a colleague is, unless they are sure."""
    row = await _open(tx, callback_id)
    free = or_(
        calls.c.claimed_at.is_(None), calls.c.claimed_at <= now - CLAIM_FOR, calls.c.claimed_by == by.id
    )
    mine = update(calls).where(calls.c.id == callback_id, calls.c.state.not_in(CLOSED))
    if not is_sure:
        mine = mine.where(free)
    values = {"claimed_by": by.id, "claimed_name": by.name, "claimed_at": now}
    if (await tx.execute(mine.values(**values))).rowcount != 1:
        row = await _open(tx, callback_id)
        since = formatting.how_long(now, row["claimed_at"] or now)
        raise AskFirst(
            say("callback_claimed", "en", who=row["claimed_name"] or "", since=since), yes="I call"
        )
    await add_event(tx, row, did="claimed", by=by.id, now=now)


async def release(tx: Transaction, callback_id: str, *, by: Person, now: datetime) -> None:
    """Say that somebody is not calling after all."""
    row = await _open(tx, callback_id)
    mine = (calls.c.id == callback_id, calls.c.claimed_by == by.id)
    if (await tx.execute(update(calls).where(*mine).values(**NOBODY_CALLS))).rowcount == 1:
        await add_event(tx, row, did="released", by=by.id, now=now)


async def put_off(
    tx: Transaction, callback_id: str, *, until: datetime | None, words: str, by: Person, now: datetime
) -> None:
    """Take a request off the list until a moment, or bring it back now; `words` say until when."""
    row = await _open(tx, callback_id)
    await tx.execute(update(calls).where(calls.c.id == callback_id).values(due_at=until, **NOBODY_CALLS))
    await add_event(tx, row, did="put_off" if until else "brought_back", by=by.id, note=words, now=now)


async def merge(tx: Transaction, callback_id: str, other_id: str, *, by: Person, now: datetime) -> None:
    """Say that two requests are of one person."""
    await callers.merge(tx, callback_id, other_id)
    for each in (callback_id, other_id):
        await add_event(tx, await known(tx, each), did="merged", by=by.id, now=now)


async def part(tx: Transaction, callback_id: str, *, by: Person, now: datetime) -> None:
    """Say that a request is of somebody else than the others with its number."""
    await callers.part(tx, callback_id)
    await add_event(tx, await known(tx, callback_id), did="parted", by=by.id, now=now)


async def _open(tx: Transaction, callback_id: str) -> RowMapping:
    row = await callbacks.known(tx, callback_id)
    if row["state"] in CLOSED:
        raise NotPossible(say("callback_is_closed"))
    return row
