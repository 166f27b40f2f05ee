"""Handoffs: a visitor needs a person. Requested, claimed, resolved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from web import outbox
from web.db import Transaction
from web.schema import conversations, handoffs, new_id


async def request(
    tx: Transaction,
    conversation_id: str,
    *,
    message_id: str,
    reason: str,
    urgent: bool,
    now: datetime,
    mail: bool,
) -> str:
    """Ask for a person. One handoff is open at a time: a second request can make it urgent."""
    mine = (handoffs.c.conversation_id == conversation_id, handoffs.c.state != "resolved")
    known = (await tx.execute(select(handoffs.c.id, handoffs.c.urgent).where(*mine))).first()
    if known is not None and (known.urgent or not urgent):
        return str(known.id)
    if known is not None:
        handoff_id = str(known.id)
        changes = {"urgent": True, "reason": reason, "message_id": message_id}
        await tx.execute(update(handoffs).where(handoffs.c.id == handoff_id).values(**changes))
    else:
        handoff_id = new_id()
        await tx.execute(
            insert(handoffs).values(
                id=handoff_id,
                conversation_id=conversation_id,
                message_id=message_id,
                state="requested",
                reason=reason,
                urgent=urgent,
                requested_at=now,
            )
        )
    if mail:
        await outbox.put(
            tx,
            about="handoff",
            about_id=handoff_id,
            conversation_id=conversation_id,
            urgent=urgent,
            now=now,
        )
    return handoff_id


async def resolve(tx: Transaction, handoff_id: str, *, now: datetime) -> bool:
    """Close a handoff; False when it is unknown or was closed before."""
    closed = await tx.execute(
        update(handoffs)
        .where(handoffs.c.id == handoff_id, handoffs.c.state != "resolved")
        .values(state="resolved", resolved_at=now)
    )
    return closed.rowcount == 1


async def open_ones(tx: Transaction) -> list[RowMapping]:
    """Every open handoff: urgent ones first, then the oldest."""
    found = await tx.execute(
        select(handoffs, conversations.c.language)
        .join(conversations, conversations.c.id == handoffs.c.conversation_id)
        .where(handoffs.c.state != "resolved")
        .order_by(handoffs.c.urgent.desc(), handoffs.c.requested_at)
    )
    return list(found.mappings())
