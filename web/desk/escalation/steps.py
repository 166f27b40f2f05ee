"""Passes on what nobody answered: to the next person on duty, one after the other, then to on-call.

First to whoever the schedule has and who has not come: they are mailed. In danger, whoever has a page
open comes first. Nobody is made the holder by it: the bot goes on helping, and any colleague may answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, func, select, update

from web.accounts import accounts
from web.accounts.staff import Person
from web.chat import handoff_events
from web.core.db import Transaction
from web.core.limits import Patience
from web.hours import on_duty, staff_activity
from web.hours.on_duty import Here
from web.notifications import on_call, outbox
from web.notifications.on_call import EscalationRule
from web.notifications.push import queue as push
from web.schema import handoff_events as events
from web.schema import handoffs

# Whoever may be in danger waits no longer than this, whatever the rule says.
URGENT_AFTER = timedelta(minutes=3)
PASSED, PASSED_URGENT = "passed", "passed_urgent"  # in the outbox, to one person


@dataclass(frozen=True)
class Staffing:
    """Whether the clinic is open, whether anybody can be told by mail, and whom the schedule has now."""

    is_open: bool | None
    tell: bool
    scheduled: Sequence[Here] = ()


async def escalate(
    tx: Transaction,
    row: RowMapping,
    *,
    rule: EscalationRule,
    patience: Patience,
    staffing: Staffing,
    now: datetime,
) -> bool:
    """Take the next step with an open request that nobody holds, when its time has come."""
    if not rule.minutes or row["on_call_at"] or not (row["urgent"] or staffing.is_open is not False):
        return False
    after = min(rule.after, URGENT_AFTER) if row["urgent"] else rule.after
    began = _waits_since(row)
    if now - max(began, row["escalated_at"] or began) < after:
        return False
    if any(each.is_typing for each in await staff_activity.who(tx, row["conversation_id"], now=now)):
        return False
    watching = await on_duty.watching(tx, now, unseen=patience.unseen, scheduled=staffing.scheduled)
    here = {each.staff_id for each in watching}
    absent = {each.staff_id for each in staffing.scheduled} - here
    groups = (here, absent) if row["urgent"] else (absent, here)
    person = await _next_person(tx, row, began, groups)
    if person is None:
        return await _call_out(tx, row, rule, tell=staffing.tell, now=now)
    return await _pass_to(tx, row, person, now, is_absent=person.id in absent, tell=staffing.tell)


def _waits_since(row: RowMapping) -> datetime:
    moments = (row["requested_at"], row["back_at"], row["urgent_at"])
    return max(moment for moment in moments if moment is not None)


async def _next_person(
    tx: Transaction, row: RowMapping, began: datetime, groups: Sequence[set[str]]
) -> Person | None:
    """Somebody of the first of these groups whom it was not passed to yet: who holds the fewest chats."""
    mine = (events.c.handoff_id == row["id"], events.c.did == "escalated", events.c.at >= began)
    found = await tx.execute(select(events.c.details).where(*mine))
    tried = {each.details.get("to_id") for each in found}
    left = next((group - tried for group in groups if group - tried), None)
    if not left:
        return None
    held = select(handoffs.c.claimed_by, func.count()).where(handoffs.c.state == "claimed")
    counts = {row[0]: row[1] for row in await tx.execute(held.group_by(handoffs.c.claimed_by))}
    names = await accounts.names(tx)
    chosen = min(left, key=lambda each: (counts.get(each, 0), names.get(each, "")))
    return Person(chosen, names.get(chosen, "A colleague"))


async def _pass_to(
    tx: Transaction, row: RowMapping, person: Person, now: datetime, *, is_absent: bool, tell: bool
) -> bool:
    values = {"escalated_to": person.id, "escalated_name": person.name, "escalated_at": now}
    if not await _change(tx, row, **values):
        return False
    details = {"to": person.name, "to_id": person.id}
    await handoff_events.note(tx, row["conversation_id"], row["id"], "escalated", now=now, details=details)
    about = PASSED_URGENT if row["urgent"] else PASSED
    if is_absent:
        await _push(tx, row, about=about, account_id=person.id, now=now)
    if is_absent and tell:
        await outbox.enqueue_for(tx, person.id, about=about, path="/desk", now=now)
    return True


async def _call_out(
    tx: Transaction, row: RowMapping, rule: EscalationRule, *, tell: bool, now: datetime
) -> bool:
    if not await _change(tx, row, on_call_at=now):
        return False
    did = "on_call" if tell else "nobody_left"
    await handoff_events.note(tx, row["conversation_id"], row["id"], did, now=now)
    account = await accounts.with_sign_in_name(tx, rule.address) if rule.address else None
    if account or row["urgent"]:  # in danger, and nobody on duty has answered: whoever can be reached
        await _push(tx, row, about=on_call.ABOUT, account_id=account.id if account else "", now=now)
    if tell:
        of = {"about_id": row["id"], "conversation_id": row["conversation_id"]}
        await outbox.enqueue(tx, about=on_call.ABOUT, urgent=bool(row["urgent"]), now=now, **of)
    return True


async def _push(tx: Transaction, row: RowMapping, *, about: str, account_id: str, now: datetime) -> None:
    mine, urgent = row["conversation_id"], bool(row["urgent"])
    await push.plan(tx, about=about, conversation_id=mine, urgent=urgent, account_id=account_id, now=now)


async def _change(tx: Transaction, row: RowMapping, **values: object) -> bool:
    """Two processes that sweep at once do each step once."""
    same = (
        handoffs.c.id == row["id"],
        handoffs.c.state == "requested",
        handoffs.c.on_call_at.is_(None),
        handoffs.c.escalated_at.is_not_distinct_from(row["escalated_at"]),
    )
    return bool((await tx.execute(update(handoffs).where(*same).values(**values))).rowcount)
