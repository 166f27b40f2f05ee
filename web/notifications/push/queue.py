"""What is on its way to devices: planned with its cause, spread over who is on duty, sent and retried.

For the same causes and to the same people as mail. First whoever is on duty is told, page open or not;
everybody only where that reaches nobody and somebody may be in danger, or nobody has answered in time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, func, insert, select, update

from web.accounts import accounts
from web.core.db import Transaction
from web.notifications import on_call
from web.schema import callbacks, handoffs, new_id, push_messages, push_subscriptions

CALLBACK, AGAIN = "callback", "again"
# A device rings no more often than this; what comes in between is told by the next one.
PAUSE, PAUSE_URGENT = timedelta(seconds=60), timedelta(seconds=15)
AT_ONCE = 100


async def plan(
    tx: Transaction, *, about: str, conversation_id: str, urgent: bool, now: datetime, account_id: str = ""
) -> None:
    """Ask for devices to be told, in the transaction of the cause; nothing where nobody turned one on."""
    if (await tx.execute(select(push_subscriptions.c.id).limit(1))).first() is None:
        return
    await _add(
        tx, about=about, conversation_id=conversation_id, urgent=urgent, account_id=account_id or None,
        subscription_id=None, state="planned", next_try_at=now, created_at=now,
    )  # fmt: skip


async def is_any_due(tx: Transaction, *, now: datetime) -> bool:
    """Whether there is something to do."""
    c = push_messages.c
    due = select(c.id).where(c.state.in_(("planned", "waiting")), c.next_try_at <= now).limit(1)
    return (await tx.execute(due)).first() is not None


async def spread(tx: Transaction, *, on_duty: Iterable[str], now: datetime) -> None:
    """Give each device that is told of something a row of its own."""
    c = push_messages.c
    planned = select(push_messages).where(c.state == "planned").order_by(c.created_at).limit(AT_ONCE)
    for row in (await tx.execute(planned)).mappings().all():
        mine = (c.id == row["id"], c.state == "planned")
        done = await tx.execute(update(push_messages).where(*mine).values(state="spread"))
        if done.rowcount != 1 or not await still_waits(tx, row):
            continue  # another process was faster, or somebody has answered
        for subscription_id in await _devices_for(tx, row, set(on_duty)):
            await _add(
                tx, about=row["about"], conversation_id=row["conversation_id"], urgent=row["urgent"],
                account_id=None, subscription_id=subscription_id, state="waiting", created_at=now,
                next_try_at=await _not_before(tx, subscription_id, urgent=row["urgent"], now=now),
            )  # fmt: skip


async def still_waits(tx: Transaction, row: RowMapping) -> bool:
    """Whether what a row tells of is still to be done by anybody."""
    mine = row["conversation_id"]
    if row["about"] == CALLBACK:
        is_open = (callbacks.c.state == "new") & callbacks.c.claimed_at.is_(None)
        query = select(callbacks.c.id).where(callbacks.c.conversation_id == mine, is_open)
    else:
        query = select(handoffs.c.id).where(
            handoffs.c.conversation_id == mine, handoffs.c.state == "requested"
        )
    return (await tx.execute(query.limit(1))).first() is not None


async def told_together(tx: Transaction, row: RowMapping, *, now: datetime) -> None:
    """Note what else a device was told by one message: it leads to the desk, where all of it stands."""
    c = push_messages.c
    others = (c.subscription_id == row["subscription_id"], c.state == "waiting")
    less = () if row["urgent"] else (c.urgent.is_(False),)
    await tx.execute(
        update(push_messages).where(*others, *less).values(state="sent", sent_at=now, problem=None)
    )


async def close(tx: Transaction, row_id: str) -> None:
    """Note that there is nothing to tell any more."""
    await tx.execute(update(push_messages).where(push_messages.c.id == row_id).values(state="over"))


async def _devices_for(tx: Transaction, row: RowMapping, on_duty: set[str]) -> list[str]:
    """The devices that are told of something, each once also where several people use it."""
    allowed = {each.id for each in await accounts.of_the_desk(tx)}
    c = push_subscriptions.c
    found = await tx.execute(select(c.id, c.account_id, c.push_endpoint_hash))
    known = [each for each in found if each.account_id in allowed]
    if row["account_id"]:
        chosen = [each for each in known if each.account_id == row["account_id"]]
    else:
        chosen = [each for each in known if each.account_id in on_duty]
        is_last = row["about"] == on_call.ABOUT
        if is_last or (not chosen and (row["urgent"] or row["about"] == AGAIN)):
            chosen = known
    return list({each.push_endpoint_hash: each.id for each in chosen}.values())


async def _not_before(tx: Transaction, subscription_id: str, *, urgent: bool, now: datetime) -> datetime:
    """When a device may ring again: a while after the last one, and after the one that is to come."""
    c, pause = push_messages.c, PAUSE_URGENT if urgent else PAUSE
    mine = (c.subscription_id == subscription_id, *((c.urgent,) if urgent else ()))
    told = select(func.max(c.sent_at)).where(*mine, c.state == "sent")
    to_come = select(func.max(c.next_try_at)).where(*mine, c.state == "waiting")
    moments = [(await tx.execute(query)).scalar_one() for query in (told, to_come)]
    return max([now, *(moment + pause for moment in moments if moment)])


async def _add(tx: Transaction, **values: object) -> None:
    await tx.execute(insert(push_messages).values(id=new_id(), attempts=0, **values))
