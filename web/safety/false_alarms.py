"""Messages that safety took for a danger and staff did not: reviewed in the studio, then taught.

The words stay with their conversation and go with it; a row here only names the message.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping, insert, select

from web.accounts.staff import Person
from web.core.db import Transaction
from web.schema import false_alarms, handoff_events, messages, new_id

# Of one case; more of the same voice would teach nothing.
MOST_OF_A_CASE = 5


async def keep(tx: Transaction, handoff: RowMapping, *, by: Person, now: datetime) -> None:
    """Keep what safety heard in one case since it was last said to be none; pressed choices are no words."""
    heard = await _heard(tx, handoff)
    known = select(false_alarms.c.message_id).where(false_alarms.c.message_id.in_(heard))
    kept = set((await tx.execute(known)).scalars())
    typed = select(messages.c.id).where(
        messages.c.id.in_(heard), messages.c.author == "visitor", messages.c.choice_id.is_(None)
    )
    for message_id in (await tx.execute(typed.order_by(messages.c.seq))).scalars():
        if message_id not in kept:
            await tx.execute(
                insert(false_alarms).values(
                    id=new_id(),
                    conversation_id=handoff["conversation_id"],
                    message_id=message_id,
                    kind=heard[message_id],
                    by=by.id,
                    name=by.name,
                    created_at=now,
                )
            )


async def _heard(tx: Transaction, handoff: RowMapping) -> dict[str, str]:
    """Which messages safety spoke up on, with the kind of danger: the strongest first."""
    strongest = handoff["words_id"] or handoff["message_id"]
    found = {strongest: handoff["reason"]}
    query = select(handoff_events.c.did, handoff_events.c.details).where(
        handoff_events.c.conversation_id == handoff["conversation_id"],
        handoff_events.c.handoff_id == handoff["id"],
        handoff_events.c.did.in_(("requested", "urgent", "not_a_crisis")),
    )
    since: dict[str, str] = {}
    for row in await tx.execute(query.order_by(handoff_events.c.at, handoff_events.c.id)):
        message_id = row.details.get("message_id")
        if row.did == "not_a_crisis":
            since = {}
        elif message_id and row.details.get("kind"):
            since[message_id] = row.details["kind"]
    for message_id, kind in since.items():
        found.setdefault(message_id, kind)
    return dict(list(found.items())[:MOST_OF_A_CASE])
