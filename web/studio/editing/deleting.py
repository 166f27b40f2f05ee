"""Deleting an answer: it is gone from the studio and from the next release, and kept in the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import func, insert, select

from content.answers import Answer
from content.clinical import Judge
from web.core.db import Transaction
from web.core.errors import NotFound
from web.core.i18n import say
from web.schema import answer_versions
from web.schema import answers as answer_rows
from web.studio import answers
from web.studio.answers import Draft, EditedMeanwhile, Editor

DELETED = "deleted"
MAX_SHOWN = 200


@dataclass(frozen=True)
class Deleted:
    """An answer that no longer exists: what it was called, and who deleted it when and why."""

    id: str
    title: str
    by_name: str
    at: datetime
    why: str


async def delete(
    tx: Transaction,
    answer_id: str,
    *,
    version: int,
    by: Editor,
    judge: Judge,
    now: datetime,
    why: str = DELETED,
    instead: str = "",
) -> Draft:
    """Take an answer away; who offered it offers `instead`, or nothing. Raises EditedMeanwhile, NotFound."""
    gone = await remove(tx, answer_id, version=version, by=by, now=now, why=why)
    await lead_elsewhere(tx, {gone.id: instead}, by=by, judge=judge, now=now)
    return gone


async def remove(
    tx: Transaction, answer_id: str, *, version: int, by: Editor, now: datetime, why: str = DELETED
) -> Draft:
    """Take an answer away and leave what leads to it: `lead_elsewhere` follows. Raises as `delete`."""
    standing = await answers.get(tx, answer_id)
    if standing is None:
        raise NotFound(say("no_such_page"))
    if standing.version != version:
        raise EditedMeanwhile(standing, await answers.who(tx, standing))
    values = answers.row_values(standing.answer, standing.tests, False, version + 1, by, now)
    last = answers.version_values(standing.answer, values, by, why)
    await tx.execute(insert(answer_versions).values(**last))
    await tx.execute(delete_rows(answer_rows).where(answer_rows.c.id == answer_id))
    return standing


async def lead_elsewhere(
    tx: Transaction, instead: Mapping[str, str], *, by: Editor, judge: Judge, now: datetime
) -> None:
    """No answer leads to one that is gone, but to the one `instead`, if any. Nothing of this is signed."""
    for draft in await answers.list_all(tx):
        answer = draft.answer
        led = dict.fromkeys(instead.get(each, each) for each in answer.next)
        following = {aspect: instead.get(name, name) for aspect, name in answer.follow_ups.items()}
        changed = replace(
            answer,
            next=tuple(each for each in led if each and each != answer.id),
            follow_ups={aspect: name for aspect, name in following.items() if name and name != answer.id},
        )
        if changed != answer:
            why = "an answer to which it led is gone"
            await keep(tx, draft, changed, by=by, why=why, judge=judge, now=now)


async def keep(
    tx: Transaction,
    draft: Draft,
    answer: Answer,
    *,
    by: Editor,
    why: str,
    judge: Judge,
    now: datetime,
    tests: Sequence[str] | None = None,
    is_on: bool | None = None,
) -> Draft:
    """Store an answer as it was read a moment ago, with something changed. Raises EditedMeanwhile."""
    return await answers.save(
        tx,
        answer,
        tests=draft.tests if tests is None else tests,
        is_on=draft.is_on if is_on is None else is_on,
        version=draft.version,
        by=by,
        why=why,
        now=now,
        judge=judge,
    )


async def deleted(tx: Transaction) -> list[Deleted]:
    """What was deleted, the last first."""
    newest = select(answer_versions.c.answer_id, func.max(answer_versions.c.version).label("version"))
    there = select(answer_rows.c.id)
    gone = newest.where(answer_versions.c.answer_id.not_in(there)).group_by(answer_versions.c.answer_id)
    last = gone.subquery()
    same = (answer_versions.c.answer_id == last.c.answer_id) & (answer_versions.c.version == last.c.version)
    query = select(answer_versions).join(last, same).order_by(answer_versions.c.changed_at.desc())
    rows = (await tx.execute(query.limit(MAX_SHOWN))).mappings()
    return [_deleted(row) for row in rows]


def _deleted(row: Any) -> Deleted:
    title = str(row["content"].get("title") or row["answer_id"])
    return Deleted(row["answer_id"], title, row["changed_by_name"], row["changed_at"], row["why"])


async def bring_back(tx: Transaction, answer_id: str, *, by: Editor, judge: Judge, now: datetime) -> Draft:
    """Put a deleted answer back as it was, switched off. Raises NotFound."""
    versions = await answers.versions(tx, answer_id)
    if not versions or await answers.get(tx, answer_id) is not None:
        raise NotFound(say("no_such_page"))
    last = versions[0]
    answer = judge.locked(Answer.from_data(last["content"]), Answer.from_data(last["content"]))
    values = answers.row_values(answer, last["tests"], False, last["version"] + 1, by, now)
    await tx.execute(insert(answer_rows).values(id=answer_id, created_at=now, **values))
    await tx.execute(insert(answer_versions).values(**answers.version_values(answer, values, by, "restored")))
    found = await answers.get(tx, answer_id)
    assert found is not None
    return found
