"""Somebody asked to be called: the request is stored, changed, or folded into what is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, insert, select, update

from web import callers
from web.chat.callbacks.fields import HASHES, TEXTS, read_fields
from web.chat.callbacks.history import MAX_NOTE_CHARS, note_step
from web.chat.callbacks.steps import IS_OPEN, open_in, take_back
from web.core.db import Transaction
from web.core.limits import MAX_OPEN_CALLS_FOR_ONE_NUMBER
from web.notifications import outbox
from web.notifications.push import queue as push
from web.schema import callbacks, conversations, new_id

# What became of a request: a row of its own, an earlier one changed, or only a mark at somebody else's.
NEW, CHANGED, FOLDED = "new", "changed", "folded"


class Stored(NamedTuple):
    """A request as it was really stored: the row's id, and NEW, CHANGED or FOLDED."""

    id: str
    how: str


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
) -> Stored:
    """Store a request with the turn that caused it, and the mail that tells of it.

    The bot asks for it only after its visitor confirmed what was read back: that is the consent.
    Asking again in the same chat changes the request, its number too: the visitor was told that the
    new details replace the old ones, and a wrong number is a stranger's. A number that is on the
    list often enough already is not put there once more: who types a stranger's number cannot have
    them called all day.
    """
    kept = {**read_fields(fields), "time_zone": await _zone_of(tx, conversation_id)}
    alike = await _open_with_the_same_way(tx, kept)
    mine = await open_in(tx, conversation_id)
    is_here = any(row["conversation_id"] == conversation_id for row in alike)
    if len(alike) >= MAX_OPEN_CALLS_FOR_ONE_NUMBER and not is_here:
        await take_back(tx, conversation_id, now=now)
        first = alike[0]
        wish = str(kept.get("note") or "")[:MAX_NOTE_CHARS]
        await note_step(
            tx, first["id"], first["conversation_id"], did="asked_again", by=None, note=wish, now=now
        )
        return Stored(str(first["id"]), FOLDED)
    if mine:
        kept["person_id"] = await _person_of_changed(tx, mine[0], kept)
        # What was put off was another request: staff look at this one anew.
        anew = {"consented_at": now, "due_at": None}
        changed = {**dict.fromkeys(TEXTS), **kept, **_found_by(kept), **anew}
        await tx.execute(update(callbacks).where(callbacks.c.id == mine[0]["id"]).values(**changed))
        await note_step(tx, mine[0]["id"], conversation_id, did="changed", by=None, note="", now=now)
        return Stored(str(mine[0]["id"]), CHANGED)
    callback_id = new_id()
    await tx.execute(
        insert(callbacks).values(
            id=callback_id,
            conversation_id=conversation_id,
            message_id=message_id,
            state="new",
            reason=reason,
            language=language,
            consented_at=now,
            created_at=now,
            person_id=await callers.person_of(tx, kept),
            **kept,
        )
    )
    await note_step(tx, callback_id, conversation_id, did="new", by=None, note="", now=now)
    await push.plan(tx, about=push.CALLBACK, conversation_id=conversation_id, urgent=False, now=now)
    if mail:
        await outbox.enqueue(
            tx,
            about="callback",
            about_id=callback_id,
            conversation_id=conversation_id,
            urgent=False,
            now=now,
        )
    return Stored(callback_id, NEW)


async def _open_with_the_same_way(tx: Transaction, fields: Mapping[str, Any]) -> list[RowMapping]:
    """The open requests to reach the same number or address, the oldest first."""
    same = (callers.same_number(tx, fields), IS_OPEN)
    found = await tx.execute(select(callbacks).where(*same).order_by(callbacks.c.created_at))
    return list(found.mappings())


async def _person_of_changed(tx: Transaction, row: RowMapping, fields: Mapping[str, Any]) -> str:
    """Whose a request is now: another number may be another person's."""
    is_the_same = all(row[way] == fields.get(way) for way in ("phone", "email"))
    if is_the_same and row["person_id"]:
        return str(row["person_id"])
    return await callers.person_of(tx, fields, but=row["id"])


def _found_by(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What the hashes of a changed request are made of."""
    return {column: fields.get(name) for name, column in HASHES.items()}


async def _zone_of(tx: Transaction, conversation_id: str) -> str | None:
    """The zone in which the visitor means the best time; it stays with a call that outlives the chat."""
    mine = conversations.c.id == conversation_id
    return (await tx.execute(select(conversations.c.time_zone).where(mine))).scalar_one_or_none()
