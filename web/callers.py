"""Who asks for calls: requests with one number, or one address, are taken to be of one person.

Staff may join two people into one, and part a request from the others: two people share a phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, select, update

from web.core.db import Transaction
from web.core.errors import NotFound, NotPossible
from web.core.i18n import say
from web.schema import callbacks, conversations, new_id
from web.schema.sealed import is_made_of, keys_of


def same_number(tx: Transaction, fields: Mapping[str, Any]) -> ColumnElement[bool]:
    """Requests that reach the same number, or the same address where there is no number.

    Both are sealed, so their hashes are compared; nothing else compares numbers.
    """
    way = "phone" if fields.get("phone") else "email"
    return is_made_of(callbacks.c[f"{way}_hash"], fields[way], keys_of(tx.dialect))


async def person_of(tx: Transaction, fields: Mapping[str, Any], *, but: str = "") -> str:
    """The person who asked last with the number of these fields; a new one when nobody did."""
    known = (same_number(tx, fields), callbacks.c.id != but, callbacks.c.person_id.is_not(None))
    newest = select(callbacks.c.person_id).where(*known).order_by(callbacks.c.created_at.desc()).limit(1)
    return (await tx.execute(newest)).scalar_one_or_none() or new_id()


async def requests_of(tx: Transaction, person_ids: Iterable[str | None]) -> dict[str, list[RowMapping]]:
    """Every request of each person, the newest first, with whether its chat is still there."""
    found: dict[str, list[RowMapping]] = {person: [] for person in person_ids if person}
    query = (
        select(callbacks, conversations.c.deleted_at)
        .join(conversations, conversations.c.id == callbacks.c.conversation_id)
        .where(callbacks.c.person_id.in_(found))
        .order_by(callbacks.c.created_at.desc())
    )
    for row in (await tx.execute(query)).mappings():
        found[row["person_id"]].append(row)
    return found


async def merge(tx: Transaction, callback_id: str, other_id: str) -> None:
    """Make the people of two requests one. Raises NotFound, or NotPossible when they are one."""
    person, other = [await _person(tx, each) for each in (callback_id, other_id)]
    if person == other:
        raise NotPossible(say("callback_is_the_same"))
    theirs = callbacks.c.person_id == other
    await tx.execute(update(callbacks).where(theirs).values(person_id=person))


async def part(tx: Transaction, callback_id: str) -> None:
    """Say that a request is of somebody else than the others. Raises NotFound."""
    await _person(tx, callback_id)
    await tx.execute(update(callbacks).where(callbacks.c.id == callback_id).values(person_id=new_id()))


async def _person(tx: Transaction, callback_id: str) -> str:
    """The person of a request; who had none yet gets one."""
    row = (await tx.execute(select(callbacks).where(callbacks.c.id == callback_id))).mappings().first()
    if row is None:
        raise NotFound(say("no_callback"))
    if row["person_id"]:
        return str(row["person_id"])
    person = new_id()
    await tx.execute(update(callbacks).where(callbacks.c.id == callback_id).values(person_id=person))
    return person
