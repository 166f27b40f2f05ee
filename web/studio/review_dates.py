"""Review dates: what is due, and the reminders 14, 7 and 0 days before, each sent once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, select

from web.core.db import Transaction
from web.schema import new_id, reminders
from web.studio.signatures import of
from web.studio.workspace import Workspace

STEPS = (14, 7, 0)


@dataclass(frozen=True)
class Due:
    """One answer whose review date is near, or over."""

    answer_id: str
    title: str
    review_by: date
    days: int
    is_clinical: bool

    @property
    def in_words(self) -> str:
        """When, as people say it."""
        if self.days < 0:
            return "overdue since yesterday" if self.days == -1 else f"overdue for {-self.days} days"
        return "today" if self.days == 0 else "tomorrow" if self.days == 1 else f"in {self.days} days"


def due(desk: Workspace) -> list[Due]:
    """Answers to review within 14 days, the most urgent first. What was signed counts until its date."""
    found = []
    for draft in desk.drafts:
        dates = [each.review_by for each in of(draft.answer, desk.signed).values()]
        written = min(dates, default=draft.answer.review_by)
        try:
            review_by = date.fromisoformat(written)
        except ValueError:
            continue
        days = (review_by - desk.today).days
        if draft.is_on and days <= max(STEPS):
            title = draft.answer.title or draft.id
            found.append(Due(draft.id, title, review_by, days, draft.answer.clinical))
    return sorted(found, key=lambda each: (each.days, each.title.lower()))


async def claim(tx: Transaction, listed: Sequence[Due], *, now: datetime) -> list[Due]:
    """The answers whose next reminder is due; noted at once, so that nobody is told twice."""
    columns = (reminders.c.answer_id, reminders.c.review_by, reminders.c.days)
    told = {tuple(row) for row in await tx.execute(select(*columns))}
    to_tell = []
    for each in listed:
        reached = [days for days in STEPS if each.days <= days]
        review_by = each.review_by.isoformat()
        fresh = [days for days in reached if (each.answer_id, review_by, days) not in told]
        if reached and min(reached) in fresh:
            to_tell.append(each)
        for days in fresh:
            row = {"answer_id": each.answer_id, "review_by": review_by, "days": days}
            await tx.execute(insert(reminders).values(id=new_id(), reminded_at=now, **row))
    return to_tell


async def give_back(tx: Transaction, listed: Sequence[Due]) -> None:
    """Take the note back when the mail did not leave: it is tried again."""
    for each in listed:
        mine = (reminders.c.answer_id == each.answer_id, reminders.c.review_by == each.review_by.isoformat())
        await tx.execute(delete(reminders).where(*mine))
