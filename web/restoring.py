"""What a record that comes from a backup must not bring back: words that visitors have deleted since.

The present record tells what was deleted (`deletions`), the one from the backup is told (`replay`).
Ids only; no words. Whoever was disabled since stays out, and everybody signs in again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from web import schema
from web.accounts import audit
from web.chat import retention
from web.core.db import Transaction


@dataclass(frozen=True)
class Deletions:
    """What the present record knows. `follows`: it goes on where the backup ended.

    `deleted` holds (conversation, by whom, when, whether a call was kept); `kept` every conversation
    that is still there; `disabled` the accounts that may not sign in.
    """

    follows: bool
    deleted: tuple[tuple[str, str, str, bool], ...]
    kept: tuple[str, ...]
    disabled: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Deletions:
        """Read what `as_json` made."""
        deleted = tuple((str(id_), str(by), str(at), bool(call)) for id_, by, at, call in data["deleted"])
        return cls(bool(data["follows"]), deleted, tuple(data["kept"]), tuple(data["disabled"]))


@dataclass(frozen=True)
class Replayed:
    """How many conversations were emptied, how many taken out, how many accounts stay disabled."""

    emptied: int
    gone: int
    disabled: int


async def deletions(tx: Transaction, *, seal: str) -> Deletions:
    """What was deleted in this record; `seal` is the last one of the backup's audit."""
    c, calls = schema.conversations.c, schema.callbacks.c.conversation_id
    with_call = set((await tx.execute(select(calls).distinct())).scalars())
    stones = await tx.execute(select(c.id, c.deleted_by, c.deleted_at).where(c.deleted_at.is_not(None)))
    same = await tx.execute(select(schema.audit.c.seq).where(schema.audit.c.hash == seal))
    out = await tx.execute(select(schema.accounts.c.id).where(schema.accounts.c.disabled_at.is_not(None)))
    return Deletions(
        follows=bool(seal) and same.first() is not None,
        deleted=tuple(
            (row.id, row.deleted_by, row.deleted_at.isoformat(), row.id in with_call) for row in stones
        ),
        kept=tuple((await tx.execute(select(c.id).where(c.deleted_at.is_(None)))).scalars()),
        disabled=tuple(out.scalars()),
    )


async def replay(tx: Transaction, known: Deletions | None, *, chat_days: int, now: datetime) -> Replayed:
    """Delete in a restored record what was deleted since; `known` is None when nobody can say."""
    emptied = gone = disabled = 0
    if known is not None:
        emptied = await _empty(tx, known.deleted)
        if known.follows:  # else a new, empty record would say that everything was deleted
            there = {row[0] for row in known.deleted} | {*known.kept}
            gone = await _take_out(tx, there, before=now - timedelta(days=chat_days))
        disabled = await _disable(tx, known.disabled, now=now)
    # Sessions, trusted browsers and links that were ended or used since would be good again.
    for table in (schema.sessions, schema.devices, schema.invitations):
        await tx.execute(delete(table))
    details = {"emptied": emptied, "gone": gone, "disabled": disabled, "known": known is not None}
    await audit.note(tx, by=audit.HOST, did="record.restored", about="record", details=details, now=now)
    return Replayed(emptied, gone, disabled)


async def _empty(tx: Transaction, deleted: Iterable[tuple[str, str, str, bool]]) -> int:
    c = schema.conversations.c
    present = set((await tx.execute(select(c.id).where(c.deleted_at.is_(None)))).scalars())
    mine = [row for row in deleted if row[0] in present]
    for id_, by, at, call in mine:
        await retention.forget(tx, id_, by=by, keep_callbacks=call, now=datetime.fromisoformat(at))
    return len(mine)


async def _take_out(tx: Transaction, there: set[str], *, before: datetime) -> int:
    """Take out what the present record has neither as a chat nor as the stone of one.

    Its visitor may have deleted it so long ago that the stone is gone too. What is younger than a
    stone lasts was not deleted, but lost: that is what a backup is for.
    """
    c = schema.conversations.c
    old = (await tx.execute(select(c.id).where(c.updated_at < before))).scalars()
    ids = [id_ for id_ in old if id_ not in there]
    for id_ in ids:
        await tx.execute(delete(schema.conversations).where(c.id == id_))
    return len(ids)


async def _disable(tx: Transaction, ids: Iterable[str], *, now: datetime) -> int:
    count = 0
    for id_ in ids:
        open_ = (schema.accounts.c.id == id_, schema.accounts.c.disabled_at.is_(None))
        count += int(
            (await tx.execute(update(schema.accounts).where(*open_).values(disabled_at=now))).rowcount
        )
    return count
