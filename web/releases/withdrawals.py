"""Taking something away from visitors at once: one answer, or the whole bot. No build is needed.

A withdrawn answer is replaced by its safe form. With the bot off, only the phone, the callback and
the crisis cards are left. Both hold from the next message on, in every process.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update

from web.accounts import audit
from web.core.db import Transaction
from web.core.errors import BadRequest
from web.core.i18n import say
from web.schema import new_id, withdrawals

MAX_REASON_CHARS = 500
# Why the bot is off between the choice at the set-up and the first release.
NOTHING_OWN = "Nothing of this clinic's own is published yet."


@dataclass(frozen=True)
class Withdrawal:
    """One answer that is withdrawn (or, without one, the bot that is off)."""

    id: str
    answer_id: str | None
    reason: str
    by: str
    since: datetime
    until: datetime | None = None


async def withdraw(tx: Transaction, answer_id: str, *, by: str, reason: str, now: datetime) -> None:
    """Replace an answer by its safe form; a second time changes nothing."""
    await _begin(tx, answer_id, by=by, reason=reason, now=now)
    await audit.note(tx, by=by, did="answer.withdrawn", about="answers", about_id=answer_id, now=now)


async def give_back(tx: Transaction, answer_id: str, *, by: str, now: datetime) -> None:
    """Let a withdrawn answer speak again."""
    await _end(tx, answer_id, by=by, now=now)
    await audit.note(tx, by=by, did="answer.given_back", about="answers", about_id=answer_id, now=now)


async def bot_off(tx: Transaction, *, by: str, reason: str, now: datetime) -> None:
    """Leave only the phone, the callback and the crisis cards."""
    await _begin(tx, None, by=by, reason=reason, now=now)
    await audit.note(tx, by=by, did="bot.switched_off", about="bot", now=now)


async def bot_on(tx: Transaction, *, by: str, now: datetime) -> None:
    """Let the bot answer again."""
    await _end(tx, None, by=by, now=now)
    await audit.note(tx, by=by, did="bot.switched_on", about="bot", now=now)


async def begin_to_speak(tx: Transaction, *, by: str, now: datetime) -> None:
    """Switch a bot on that was off only because nothing of this clinic's own was published."""
    if any(each.answer_id is None and each.reason == NOTHING_OWN for each in await in_force(tx)):
        await bot_on(tx, by=by, now=now)


async def in_force(tx: Transaction) -> list[Withdrawal]:
    """Everything that is taken away now, the newest first."""
    query = select(withdrawals).where(withdrawals.c.until.is_(None)).order_by(withdrawals.c.since.desc())
    return [
        Withdrawal(row.id, row.answer_id, row.reason, row.by, row.since) for row in await tx.execute(query)
    ]


async def _begin(tx: Transaction, answer_id: str | None, *, by: str, reason: str, now: datetime) -> None:
    reason = " ".join(reason.split())
    if not reason or len(reason) > MAX_REASON_CHARS:
        raise BadRequest(say("reason_needed"))
    held = await tx.execute(select(withdrawals.c.id).where(_is_in_force(answer_id)))
    if held.first() is None:
        row = {"id": new_id(), "answer_id": answer_id, "reason": reason, "by": by, "since": now}
        await tx.execute(insert(withdrawals).values(**row))


async def _end(tx: Transaction, answer_id: str | None, *, by: str, now: datetime) -> None:
    await tx.execute(update(withdrawals).where(_is_in_force(answer_id)).values(until=now, until_by=by))


def _is_in_force(answer_id: str | None) -> ColumnElement[bool]:
    same = withdrawals.c.answer_id.is_(None) if answer_id is None else withdrawals.c.answer_id == answer_id
    return same & withdrawals.c.until.is_(None)
