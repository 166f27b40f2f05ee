"""Whom to go to next: two of the staff are sent to two visitors."""

from __future__ import annotations

from datetime import datetime

from web.accounts.staff import Person
from web.chat import handoffs, turns
from web.core.db import Transaction
from web.desk import queues
from web.hours import staff_activity

MOST_LOOKED_AT = 50  # who goes to the next one needs no more of them


async def next_case(tx: Transaction, *, by: Person, but: str, now: datetime) -> str | None:
    """The conversation to go to next, and note that they look: the first that no colleague has or looks at.

    Where colleagues look at all that is left, the first of these: somebody may have walked away.
    """
    free = await _free_ones(tx, staff_id=by.id, now=now)
    others = [each for each in free if each != but]
    for found in others:
        # Two who ask at once are sent to two visitors: the second sees here whom the first was sent to.
        if await turns.lock(tx, found) is None:
            continue
        if not await staff_activity.who(tx, found, now=now, but=by):
            await staff_activity.note_reading(tx, found, by, now=now)
            return found
    if others or not free:
        return next(iter(others), None) or await _unopened_in_a_fold(tx)
    return await _unopened_in_a_fold(tx) or free[0]


async def _free_ones(tx: Transaction, *, staff_id: str, now: datetime) -> list[str]:
    """Those that wait and that no colleague holds: the urgent first, of these the ones nobody has yet."""
    waiting = (await queues.lists(tx, now=now, most_urgent=MOST_LOOKED_AT))[0]["waiting"]
    free = [
        case
        for case in waiting
        if not case.is_held or (case.handoff and case.handoff["claimed_by"] == staff_id)
    ]
    free.sort(key=lambda case: (not case.is_urgent, case.is_urgent and case.is_held))
    return [case.conversation_id for case in free]


async def _unopened_in_a_fold(tx: Transaction) -> str | None:
    return next((fold["unopened"] for fold in await handoffs.folds(tx) if fold["unopened"]), None)
