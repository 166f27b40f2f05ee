"""Mail that must leave: a row in the transaction of what caused it, sent and retried afterwards.

A row holds no name and no number; a mail that never leaves is kept as "dead" and said in the log. What
concerns a visitor goes with their conversation, so what colleagues tell each other has a table of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, func, insert, select, update

from web.core.db import Transaction
from web.schema import new_id, outbox, push_messages, studio_mails

log = logging.getLogger(__name__)

# Crises from many addresses: a mailbox with hundreds of the same mails helps nobody. The desk has each.
MAX_URGENT, WITHIN = 40, timedelta(minutes=10)


@dataclass(frozen=True)
class Notification:
    """One mail to send: about what, and how often it was tried."""

    id: str
    about: str
    about_id: str = ""
    urgent: bool = False
    attempts: int = 1
    account_id: str = ""  # whom it is for; nobody: the clinic's mailbox
    path: str = "/desk"  # where it is to be read
    subscription_id: str = ""  # of a device that is told instead of mailed

    @property
    def table(self) -> Table:
        """Where it waits."""
        if self.subscription_id:
            return push_messages
        return studio_mails if self.account_id else outbox


async def enqueue(
    tx: Transaction,
    *,
    about: str,
    about_id: str,
    conversation_id: str,
    urgent: bool,
    now: datetime,
) -> None:
    """Ask for a mail about a callback or a handoff; of urgent ones for so many in a while."""
    if urgent and await _are_told(tx, now):
        log.error(
            "Alert: more than %s urgent e-mails in %s; %s is at the desk only.", MAX_URGENT, WITHIN, about_id
        )
        return
    await tx.execute(
        insert(outbox).values(
            id=new_id(),
            conversation_id=conversation_id,
            about=about,
            about_id=about_id,
            urgent=urgent,
            state="waiting",
            attempts=0,
            next_try_at=now,
            created_at=now,
        )
    )


async def enqueue_for(tx: Transaction, account_id: str, *, about: str, path: str, now: datetime) -> None:
    """Ask for a mail to a colleague about something in the studio."""
    row = {"id": new_id(), "account_id": account_id, "about": about, "path": path}
    await tx.execute(
        insert(studio_mails).values(**row, state="waiting", attempts=0, next_try_at=now, created_at=now)
    )


async def _are_told(tx: Transaction, now: datetime) -> bool:
    """Whether staff have had so many urgent mails lately that one more says nothing new."""
    lately = select(func.count()).where(outbox.c.created_at > now - WITHIN, outbox.c.urgent)
    return int((await tx.execute(lately)).scalar_one()) >= MAX_URGENT


async def claim_due(tx: Transaction, *, now: datetime, lease: timedelta) -> Notification | None:
    """Take the next mail that is due; nobody else takes it during the lease."""
    return await claim(tx, outbox, now=now, lease=lease) or await claim(
        tx, studio_mails, now=now, lease=lease
    )


async def claim(tx: Transaction, table: Table, *, now: datetime, lease: timedelta) -> Notification | None:
    """Take the next of one table that is due, urgent ones first."""
    due = (table.c.state == "waiting", table.c.next_try_at <= now)
    urgent_first = (table.c.urgent.desc(),) if "urgent" in table.c else ()
    found = await tx.execute(
        select(table)
        .where(*due)
        .order_by(*urgent_first, table.c.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = found.mappings().first()
    if row is None:
        return None
    taken = await tx.execute(
        update(table)
        .where(table.c.id == row["id"], *due)
        .values(attempts=table.c.attempts + 1, next_try_at=now + lease)
    )
    if taken.rowcount != 1:
        return None
    names = ("id", "about", "about_id", "urgent", "account_id", "path", "subscription_id")
    known = {name: row[name] for name in names if row.get(name) is not None}
    return Notification(**known, attempts=row["attempts"] + 1)


async def mark_sent(tx: Transaction, parcel: Notification, *, now: datetime) -> None:
    """Note that the mail server took it."""
    mine = parcel.table.c.id == parcel.id
    await tx.execute(update(parcel.table).where(mine).values(state="sent", sent_at=now, problem=None))


async def mark_failed(
    tx: Transaction, parcel: Notification, *, problem: str, retries_s: Sequence[float], now: datetime
) -> bool:
    """Plan the next try; True when there is none left and the mail is dead, but kept."""
    mine = parcel.table.c.id == parcel.id
    is_dead = parcel.attempts > len(retries_s)
    if is_dead:
        values = {"state": "dead", "problem": problem[:200]}
        await tx.execute(update(parcel.table).where(mine).values(**values))
    else:
        next_try_at = now + timedelta(seconds=retries_s[parcel.attempts - 1])
        await tx.execute(
            update(parcel.table).where(mine).values(next_try_at=next_try_at, problem=problem[:200])
        )
    return is_dead
