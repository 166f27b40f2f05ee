"""Which urgent chats stand on the desk's list by themselves, and which share a row with others.

One address can be a school, a clinic or a script. Its first few urgent chats of an hour are shown
each; more are folded into one row that staff can open. Every one of them has had its card. It is
counted in the record, for all web processes together.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import RowMapping, select, update

from web.core.db import Transaction, upsert
from web.core.keys.record_keys import RecordKeys
from web.schema import new_id, urgent_addresses

HOUR = timedelta(hours=1)


async def fold_of(
    tx: Transaction, conversation_id: str, address: str, *, keys: RecordKeys, most: int, now: datetime
) -> str | None:
    """The fold that an urgent chat belongs into; None when it is shown by itself.

    Until the transaction ends, other urgent chats of this address wait.
    """
    key = keys.hash_of(address, where="urgent address")
    chat = keys.hash_of(conversation_id, where="urgent chat")
    hour = await _hour(tx, key, now)
    shown = list(hour["shown"])
    if chat in shown:
        return None
    if len(shown) >= most:
        return str(hour["fold_id"])
    here = urgent_addresses.c.key == key
    await tx.execute(update(urgent_addresses).where(here).values(shown=[*shown, chat]))
    return None


async def _hour(tx: Transaction, key: str, now: datetime) -> RowMapping:
    """What came from one address within the hour that began with its first; locked."""
    begins = {"since": now, "fold_id": new_id(), "shown": []}
    await upsert(tx, urgent_addresses, {"key": key}, begins, where=urgent_addresses.c.since <= now - HOUR)
    mine = select(urgent_addresses).where(urgent_addresses.c.key == key).with_for_update()
    return (await tx.execute(mine)).mappings().one()
