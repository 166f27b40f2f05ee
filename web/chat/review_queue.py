"""What staff should read when there is time: nobody waits for it.

Unsure turns, answers that did not help, and visitors who wanted a person and left without a number.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from web.accounts.staff import Person
from web.core.db import Transaction
from web.schema import conversations, new_id, to_reads

UNSURE_OUTCOMES = ("declined", "failed")
MAX_LISTED = 300


async def enqueue(
    tx: Transaction, conversation_id: str, *, reason: str, now: datetime, message_id: str | None = None
) -> None:
    """Put something on the list."""
    await tx.execute(
        insert(to_reads).values(
            id=new_id(),
            conversation_id=conversation_id,
            message_id=message_id,
            reason=reason,
            created_at=now,
        )
    )


async def after_turn(
    tx: Transaction, conversation_id: str, *, message_id: str, outcome: str, now: datetime
) -> None:
    """Put a turn on the list that the bot could not make anything of."""
    if outcome in UNSURE_OUTCOMES:
        await enqueue(tx, conversation_id, reason="unsure", now=now, message_id=message_id)


async def mark_read(tx: Transaction, conversation_id: str, *, by: Person, now: datetime) -> int:
    """Take a conversation off the list; the answer is how many things were unread."""
    unread = (to_reads.c.conversation_id == conversation_id, to_reads.c.read_at.is_(None))
    read = await tx.execute(update(to_reads).where(*unread).values(read_at=now, read_by=by.id))
    return read.rowcount


async def unread(tx: Transaction, *, of: str | None = None) -> list[RowMapping]:
    """What nobody has read yet, the newest first: of one conversation, or of all."""
    mine = (to_reads.c.conversation_id == of,) if of is not None else ()
    found = await tx.execute(
        select(to_reads, conversations.c.language)
        .join(conversations, conversations.c.id == to_reads.c.conversation_id)
        .where(to_reads.c.read_at.is_(None), *mine)
        .order_by(to_reads.c.created_at.desc())
        .limit(MAX_LISTED)
    )
    return list(found.mappings())
