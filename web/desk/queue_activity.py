"""What goes on in a case: whose words nobody has answered, who looks at it, how far they have read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from web.core.db import Transaction
from web.hours import staff_activity
from web.schema import messages

if TYPE_CHECKING:
    from web.desk.queues import Case


async def add(tx: Transaction, cases: Mapping[str, Case]) -> None:
    """Add it to each case."""
    for row in await staff_activity.of_conversations(tx, cases):
        cases[row["conversation_id"]].onlookers.append(row)
    requests = [case.conversation_id for case in cases.values() if case.handoff is not None]
    if requests:
        await _add_unanswered(tx, cases, requests)


async def _add_unanswered(tx: Transaction, cases: Mapping[str, Case], ids: list[str]) -> None:
    of, author, seq = messages.c.conversation_id, messages.c.author, messages.c.seq
    spoke = select(of, func.max(seq).label("seq")).where(of.in_(ids), author == "staff").group_by(of)
    last = {row.conversation_id: row.seq for row in await tx.execute(spoke)}
    staff = spoke.subquery()
    wrote = (
        select(of, func.min(messages.c.created_at).label("first"), func.max(seq).label("seq"))
        .outerjoin(staff, staff.c.conversation_id == of)
        .where(of.in_(ids), author == "visitor", seq > func.coalesce(staff.c.seq, 0))
        .group_by(of)
    )
    for conversation_id in last:
        cases[conversation_id].was_answered = True
    for row in await tx.execute(wrote):
        case = cases[row.conversation_id]
        case.unanswered_since, case.words_seq = row.first, row.seq
