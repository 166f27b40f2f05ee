"""What time does to handoffs: a silent holder lapses, a visitor who left is let go, nobody is missed.

Each rule is a conditional change, so that two processes that sweep at once do each thing once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, func, select, update

from web.chat import handoff_events, handoffs, review_queue
from web.chat.callbacks import IS_OPEN as callbacks_open
from web.chat.handoffs import Holder
from web.core.db import Transaction
from web.core.limits import Patience
from web.desk import notes, visitor_presence
from web.desk.escalation import steps
from web.hours import staff_activity
from web.hours.on_duty import Here
from web.notifications import on_call, outbox, reply_contacts
from web.notifications.push import queue as push
from web.schema import callbacks, messages, presence
from web.schema import handoffs as handoffs_table


async def sweep(
    tx: Transaction,
    *,
    patience: Patience,
    is_open: bool | None,
    tell: bool,
    now: datetime,
    scheduled: Sequence[Here] = (),
) -> set[str]:
    """Apply every rule; the answer is the conversations in which something changed."""
    staffing = steps.Staffing(is_open, tell, scheduled)
    changed: set[str] = set()
    rule = await on_call.rule(tx)
    last_seen = await staff_activity.last_at_the_desk(tx)
    for row in await handoffs.watched_ones(tx):
        conversation_id = row["conversation_id"]
        if row["state"] == "claimed":
            why = await _why_lapsed(tx, row, patience, last_seen, now)
            done = why is not None and await lapse(tx, row, why=why, now=now)
        else:
            done = await _let_go(tx, row, patience, now)
            if not done:
                done = await _miss(tx, row, patience, is_open, tell, now)
                done |= await steps.escalate(
                    tx, row, rule=rule, patience=patience, staffing=staffing, now=now
                )
        if done:
            changed.add(conversation_id)
    return changed


async def lapse(tx: Transaction, row: RowMapping, *, why: str, now: datetime) -> bool:
    """End the claim of a holder who does not answer; the visitor is told once."""
    held = Holder(row["id"], row["claimed_by"], row["claimed_name"] or "", row["claimed_at"])
    return await handoffs.give_up(tx, row["conversation_id"], held, did="lapsed", now=now, why=why)


async def of_staff(tx: Transaction, staff_id: str, *, why: str, now: datetime) -> set[str]:
    """End every claim of somebody who goes away or signs out."""
    held = [row for row in await handoffs.open_ones(tx) if row["claimed_by"] == staff_id]
    return {row["conversation_id"] for row in held if await lapse(tx, row, why=why, now=now)}


async def holds_a_crisis(tx: Transaction, staff_id: str) -> bool:
    """Whether somebody holds a live crisis: it would be on the list again when they go away."""
    return any(row["claimed_by"] == staff_id and row["urgent"] for row in await handoffs.open_ones(tx))


async def _why_lapsed(
    tx: Transaction,
    row: RowMapping,
    patience: Patience,
    last_seen: dict[str, datetime],
    now: datetime,
) -> str | None:
    """Why a claim is over: away, off shift or silent; None while it holds."""
    seen = max(row["claimed_at"], last_seen.get(row["claimed_by"], row["claimed_at"]))
    if now - seen > patience.unseen:
        return "away"
    if await _shift_ended(tx, row, now):
        return "off_shift"
    asked_at = await _unanswered_since(tx, row)
    if asked_at is not None and now - asked_at > patience.silent and not await _types(tx, row, now):
        return "silent"
    return None


async def _shift_ended(tx: Transaction, row: RowMapping, now: datetime) -> bool:
    """Whether the holder had said to be here until a time that has come since the claim."""
    over = (presence.c.until <= now, presence.c.until > row["claimed_at"])
    mine = select(presence.c.staff_id).where(presence.c.staff_id == row["claimed_by"], *over)
    return (await tx.execute(mine)).first() is not None


async def _unanswered_since(tx: Transaction, row: RowMapping) -> datetime | None:
    """When the visitor first wrote after the last words of staff; never before the claim."""
    mine = messages.c.conversation_id == row["conversation_id"]
    spoke = select(func.max(messages.c.seq)).where(mine, messages.c.author == "staff")
    last = (await tx.execute(spoke)).scalar_one_or_none()
    wrote = select(func.min(messages.c.created_at)).where(
        mine, messages.c.author == "visitor", messages.c.seq > (last or 0)
    )
    first: datetime | None = (await tx.execute(wrote)).scalar_one_or_none()
    # Who wrote before the claim waits since the claim: that is when somebody said "I have it".
    return max(first, row["claimed_at"]) if first is not None else None


async def _types(tx: Transaction, row: RowMapping, now: datetime) -> bool:
    looking = await staff_activity.who(tx, row["conversation_id"], now=now)
    return any(each.id == row["claimed_by"] and each.is_typing for each in looking)


async def _let_go(tx: Transaction, row: RowMapping, patience: Patience, now: datetime) -> bool:
    """Close what nobody can answer any more: the visitor left, and there is no number.

    Somebody still reads it, because the bot may have said so. Urgent ones never close by themselves.
    """
    conversation_id = row["conversation_id"]
    if row["urgent"] or now - row["requested_at"] < patience.left:
        return False
    seen_at = await visitor_presence.last_here(tx, conversation_id)
    if seen_at is not None and now - seen_at < patience.left:
        return False
    if await _can_be_called(tx, conversation_id):
        return False
    if await reply_contacts.left_in_chat(tx, conversation_id) is not None:
        return await _close_answered(tx, row, now)
    if not await handoffs.resolve(tx, conversation_id, by=None, now=now, resolution="left"):
        return False
    await notes.write(
        tx,
        conversation_id,
        "The visitor asked for a person, then left without a number. Closed automatically.",
        by=None,
        now=now,
    )
    await review_queue.enqueue(
        tx, conversation_id, reason="left", now=now, message_id=row["message_id"] or None
    )
    return True


async def _close_answered(tx: Transaction, row: RowMapping, now: datetime) -> bool:
    """Close what was answered and waits for nothing but the visitor; who still waits for an answer stays."""
    conversation_id = row["conversation_id"]
    mine = messages.c.conversation_id == conversation_id
    speakers = mine & messages.c.author.in_(("visitor", "staff"))
    last = select(messages.c.author).where(speakers).order_by(messages.c.seq.desc()).limit(1)
    if (await tx.execute(last)).scalar_one_or_none() != "staff":
        return False
    if not await handoffs.resolve(tx, conversation_id, by=None, now=now, resolution="answered_away"):
        return False
    text = "Answered, and the visitor has not come back yet. Closed by itself; it opens when they write."
    await notes.write(tx, conversation_id, text, by=None, now=now)
    return True


async def _can_be_called(tx: Transaction, conversation_id: str) -> bool:
    mine = (callbacks.c.conversation_id == conversation_id, callbacks_open)
    return (await tx.execute(select(callbacks.c.id).where(*mine))).first() is not None


async def _miss(
    tx: Transaction,
    row: RowMapping,
    patience: Patience,
    is_open: bool | None,
    tell: bool,
    now: datetime,
) -> bool:
    """Note that nobody answered in time, and tell somebody a second time. Once for each request.

    Who only looked has answered nothing; who writes is about to. What was in somebody's hands waits
    since it came back to the list; a crisis has no time for that, and is told at once. Outside of
    opening hours only what is urgent counts.
    """
    urgent = bool(row["urgent"])
    since = row["urgent_at"] if urgent and row["urgent_at"] else row["requested_at"]
    waited = now - (since if urgent else max(filter(None, (since, row["back_at"]))))
    if row["told_again_at"] is not None or not (urgent or is_open is not False):
        return False
    if waited < (patience.unopened_urgent if urgent else patience.unopened):
        return False
    looking = await staff_activity.who(tx, row["conversation_id"], now=now)
    if any(each.is_typing for each in looking):
        return False
    missed = await tx.execute(
        update(handoffs_table)
        .where(
            handoffs_table.c.id == row["id"],
            handoffs_table.c.told_again_at.is_(None),
            handoffs_table.c.state == "requested",
        )
        .values(told_again_at=now)
    )
    if missed.rowcount != 1:
        return False
    did = "unopened" if row["opened_at"] is None and row["back_at"] is None else "unanswered"
    await handoff_events.note(tx, row["conversation_id"], row["id"], did, now=now)
    await push.plan(tx, about=push.AGAIN, conversation_id=row["conversation_id"], urgent=urgent, now=now)
    if tell:
        await outbox.enqueue(
            tx,
            about="again",
            about_id=row["id"],
            conversation_id=row["conversation_id"],
            urgent=urgent,
            now=now,
        )
    return True
