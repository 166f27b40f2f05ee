"""Canned replies: sentences that staff use often, in their own words, kept by staff."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping, delete, insert, select, update

from web.accounts.staff import Person
from web.core.db import Transaction
from web.core.errors import MessageRefused, NotFound
from web.desk.staff_replies import clean_lines
from web.schema import canned_replies, new_id

MAX_TITLE_CHARS = 100


async def list_all(tx: Transaction) -> list[RowMapping]:
    """Every canned reply, by title."""
    found = await tx.execute(select(canned_replies).order_by(canned_replies.c.title, canned_replies.c.id))
    return list(found.mappings())


async def save(
    tx: Transaction,
    *,
    title: str,
    text: str,
    language: str,
    by: Person,
    now: datetime,
    reply_id: str | None = None,
) -> str:
    """Write a new one, or change one. Raises MessageRefused, NotFound."""
    title = " ".join(title.split())
    if not title or len(title) > MAX_TITLE_CHARS:
        raise MessageRefused(f"Please enter a title of at most {MAX_TITLE_CHARS} characters.")
    values = {
        "title": title,
        "text": clean_lines(text, what="A reply"),
        "language": language,
        "changed_by": by.id,
        "changed_at": now,
    }
    if reply_id is None:
        reply_id = new_id()
        await tx.execute(insert(canned_replies).values(id=reply_id, **values))
        return reply_id
    mine = canned_replies.c.id == reply_id
    if not (await tx.execute(update(canned_replies).where(mine).values(**values))).rowcount:
        raise NotFound("This reply is no longer available. Somebody may have deleted it.")
    return reply_id


async def remove(tx: Transaction, reply_id: str) -> bool:
    """Delete one; False when it is unknown."""
    return (await tx.execute(delete(canned_replies).where(canned_replies.c.id == reply_id))).rowcount == 1
