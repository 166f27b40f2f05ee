"""Whom a deed in the studio is told to, by a mail that holds a link and no words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from web.accounts import accounts
from web.core.db import Transaction
from web.core.settings import Settings
from web.notifications import outbox
from web.schema import answer_assignments, answer_comments, answer_versions, review_requests

About = Literal["review", "assigned", "due", "comment", "published", "not_published"]
WORKS_HERE = frozenset({"owner", "clinician", "administrator"})
PUBLISHES = frozenset({"owner", "administrator"})


def page_of(answer_id: str) -> str:
    """Where colleagues talk about an answer."""
    return f"/studio/answers/{answer_id}#discussion"


async def tell(
    tx: Transaction, settings: Settings, people: Iterable[str], *, about: About, path: str, now: datetime
) -> None:
    """Put a mail for each of these people into the outbox, if mail can leave at all.

    Whoever has left, or works in the studio no more, is not told.
    """
    if not settings.can_tell:
        return
    here = {each.id for each in await accounts.everybody(tx) if each.is_open and WORKS_HERE & each.roles}
    for account_id in sorted(set(people) & here):
        await outbox.enqueue_for(tx, account_id, about=about, path=path, now=now)


async def take_part(tx: Transaction, answer_id: str) -> set[str]:
    """Who has to do with an answer: wrote it last, commented, asked or was asked, works on it."""
    comments = select(answer_comments.c.made_by).where(answer_comments.c.answer_id == answer_id)
    open_review = (review_requests.c.answer_id == answer_id, review_requests.c.done_at.is_(None))
    open_work = (answer_assignments.c.answer_id == answer_id, answer_assignments.c.ended_at.is_(None))
    people = set((await tx.execute(comments)).scalars())
    for columns, where in (
        ((review_requests.c.asked_by, review_requests.c.asked_of), open_review),
        ((answer_assignments.c.assigned_by, answer_assignments.c.assigned_to), open_work),
    ):
        people |= {who for row in await tx.execute(select(*columns).where(*where)) for who in row}
    if author := await author_of(tx, answer_id):
        people.add(author)
    return people


async def author_of(tx: Transaction, answer_id: str) -> str | None:
    """Who wrote the newest version; nobody with an account wrote the starter content."""
    versions = select(answer_versions.c.changed_by).where(answer_versions.c.answer_id == answer_id)
    newest = versions.order_by(answer_versions.c.version.desc()).limit(1)
    return (await tx.execute(newest)).scalar_one_or_none()


async def publishers(tx: Transaction) -> set[str]:
    """Everybody who may publish."""
    return {each.id for each in await accounts.everybody(tx) if each.is_open and PUBLISHES & each.roles}
