"""How a handoff ends: resolved, or no crisis after all; and how an end is taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select

from web.accounts.staff import Person
from web.chat import handoff_events, turns
from web.chat.handoffs import record
from web.chat.handoffs.claims import tell
from web.core.db import Transaction
from web.core.errors import BadRequest, NotYours
from web.safety import false_alarms
from web.safety.crisis_outcomes import NOT_A_CRISIS, OUTCOMES
from web.schema import handoffs


async def resolve(
    tx: Transaction,
    conversation_id: str,
    *,
    by: Person | None,
    now: datetime,
    resolution: str = "resolved",
    outcome: str | None = None,
) -> bool:
    """Close the open handoff; False when none is open. Raises NotYours while another holds it.

    A crisis is closed with its `outcome` (`web/safety/crisis_outcomes.py`). Raises BadRequest without.
    """
    language = (await turns.lock_known(tx, conversation_id)).language
    known = await record.open_one(tx, conversation_id)
    if known is None:
        return False
    is_held = known["state"] == "claimed"
    if is_held and (by is None or known["claimed_by"] != by.id):
        raise NotYours(f"{known['claimed_name']} holds this conversation. Take it over first.")
    ended: dict[str, Any] = {"outcome": outcome} if known["urgent"] else {}
    if known["urgent"] and outcome not in OUTCOMES:
        raise BadRequest("Please say how this crisis ended.")
    if known["urgent"] and outcome == NOT_A_CRISIS and by is not None:
        await _play_down(tx, known, by=by, now=now)
        ended = {}
    await _close(tx, known, by=by, now=now, resolution=resolution, **ended)
    await handoff_events.note(tx, conversation_id, known["id"], resolution, by=by, now=now, details=ended)
    if is_held:
        await tell(tx, conversation_id, "staff_left", known["claimed_name"], language, now=now)
    return True


async def resume(tx: Transaction, conversation_id: str, handoff_id: str, *, now: datetime) -> None:
    """Go on with a request whose end was taken back: who held it speaks again, and the visitor is told."""
    known = await record.open_one(tx, conversation_id)
    if known is None or known["id"] != handoff_id or known["state"] != "claimed":
        return
    language = (await turns.lock_known(tx, conversation_id)).language
    await turns.hand_over(tx, conversation_id, now=now)
    await tell(tx, conversation_id, "staff_joined", known["claimed_name"], language, now=now)


async def reopen(tx: Transaction, conversation_id: str, *, by: Person, now: datetime) -> bool:
    """Put the last resolved handoff back on the list; False when one is open, or never was any."""
    await turns.lock_known(tx, conversation_id)
    if await record.open_one(tx, conversation_id) is not None:
        return False
    mine = handoffs.c.conversation_id == conversation_id
    last = await tx.execute(
        select(handoffs.c.id).where(mine).order_by(handoffs.c.requested_at.desc(), handoffs.c.id).limit(1)
    )
    handoff_id = last.scalar_one_or_none()
    if handoff_id is None:
        return False
    fresh: dict[str, Any] = {**record.UNHELD, "back_at": None, "told_again_at": None}
    fresh |= {"resolved_at": None, "resolved_by": None, "resolution": None, "fold_id": None}
    fresh |= {"outcome": None, **record.NOT_PASSED_ON}
    # The list counts the wait from now: before, it was closed, and nobody waited.
    await record.change(tx, handoff_id, state="requested", requested_at=now, opened_at=now, **fresh)
    await handoff_events.note(tx, conversation_id, handoff_id, "reopened", by=by, now=now)
    return True


async def not_a_crisis(tx: Transaction, conversation_id: str, *, by: Person, now: datetime) -> bool:
    """Take the urgency away. Who had not asked for a person is then no case any more.

    What safety had heard becomes false alarms, for review (`web/safety/false_alarms.py`).
    """
    await turns.lock_known(tx, conversation_id)
    known = await record.open_one(tx, conversation_id)
    if known is None or not known["urgent"]:
        return False
    await _play_down(tx, known, by=by, now=now)
    if known["state"] == "requested" and not known["wants_person"]:
        await _close(tx, known, by=by, now=now, resolution=NOT_A_CRISIS)
    return True


async def _play_down(tx: Transaction, known: RowMapping, *, by: Person, now: datetime) -> None:
    """Say that a crisis is none, and keep what safety heard as something to learn from."""
    words_id = known["words_id"] or known["message_id"]
    details = {"reason": known["reason"], "message_id": words_id, "outcome": NOT_A_CRISIS}
    of, handoff_id = known["conversation_id"], known["id"]
    await false_alarms.keep(tx, known, by=by, now=now)
    await handoff_events.note(tx, of, handoff_id, NOT_A_CRISIS, by=by, now=now, details=details)
    reason = "asked" if known["wants_person"] else "staff"
    calm: dict[str, Any] = {"urgent": False, "fold_id": None, "words_id": None, "strength": None}
    await record.change(tx, handoff_id, reason=reason, outcome=NOT_A_CRISIS, **calm)


async def _close(
    tx: Transaction, known: RowMapping, *, by: Person | None, now: datetime, resolution: str, **more: Any
) -> None:
    who = by.id if by else None
    values = {"state": "resolved", "resolved_at": now, "resolved_by": who, "resolution": resolution}
    await record.change(tx, known["id"], **values, **more)
