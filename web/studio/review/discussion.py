"""What colleagues say about an answer, and whom they ask to look at it; and the answer's figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from web.accounts import accounts
from web.core.db import Transaction
from web.core.errors import BadRequest, NotFound
from web.core.i18n import say
from web.schema import answer_comments, new_id, review_requests
from web.studio.answers import Editor
from web.studio.teamwork import assignments
from web.studio.teamwork.due_dates import read_due

MAX_COMMENT_CHARS, MAX_NOTE_CHARS = 2_000, 500
REVIEWERS = frozenset({"owner", "clinician", "administrator"})


@dataclass(frozen=True)
class Discussion:
    """What stands beside an answer: comments, open requests for review, who works on it, who can be asked."""

    comments: Sequence[RowMapping]
    requests: Sequence[RowMapping]
    colleagues: Sequence[tuple[str, str]]
    everybody: Sequence[tuple[str, str]]
    assigned: RowMapping | None = None


async def about(tx: Transaction, answer_id: str, *, but: str) -> Discussion:
    """Everything that is said about an answer, the newest last."""
    comments = select(answer_comments).where(answer_comments.c.answer_id == answer_id)
    requests = select(review_requests).where(
        review_requests.c.answer_id == answer_id, review_requests.c.done_at.is_(None)
    )
    people = [each for each in await accounts.everybody(tx) if each.is_open and REVIEWERS & each.roles]
    return Discussion(
        list((await tx.execute(comments.order_by(answer_comments.c.made_at))).mappings()),
        list((await tx.execute(requests.order_by(review_requests.c.asked_at))).mappings()),
        [(each.id, each.name) for each in people if each.id != but],
        [(each.id, each.name) for each in people],
        await assignments.of_answer(tx, answer_id),
    )


async def comment(tx: Transaction, answer_id: str, text: str, *, by: Editor, now: datetime) -> None:
    """Say something about an answer. Raises BadRequest."""
    words = text.strip()
    if not 0 < len(words) <= MAX_COMMENT_CHARS:
        raise BadRequest(f"A comment has between 1 and {MAX_COMMENT_CHARS} characters.")
    row = {"id": new_id(), "answer_id": answer_id, "text": words, "made_at": now}
    await tx.execute(insert(answer_comments).values(**row, made_by=by.id, made_by_name=by.name))


async def close_comment(
    tx: Transaction, answer_id: str, comment_id: str, *, by: Editor, now: datetime
) -> None:
    """Mark a comment as dealt with. Raises NotFound."""
    mine = (answer_comments.c.id == comment_id, answer_comments.c.answer_id == answer_id)
    values = {"closed_at": now, "closed_by_name": by.name}
    if (await tx.execute(update(answer_comments).where(*mine).values(**values))).rowcount != 1:
        raise NotFound(say("no_such_page"))


async def ask(
    tx: Transaction, answer_id: str, of: str, *, note: str, due: str, by: Editor, now: datetime
) -> str:
    """Ask a colleague to look at an answer; returns their name. Raises BadRequest."""
    people = {each.id: each for each in await accounts.everybody(tx) if each.is_open}
    if of not in people or of == by.id or not REVIEWERS & set(people[of].roles):
        raise BadRequest("Choose a colleague who works in the studio.")
    due = read_due(due, now.date())
    row = {"id": new_id(), "answer_id": answer_id, "note": note.strip()[:MAX_NOTE_CHARS], "due": due}
    asked = {"asked_by": by.id, "asked_by_name": by.name, "asked_of": of, "asked_at": now}
    name = people[of].name
    await tx.execute(insert(review_requests).values(**row, **asked, asked_of_name=name))
    return str(name)


async def finish(tx: Transaction, answer_id: str, request_id: str, *, by: Editor, now: datetime) -> None:
    """Say that a review is done. Raises NotFound."""
    mine = (
        review_requests.c.id == request_id,
        review_requests.c.answer_id == answer_id,
        review_requests.c.done_at.is_(None),
    )
    values = {"done_at": now, "done_by_name": by.name}
    if (await tx.execute(update(review_requests).where(*mine).values(**values))).rowcount != 1:
        raise NotFound(say("no_such_page"))


async def asked_of(tx: Transaction, account_id: str) -> Sequence[RowMapping]:
    """The reviews that somebody is asked for, the most urgent first."""
    mine = (review_requests.c.asked_of == account_id, review_requests.c.done_at.is_(None))
    rows = (await tx.execute(select(review_requests).where(*mine))).mappings()
    return sorted(rows, key=lambda row: (row["due"] or "9", row["asked_at"]))
