"""Who is to work on an answer, and until when: one person at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import RowMapping, insert, select, update

from web.accounts import accounts
from web.core.db import Transaction
from web.core.errors import BadRequest, NotFound
from web.core.i18n import say
from web.core.settings import Settings
from web.schema import answer_assignments, new_id
from web.studio.answers import Editor
from web.studio.teamwork import mails
from web.studio.teamwork.due_dates import read_due

MAX_NOTE_CHARS = 500
_OPEN = answer_assignments.c.ended_at.is_(None)


async def assign(
    tx: Transaction, answer_id: str, to: str, *, note: str, due: str, by: Editor, now: datetime, today: date
) -> str:
    """Give an answer to somebody to work on, instead of whoever had it; returns their name.

    Raises BadRequest.
    """
    people = {each.id: each for each in await accounts.everybody(tx) if each.is_open}
    if to not in people or not mails.WORKS_HERE & people[to].roles:
        raise BadRequest("Choose somebody who works in the studio.")
    until = read_due(due, today)
    await _end(tx, answer_id, by=by, now=now)
    name = people[to].name
    row = {"id": new_id(), "answer_id": answer_id, "assigned_to": to, "assigned_to_name": name}
    how = {"note": note.strip()[:MAX_NOTE_CHARS], "due": until, "assigned_at": now}
    await tx.execute(
        insert(answer_assignments).values(**row, **how, assigned_by=by.id, assigned_by_name=by.name)
    )
    return name


async def finish(tx: Transaction, answer_id: str, *, by: Editor, now: datetime) -> None:
    """Say that nobody has to work on it any more. Raises NotFound."""
    if not await _end(tx, answer_id, by=by, now=now):
        raise NotFound(say("no_such_page"))


async def of_answer(tx: Transaction, answer_id: str) -> RowMapping | None:
    """Who works on an answer."""
    mine = select(answer_assignments).where(answer_assignments.c.answer_id == answer_id, _OPEN)
    return (await tx.execute(mine)).mappings().first()


async def assigned(tx: Transaction) -> dict[str, RowMapping]:
    """Everything that somebody works on, by answer."""
    rows = (await tx.execute(select(answer_assignments).where(_OPEN))).mappings()
    return {row["answer_id"]: row for row in rows}


async def of_person(tx: Transaction, account_id: str) -> Sequence[RowMapping]:
    """What somebody is to work on, the most urgent first."""
    mine = (answer_assignments.c.assigned_to == account_id, _OPEN)
    rows = (await tx.execute(select(answer_assignments).where(*mine))).mappings()
    return sorted(rows, key=lambda row: (row["due"] or "9", row["assigned_at"]))


async def remind(tx: Transaction, settings: Settings, *, now: datetime, today: date) -> int:
    """Tell those whose day has come, once; how many that were."""
    due = (_OPEN, answer_assignments.c.due != "", answer_assignments.c.due <= today.isoformat())
    fresh = select(answer_assignments).where(*due, answer_assignments.c.reminded_at.is_(None))
    rows = list((await tx.execute(fresh)).mappings())
    for row in rows:
        mine = (answer_assignments.c.id == row["id"], answer_assignments.c.reminded_at.is_(None))
        taken = await tx.execute(update(answer_assignments).where(*mine).values(reminded_at=now))
        if taken.rowcount:
            path = mails.page_of(row["answer_id"])
            await mails.tell(tx, settings, [row["assigned_to"]], about="due", path=path, now=now)
    return len(rows)


async def _end(tx: Transaction, answer_id: str, *, by: Editor, now: datetime) -> bool:
    mine = (answer_assignments.c.answer_id == answer_id, _OPEN)
    values = {"ended_at": now, "ended_by_name": by.name}
    return bool((await tx.execute(update(answer_assignments).where(*mine).values(**values))).rowcount)
