"""What a visitor who asked for a person is told of the wait: their place, and where an answer may go.

A place is told only while it is certain and somebody is at the desk; never a time. Nobody in danger is
told to wait, or asked for an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select

from web.chat import handoffs
from web.context import AppContext
from web.core.db import Transaction
from web.notifications import reply_contacts
from web.schema import handoffs as table
from web.schema import visits

MAX_PLACE = 9
# A page asks at least every 25 s; a phone may be put away for a moment.
HERE_FOR = timedelta(seconds=90)


@dataclass(frozen=True)
class Standing:
    """How a visitor who waits for a person, or speaks with one, stands."""

    place: int | None
    ways: tuple[str, ...]
    contact: str | None

    def as_json(self) -> dict[str, Any]:
        """The form of `docs/protocol.md`."""
        return {"place": self.place, "ways": list(self.ways), "contact": self.contact}


async def standing_of(
    tx: Transaction, conversation_id: str, *, context: AppContext, now: datetime
) -> Standing | None:
    """How a visitor stands; None when no person was asked for, or safety spoke up."""
    mine = await handoffs.open_one(tx, conversation_id)
    if mine is None or mine["urgent"]:
        return None
    ways = context.settings.reply_ways
    left = await reply_contacts.left_in_chat(tx, conversation_id) if ways else None
    place = await _place(tx, mine, context, now=now)
    if place is None and not ways:
        return None
    return Standing(place, ways, left.hint if left else None)


async def _place(tx: Transaction, mine: Any, context: AppContext, *, now: datetime) -> int | None:
    """The place among those who wait and are there, as the desk's list has them; None when not certain."""
    if mine["state"] != "requested" or mine["back_at"] or not mine["wants_person"]:
        return None
    if not await context.watching(tx):
        return None
    seen = (visits.c.conversation_id == table.c.conversation_id, visits.c.seen_at >= now - HERE_FOR)
    before = or_(table.c.urgent, table.c.requested_at < mine["requested_at"])
    # What came back to the list is sorted by what was said in it: where, only the desk's own list knows.
    query = select(func.count(), func.count(table.c.back_at)).where(
        table.c.state == "requested",
        table.c.id != mine["id"],
        or_(table.c.urgent, exists().where(*seen)),
        before,
    )
    ahead, unsure = (await tx.execute(query)).one()
    place = int(ahead) + 1
    return place if not unsure and place <= MAX_PLACE else None
