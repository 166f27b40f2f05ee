"""The open handoffs as the desk lists them; of an address with too many, folded into one row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, exists, func, or_, select

from web.chat.handoffs.record import IS_OPEN
from web.core.db import Transaction
from web.schema import conversations, handoffs, visits

_FOLDS = (
    select(
        handoffs.c.fold_id,
        func.count().label("open"),
        func.min(handoffs.c.requested_at).label("since"),
        func.max(handoffs.c.urgent_at).label("told_at"),
        func.min(handoffs.c.conversation_id).filter(handoffs.c.opened_at.is_(None)).label("unopened"),
    )
    .where(IS_OPEN, handoffs.c.fold_id.is_not(None))
    .group_by(handoffs.c.fold_id)
    .order_by(func.min(handoffs.c.requested_at))
)
# Urgent, shown by itself, and nobody has it yet.
_IS_FREE = handoffs.c.state == "requested"
_STANDS_ALONE = and_(handoffs.c.urgent, _IS_FREE, handoffs.c.fold_id.is_(None))
_REST = select(
    func.count().label("open"),
    func.min(handoffs.c.requested_at).label("since"),
    func.max(handoffs.c.urgent_at).label("told_at"),
    func.min(handoffs.c.conversation_id).filter(handoffs.c.opened_at.is_(None)).label("unopened"),
).where(IS_OPEN, _STANDS_ALONE)


async def open_ones(tx: Transaction) -> list[RowMapping]:
    """Every open handoff that is shown by itself: urgent ones first, then the oldest."""
    return await _open_ones(tx, handoffs.c.fold_id.is_(None))


async def listed_ones(
    tx: Transaction, *, most_urgent: int, here_since: datetime
) -> tuple[list[RowMapping], RowMapping | None]:
    """Those, with at most so many urgent ones that nobody holds; and what counts the rest of these.

    Whose visitor was there since `here_since` comes first, then the longest wait: somebody in danger
    waits, a script mostly does not. The rest has `open`, `since`, `told_at` and `unopened`.
    """
    calm = await _open_ones(tx, handoffs.c.fold_id.is_(None), or_(~handoffs.c.urgent, ~_IS_FREE))
    order = (_is_here(here_since).desc(), handoffs.c.requested_at, handoffs.c.id)
    urgent = await _open_ones(tx, _STANDS_ALONE, order=order, most=most_urgent)
    if len(urgent) < most_urgent:
        return [*urgent, *calm], None
    shown = [row["id"] for row in urgent]
    rest = (await tx.execute(_REST.where(handoffs.c.id.not_in(shown)))).mappings().one()
    return [*urgent, *calm], rest if rest["open"] else None


async def urgent_ones(
    tx: Transaction, *, here_since: datetime, after: int, most: int
) -> tuple[list[RowMapping], int]:
    """A page of all urgent ones that nobody holds, as they are listed; and how many there are."""
    order = (_is_here(here_since).desc(), handoffs.c.requested_at, handoffs.c.id)
    rows = await _open_ones(tx, _STANDS_ALONE, order=order, most=most, after=after)
    return rows, int((await tx.execute(_REST)).mappings().one()["open"])


async def watched_ones(tx: Transaction) -> list[RowMapping]:
    """Those, and of each fold the ones that staff were told of: somebody has to look at them in time."""
    return await _open_ones(tx, or_(handoffs.c.fold_id.is_(None), handoffs.c.urgent_at.is_not(None)))


async def of_fold(tx: Transaction, fold_id: str, *, most: int) -> list[RowMapping]:
    """The open handoffs of one fold, the oldest first."""
    return await _open_ones(tx, handoffs.c.fold_id == fold_id, most=most)


async def count_of_fold(tx: Transaction, fold_id: str) -> int:
    """How many are open in one fold."""
    of = select(func.count()).select_from(handoffs).where(IS_OPEN, handoffs.c.fold_id == fold_id)
    return int((await tx.execute(of)).scalar_one())


async def folds(tx: Transaction) -> list[RowMapping]:
    """What is folded: how many are open in each, since when, and when staff were last told."""
    found = await tx.execute(_FOLDS)
    return list(found.mappings())


async def _open_ones(
    tx: Transaction, *conditions: Any, most: int | None = None, order: Any = (), after: int | None = None
) -> list[RowMapping]:
    found = await tx.execute(
        select(handoffs, conversations.c.language)
        .join(conversations, conversations.c.id == handoffs.c.conversation_id)
        .where(IS_OPEN, *conditions)
        .order_by(*(order or (handoffs.c.urgent.desc(), handoffs.c.requested_at)))
        .limit(most)
        .offset(after)
    )
    return list(found.mappings())


def _is_here(since: datetime) -> Any:
    seen = (visits.c.conversation_id == handoffs.c.conversation_id, visits.c.seen_at >= since)
    return exists().where(*seen)
