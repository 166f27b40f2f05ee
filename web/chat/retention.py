"""What is deleted, when: on the visitor's word at once, and by itself when its time is over.

Walks every table of the schema. A row with a `conversation_id` goes with its conversation; any other
table says in its `info` how long its rows stay (`web.schema.base.Kept`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, and_, delete, exists, func, or_, select, update

from web.chat import turns
from web.chat.callbacks import IS_OPEN as callbacks_open
from web.chat.handoffs import IS_OPEN as handoffs_open
from web.core.db import Transaction
from web.core.limits import Limits
from web.schema import callback_events, callbacks, conversations, handoffs, metadata, outbox

# With each go a few dozen rows, and whoever writes waits meanwhile.
CHATS_AT_ONCE = 100


@dataclass(frozen=True)
class TableReport:
    """One table in the report: how many rows, the oldest, the policy, and how many break it."""

    table: str
    policy: str
    rows: int
    oldest: datetime | None
    overdue: int


async def forget(
    tx: Transaction, conversation_id: str, *, by: str, keep_callbacks: bool, now: datetime
) -> None:
    """Delete every word of a conversation. What stays is a stone without words: when, and who said so.

    `keep_callbacks` keeps a call that was asked for and is still open, as the visitor chose.
    """
    # What another request is storing for it is stored first, and then deleted with the rest.
    await turns.lock(tx, conversation_id)
    kept = await _open_callbacks(tx, conversation_id) if keep_callbacks else []
    for table in _of_conversations():
        mine = table.c.conversation_id == conversation_id
        if kept and table in _WITH_A_CALLBACK:
            mine = and_(mine, _WITH_A_CALLBACK[table].not_in(kept))
        await tx.execute(delete(table).where(mine))
    stone: dict[str, Any] = {"token_hash": "", "events": [], "time_zone": None, "deleted_by": by}
    stone |= {"deleted_at": now, "updated_at": now}
    await tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(**stone))


async def has_open_callback(tx: Transaction, conversation_id: str) -> bool:
    """Whether a visitor who deletes has to be asked about a call first."""
    return bool(await _open_callbacks(tx, conversation_id))


async def purge_chats(tx: Transaction, *, limits: Limits, now: datetime, most: int = CHATS_AT_ONCE) -> int:
    """Delete conversations whose time is over, with all that goes with them; the answer is how many."""
    over = select(conversations.c.id).where(_is_over(limits, now)).limit(most)
    ids = list((await tx.execute(over)).scalars())
    if ids:
        await tx.execute(delete(conversations).where(conversations.c.id.in_(ids)))
    return len(ids)


async def purge_others(tx: Transaction, *, now: datetime) -> int:
    """Delete the rows of other tables whose time is over; the answer is how many."""
    rows = 0
    for table, since, kept_for in _with_days():
        rows += int((await tx.execute(delete(table).where(since < now - kept_for))).rowcount)
    return rows


async def report(tx: Transaction, *, limits: Limits, now: datetime) -> list[TableReport]:
    """The oldest row of every table against the policy, in the order of their names."""
    lines = [await _line(tx, table, limits, now) for table in metadata.tables.values()]
    return sorted(lines, key=lambda line: line.table)


async def _line(tx: Transaction, table: Table, limits: Limits, now: datetime) -> TableReport:
    if table is conversations:
        policy = f"{limits.chat_days} days after the last message; {limits.handoff_days} with a request"
        return await _counted(tx, table, policy, conversations.c.updated_at, _is_over(limits, now))
    if "conversation_id" in table.c:
        mine = exists().where(conversations.c.id == table.c.conversation_id)
        since = (
            select(conversations.c.updated_at)
            .where(conversations.c.id == table.c.conversation_id)
            .scalar_subquery()
        )
        is_over = or_(mine.where(_is_over(limits, now)), ~mine)
        return await _counted(tx, table, "with its conversation", since, is_over)
    kept = table.info["kept"]
    since = table.c[kept.since]
    if kept.days is None:
        return await _counted(tx, table, f"as long as the clinic wants: {kept.why}", since, None)
    is_over = since < now - timedelta(days=kept.days)
    return await _counted(tx, table, f"{kept.days} days: {kept.why}", since, is_over)


async def _counted(tx: Transaction, table: Table, policy: str, since: Any, is_over: Any) -> TableReport:
    aged = select(since.label("since")).select_from(table).subquery()
    found = (await tx.execute(select(func.count(), func.min(aged.c.since)).select_from(aged))).one()
    overdue = 0
    if is_over is not None:
        overdue = (await tx.execute(select(func.count()).select_from(table).where(is_over))).scalar_one()
    return TableReport(table.name, policy, found[0], found[1], overdue)


def _is_over(limits: Limits, now: datetime) -> Any:
    """Conversations whose time is over. A request that is still open keeps its conversation."""
    id_, last = conversations.c.id, conversations.c.updated_at
    asked_call = exists().where(callbacks.c.conversation_id == id_)
    asked_person = exists().where(handoffs.c.conversation_id == id_)
    still_open = or_(
        asked_call.where(callbacks_open),
        asked_person.where(handoffs_open),
    )
    alone = and_(last < now - timedelta(days=limits.chat_days), ~asked_call, ~asked_person)
    with_request = last < now - timedelta(days=limits.handoff_days)
    # Said once more for the index: nothing younger than this can be over.
    youngest = last < now - timedelta(days=min(limits.chat_days, limits.handoff_days))
    return and_(youngest, or_(alone, with_request), ~still_open)


def _of_conversations() -> Iterator[Table]:
    """Every table of rows that belong to a conversation, those that refer to others first."""
    for table in reversed(metadata.sorted_tables):
        if "conversation_id" in table.c:
            yield table


def _with_days() -> Iterator[tuple[Table, Any, timedelta]]:
    for table in reversed(metadata.sorted_tables):
        kept = table.info.get("kept")
        if kept is not None and kept.days is not None:
            yield table, table.c[kept.since], timedelta(days=kept.days)


async def _open_callbacks(tx: Transaction, conversation_id: str) -> list[str]:
    is_open = (callbacks.c.conversation_id == conversation_id, callbacks_open)
    return list((await tx.execute(select(callbacks.c.id).where(*is_open))).scalars())


# The tables of which rows stay when an open call is kept, by the column that names the call.
_WITH_A_CALLBACK: dict[Table, Any] = {
    callbacks: callbacks.c.id,
    callback_events: callback_events.c.callback_id,
    outbox: outbox.c.about_id,
}
