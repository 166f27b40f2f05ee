"""Staff who leave: signed out, or with a locked screen. They promise nothing any more."""

from __future__ import annotations

from datetime import datetime

from web.accounts import sessions
from web.accounts.sessions import Staff
from web.core.db import Transaction
from web.core.limits import Limits
from web.desk import handoff_timeouts
from web.hours import on_duty, staff_activity


async def sign_out(tx: Transaction, staff: Staff, *, limits: Limits, now: datetime) -> set[str]:
    """End a session; from the last one in use, claims and presence go too. The answer: which claims."""
    await sessions.end(tx, staff.session_id, of=staff.id)
    if await sessions.is_in_use(tx, staff.id, limits=limits, now=now):
        return set()
    await on_duty.i_am_away(tx, staff.id)
    await staff_activity.left_the_desk(tx, staff.id)
    return await handoff_timeouts.of_staff(tx, staff.id, why="away", now=now)


async def lock_screen(tx: Transaction, staff: Staff, *, limits: Limits, now: datetime) -> None:
    """Note that nobody is at the desk because of a locked screen, unless they work in another browser."""
    if not await sessions.is_in_use(tx, staff.id, limits=limits, now=now):
        await staff_activity.locked(tx, staff.id, now=now)
