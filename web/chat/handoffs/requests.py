"""Somebody needs a person: the request, and whom it is told, how often."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import RowMapping, func, select

from web.chat import handoff_events
from web.chat.handoffs import record
from web.core.db import Transaction
from web.notifications import outbox
from web.notifications.push import queue as push
from web.schema import handoffs

# Staff who were told of a crisis and have not looked yet are not told of each message in it.
TOLD_EVERY = timedelta(minutes=2)
# Nor of each urgent chat of one address that has too many: once in so long of all of them.
FOLD_TOLD_EVERY = timedelta(minutes=10)


async def request(
    tx: Transaction,
    conversation_id: str,
    *,
    message_id: str,
    reason: str,
    urgent: bool,
    now: datetime,
    mail: bool,
    fold_id: str | None = None,
    strength: float = 0.0,
) -> str:
    """Ask for a person. A second request can make the open handoff urgent, never less so.

    Every urgent one is told, also in a chat that somebody has looked at before. Of several the one with
    the greatest `strength` says why. `fold_id`: its address has too many of them; it is shown and told
    with the others of this fold.
    """
    heard = {"kind": reason, "message_id": message_id} if urgent else {}
    known = await record.open_one(tx, conversation_id)
    if known is not None:
        handoff_id = str(known["id"])
        if not urgent:
            await record.change(tx, handoff_id, wants_person=True)
            return handoff_id
        fold_id = known["fold_id"]  # one that stood by itself before goes on doing so
        await record.change(tx, handoff_id, urgent=True, outcome=None, message_id=message_id)
        if _is_stronger(known, strength):
            await record.change(tx, handoff_id, reason=reason, words_id=message_id, strength=strength)
        await handoff_events.note(tx, conversation_id, handoff_id, "urgent", now=now, details=heard)
        is_news = await _is_time_to_tell_of(tx, fold_id, now) if fold_id else _is_news(known, now)
        if not is_news:
            return handoff_id
        # It is another thing now than what somebody may have looked at before.
        await record.change(tx, handoff_id, urgent_at=now, **record.UNSEEN)
    else:
        is_news = fold_id is None or await _is_time_to_tell_of(tx, fold_id, now)
        handoff_id = await record.insert_one(
            tx,
            conversation_id,
            message_id=message_id,
            reason=reason,
            urgent=urgent,
            urgent_at=now if urgent and is_news else None,
            fold_id=fold_id,
            strength=strength if urgent else None,
            now=now,
        )
        details = {"urgent": True, **heard} if urgent else {}
        await handoff_events.note(tx, conversation_id, handoff_id, "requested", now=now, details=details)
    if is_news:
        await push.plan(tx, about="handoff", conversation_id=conversation_id, urgent=urgent, now=now)
    if mail and is_news:
        await outbox.enqueue(
            tx,
            about="handoff",
            about_id=handoff_id,
            conversation_id=conversation_id,
            urgent=urgent,
            now=now,
        )
    return handoff_id


def _is_stronger(known: RowMapping, strength: float) -> bool:
    """Whether these words say more than what is quoted already."""
    before = known["strength"] if known["urgent"] else None
    return before is None or strength > before


def _is_news(known: RowMapping, now: datetime) -> bool:
    """Whether staff have to be told that safety spoke up (again)."""
    told_at = known["urgent_at"] if known["urgent"] else None
    return told_at is None or known["opened_at"] is not None or now - told_at >= TOLD_EVERY


async def _is_time_to_tell_of(tx: Transaction, fold_id: str, now: datetime) -> bool:
    """Whether staff have to be told (again) of the urgent chats of one fold."""
    last = await tx.execute(select(func.max(handoffs.c.urgent_at)).where(handoffs.c.fold_id == fold_id))
    told_at = last.scalar_one_or_none()
    return told_at is None or now - told_at >= FOLD_TOLD_EVERY
