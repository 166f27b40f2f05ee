"""The table of handoffs: at most one open for a conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, insert, select, update

from web.core.db import Transaction
from web.schema import handoffs, new_id
from web.schema.base import is_one_of

UNHELD: dict[str, None] = {"claimed_by": None, "claimed_name": None, "claimed_at": None, "assigned_by": None}
# Nobody has looked at it as it is now: `web/desk/handoff_timeouts.py` watches that somebody does.
NOT_PASSED_ON: dict[str, None] = dict.fromkeys(
    ("escalated_to", "escalated_name", "escalated_at", "on_call_at")
)
UNSEEN: dict[str, None] = {"opened_at": None, "told_again_at": None, **NOT_PASSED_ON}
IS_OPEN = is_one_of(handoffs.c.state, ("requested", "claimed"))
_OPEN_ONE = select(handoffs).where(handoffs.c.conversation_id == bindparam("conversation"), IS_OPEN)


async def open_one(tx: Transaction, conversation_id: str) -> RowMapping | None:
    """The open handoff of a conversation."""
    return (await tx.execute(_OPEN_ONE, {"conversation": conversation_id})).mappings().first()


async def was_urgent(tx: Transaction, conversation_id: str) -> bool:
    """Whether a conversation ever had an alert that staff did not play down."""
    mine = (handoffs.c.conversation_id == conversation_id, handoffs.c.urgent)
    return (await tx.execute(select(handoffs.c.id).where(*mine).limit(1))).first() is not None


async def is_urgent(tx: Transaction, conversation_id: str) -> bool:
    """Whether a crisis is live here: safety spoke up, and nobody has ended it."""
    known = await open_one(tx, conversation_id)
    return known is not None and bool(known["urgent"])


async def insert_one(
    tx: Transaction,
    conversation_id: str,
    *,
    message_id: str,
    reason: str,
    urgent: bool,
    now: datetime,
    urgent_at: datetime | None = None,
    fold_id: str | None = None,
    opened_at: datetime | None = None,
    strength: float | None = None,
) -> str:
    """Keep a request that nobody holds yet; its id."""
    handoff_id = new_id()
    await tx.execute(
        insert(handoffs).values(
            id=handoff_id,
            conversation_id=conversation_id,
            message_id=message_id,
            state="requested",
            reason=reason,
            urgent=urgent,
            wants_person=not urgent and reason != "staff",
            requested_at=now,
            urgent_at=urgent_at,
            fold_id=fold_id,
            opened_at=opened_at,
            words_id=message_id if urgent else None,
            strength=strength,
        )
    )
    return handoff_id


async def mark_opened(tx: Transaction, handoff_id: str, *, now: datetime) -> bool:
    """Note the first look at a request; False when somebody has looked already."""
    unopened = (handoffs.c.id == handoff_id, handoffs.c.opened_at.is_(None))
    return (await tx.execute(update(handoffs).where(*unopened).values(opened_at=now))).rowcount == 1


async def change(tx: Transaction, handoff_id: str, **values: Any) -> None:
    """Change columns of one handoff."""
    await tx.execute(update(handoffs).where(handoffs.c.id == handoff_id).values(**values))
