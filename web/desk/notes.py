"""Private notes about a conversation: staff read them, the visitor never does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping, insert, select

from web.accounts.staff import Person
from web.chat import turns
from web.chat.turns import GONE
from web.core.db import Transaction
from web.core.errors import MessageRefused, NotFound
from web.schema import new_id, notes

MAX_CHARS = 4000
HOUSE = "Front Desk"


async def write(
    tx: Transaction, conversation_id: str, text: str, *, by: Person | None, now: datetime
) -> None:
    """Add a note; without `by` the system writes it. Raises MessageRefused, NotFound."""
    text = text.strip()
    if not text:
        raise MessageRefused("There is nothing in this note yet.")
    if len(text) > MAX_CHARS:
        raise MessageRefused(f"A note has at most {MAX_CHARS:,} characters; this one has {len(text):,}.")
    if await turns.lock(tx, conversation_id) is None:
        raise NotFound(GONE)
    await tx.execute(
        insert(notes).values(
            id=new_id(),
            conversation_id=conversation_id,
            by=by.id if by else None,
            name=by.name if by else HOUSE,
            text=text,
            created_at=now,
        )
    )


async def of_conversation(tx: Transaction, conversation_id: str) -> list[RowMapping]:
    """Every note, the earliest first."""
    mine = notes.c.conversation_id == conversation_id
    found = await tx.execute(select(notes).where(mine).order_by(notes.c.created_at, notes.c.id))
    return list(found.mappings())
