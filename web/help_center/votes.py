"""How many found an answer's page helpful: counted by day, with nothing of who they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from web.core.db import Transaction, upsert
from web.schema import answer_votes


@dataclass(frozen=True)
class Votes:
    """How many said yes, and how many no."""

    yes: int = 0
    no: int = 0


async def count(tx: Transaction, answer_id: str, *, helpful: bool, now: datetime) -> None:
    """Count one vote."""
    key = {"answer_id": answer_id, "day": now.replace(hour=0, minute=0, second=0, microsecond=0)}
    column = answer_votes.c.yes if helpful else answer_votes.c.no
    first = {"yes": int(helpful), "no": int(not helpful)}
    await upsert(tx, answer_votes, key, first, change={column.name: column + 1})


async def of(tx: Transaction, answer_id: str) -> Votes:
    """All votes on one answer."""
    sums = select(func.sum(answer_votes.c.yes), func.sum(answer_votes.c.no))
    yes, no = (await tx.execute(sums.where(answer_votes.c.answer_id == answer_id))).one()
    return Votes(yes or 0, no or 0)
