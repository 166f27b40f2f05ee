"""What was done with handoffs, by whom and when: the history that staff read and the numbers count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, select

from web.accounts.staff import Person
from web.core.db import Transaction
from web.schema import handoff_events, new_id


async def note(
    tx: Transaction,
    conversation_id: str,
    handoff_id: str,
    did: str,
    *,
    now: datetime,
    by: Person | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Keep one step; without `by` the system did it."""
    await tx.execute(
        insert(handoff_events).values(
            id=new_id(),
            conversation_id=conversation_id,
            handoff_id=handoff_id,
            did=did,
            by=by.id if by else None,
            name=by.name if by else None,
            details=dict(details or {}),
            at=now,
        )
    )


async def of_conversation(tx: Transaction, conversation_id: str) -> list[RowMapping]:
    """Every step of a conversation's handoffs, the earliest first."""
    mine = handoff_events.c.conversation_id == conversation_id
    found = await tx.execute(
        select(handoff_events).where(mine).order_by(handoff_events.c.at, handoff_events.c.id)
    )
    return list(found.mappings())
