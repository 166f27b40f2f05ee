"""Answers as drafts in the record: written, changed, switched on and off, with every version kept.

What visitors get is the published release (`web/releases/publishing.py`); nothing here is live by itself.
Whatever is stored was judged first: clinical is what its text says, however it comes in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import RowMapping, func, insert, select, update

from content.answers import Answer, fingerprint
from content.clinical import Judge
from web.core.db import Transaction
from web.core.errors import Refused
from web.schema import answer_versions, answers, new_id

STARTER_CONTENT = "Starter content"
MAX_WHY_CHARS = 300
TEST_MESSAGES = 2
MAX_NAMED = 400  # ids in one statement


class Editor(Protocol):
    """Whoever changes an answer."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Draft:
    """One answer as it stands in the record."""

    answer: Answer
    tests: tuple[str, ...]
    is_on: bool
    version: int
    changed_by: str | None
    changed_at: datetime

    @property
    def id(self) -> str:
        return self.answer.id


class EditedMeanwhile(Refused):
    """Somebody else saved this answer since the form was opened; nothing was overwritten."""

    status = 409

    def __init__(self, theirs: Draft, name: str) -> None:
        super().__init__(f"{name} changed this answer while you were writing. Nothing was overwritten.")
        self.theirs = theirs
        self.name = name


async def list_all(tx: Transaction, known: Mapping[str, Draft] | None = None) -> list[Draft]:
    """Every answer, by its title; of those that are `known` in their present version no word is read."""
    now = (await tx.execute(select(answers.c.id, answers.c.version, answers.c.changed_at))).all()
    have = known or {}
    same = {
        row.id: have[row.id]
        for row in now
        if row.id in have and (have[row.id].version, have[row.id].changed_at) == (row.version, row.changed_at)
    }
    wanted = [row.id for row in now if row.id not in same]
    query = select(answers) if len(wanted) > MAX_NAMED else select(answers).where(answers.c.id.in_(wanted))
    rows = (await tx.execute(query)).mappings() if wanted else ()
    read = {row["id"]: _draft(row) for row in rows if row["id"] not in same}
    return sorted((same | read).values(), key=lambda draft: draft.answer.title.lower())


async def get(tx: Transaction, answer_id: str) -> Draft | None:
    """One answer, or None."""
    row = (await tx.execute(select(answers).where(answers.c.id == answer_id))).mappings().first()
    return _draft(row) if row else None


async def newest(tx: Transaction) -> tuple[int, int, datetime | None]:
    """What changes with every change of any answer: how many, how many versions, when last."""
    counted = select(func.count(), func.sum(answers.c.version), func.max(answers.c.changed_at))
    row = (await tx.execute(counted.select_from(answers))).one()
    return row[0], row[1] or 0, row[2]


async def is_empty(tx: Transaction) -> bool:
    """Whether no answer was ever put into the record."""
    return (await tx.execute(select(func.count()).select_from(answers))).scalar_one() == 0


async def create(
    tx: Transaction,
    answer: Answer,
    *,
    by: Editor | None,
    now: datetime,
    judge: Judge,
    tests: Sequence[str] = (),
    is_on: bool = True,
    why: str = "written",
) -> Draft:
    """Put a new answer into the record; an id that is taken gets a number behind it.

    Without a topic it is a matter of its own: the topic is called as the answer is.
    """
    taken = await taken_ids(tx)
    if not any(answer.reviewed_by.values()):
        answer = answer.unsigned()
    answer_id = free_id(answer.id or answer.title, taken)
    answer = judge.locked(_with_topic(replace(answer, id=answer_id, not_clinical={})))
    return await _store(tx, answer, tests, is_on, version=1, by=by, why=why, now=now)


def _with_topic(answer: Answer) -> Answer:
    """Without a topic it is a matter of its own: the topic is called as the answer is."""
    own_topic = re.sub(r"[^a-z_]", "", answer.id).strip("_")
    return replace(answer, topics=answer.topics or ((own_topic,) if own_topic else ()))


async def take_in(tx: Transaction, found: Sequence[Answer], *, judge: Judge, now: datetime) -> None:
    """Put the starter content into an empty record, in two statements."""
    judged = [judge.locked(answer) for answer in found]
    every = [answer if any(answer.reviewed_by.values()) else answer.unsigned() for answer in judged]
    await _insert(tx, [(answer, (), True) for answer in every], by=None, why="shipped", now=now)


async def create_many(
    tx: Transaction, drafts: Sequence[Draft], *, judge: Judge, by: Editor, now: datetime, why: str
) -> list[str]:
    """Put many new answers into the record, as `create` does one, in three statements; their ids."""
    taken = await taken_ids(tx)
    found = []
    for draft in drafts:
        answer_id = free_id(draft.id or draft.answer.title, taken)
        taken.add(answer_id)
        answer = _with_topic(replace(draft.answer.unsigned(), id=answer_id, not_clinical={}))
        found.append((judge.locked(answer), draft.tests, draft.is_on))
    await _insert(tx, found, by=by, why=why, now=now)
    return [answer.id for answer, _, _ in found]


async def taken_ids(tx: Transaction) -> set[str]:
    """Every id that an answer has or had: what was deleted keeps its history under its own."""
    there = set((await tx.execute(select(answers.c.id))).scalars())
    return there | set((await tx.execute(select(answer_versions.c.answer_id).distinct())).scalars())


async def save(
    tx: Transaction,
    answer: Answer,
    *,
    tests: Sequence[str],
    is_on: bool,
    version: int,
    by: Editor,
    why: str,
    now: datetime,
    judge: Judge,
) -> Draft:
    """Store a change as the next version. Raises EditedMeanwhile when `version` is not the newest.

    A change of what is read takes the signatures back; the same content again is no new version.
    """
    standing = await get(tx, answer.id)
    if standing is None:
        raise LookupError(answer.id)
    answer = Answer.from_data({**answer.as_data(), "reviewed_by": dict(standing.answer.reviewed_by)})
    answer, kept = judge.locked(answer, standing.answer), tuple(tests)
    if (answer, kept, is_on) == (standing.answer, standing.tests, standing.is_on):
        return standing
    if standing.version != version:
        raise EditedMeanwhile(standing, await who(tx, standing))
    if fingerprint(answer) != fingerprint(standing.answer):
        answer = answer.unsigned()
    return await _store(tx, answer, kept, is_on, version=version + 1, by=by, why=why, now=now)


async def take_off_clinical(
    tx: Transaction, draft: Draft, *, version: int, by: Editor, why: str, judge: Judge, now: datetime
) -> Draft:
    """Store a clinician's word that what an answer says now is not clinical. Raises EditedMeanwhile.

    Who may say so is asked before (`web/studio/signatures.py`).
    """
    if draft.version != version:
        raise EditedMeanwhile(draft, await who(tx, draft))
    answer = judge.released(draft.answer, by=by.name, why=why)
    note = f"not clinical: {why}"
    return await _store(tx, answer, draft.tests, draft.is_on, version=version + 1, by=by, why=note, now=now)


async def versions(tx: Transaction, answer_id: str) -> list[RowMapping]:
    """Every version of an answer, the newest first."""
    mine = answer_versions.c.answer_id == answer_id
    ordered = select(answer_versions).where(mine).order_by(answer_versions.c.version.desc())
    return list((await tx.execute(ordered)).mappings())


async def version_lines(tx: Transaction, ids: Sequence[str]) -> dict[str, list[RowMapping]]:
    """Of these answers every version, the newest first, without what it says."""
    said = answer_versions.c
    columns = (said.answer_id, said.version, said.fingerprint, said.changed_by_name, said.changed_at)
    found: dict[str, list[RowMapping]] = {}
    for start in range(0, len(ids), MAX_NAMED):
        some = select(*columns).where(said.answer_id.in_(ids[start : start + MAX_NAMED]))
        for row in (await tx.execute(some.order_by(said.version.desc()))).mappings():
            found.setdefault(row["answer_id"], []).append(row)
    return found


async def restore(
    tx: Transaction, answer_id: str, *, to: int, version: int, by: Editor, judge: Judge, now: datetime
) -> Draft:
    """Make an earlier version the newest one; the versions between stay in the history."""
    for row in await versions(tx, answer_id):
        if row["version"] == to:
            return await save(
                tx,
                Answer.from_data(row["content"]),
                tests=row["tests"],
                is_on=row["is_on"],
                version=version,
                by=by,
                why=f"restored version {to}",
                judge=judge,
                now=now,
            )
    raise LookupError(f"{answer_id} {to}")


async def _store(
    tx: Transaction,
    answer: Answer,
    tests: Sequence[str],
    is_on: bool,
    *,
    version: int,
    by: Editor | None,
    why: str,
    now: datetime,
) -> Draft:
    values = row_values(answer, tests, is_on, version, by, now)
    if version == 1:
        await tx.execute(insert(answers).values(id=answer.id, created_at=now, **values))
    else:
        mine = (answers.c.id == answer.id, answers.c.version == version - 1)
        stored = await tx.execute(update(answers).where(*mine).values(**values))
        if stored.rowcount != 1:  # two processes at the same moment
            theirs = await get(tx, answer.id)
            assert theirs is not None
            raise EditedMeanwhile(theirs, await who(tx, theirs))
    await tx.execute(insert(answer_versions).values(**version_values(answer, values, by, why)))
    return Draft(answer, tuple(tests), is_on, version, values["changed_by"], now)


async def _insert(
    tx: Transaction,
    found: Sequence[tuple[Answer, Sequence[str], bool]],
    *,
    by: Editor | None,
    why: str,
    now: datetime,
) -> None:
    """Store the first version of each (answer, tests, is it on)."""
    if not found:
        return
    rows = [(answer, row_values(answer, tests, is_on, 1, by, now)) for answer, tests, is_on in found]
    await tx.execute(insert(answers), [{"id": a.id, "created_at": now, **row} for a, row in rows])
    await tx.execute(insert(answer_versions), [version_values(a, row, by, why) for a, row in rows])


def row_values(
    answer: Answer, tests: Sequence[str], is_on: bool, version: int, by: Editor | None, now: datetime
) -> dict[str, Any]:
    """What the record holds of an answer as it is now."""
    return {
        "content": answer.as_data(),
        "tests": list(tests),
        "is_on": is_on,
        "version": version,
        "changed_by": by.id if by else None,
        "changed_at": now,
    }


def version_values(answer: Answer, row: Mapping[str, Any], by: Editor | None, why: str) -> dict[str, Any]:
    """What the record keeps of a version for good."""
    return {
        "id": new_id(),
        "answer_id": answer.id,
        "fingerprint": fingerprint(answer),
        "changed_by_name": by.name if by else STARTER_CONTENT,
        "why": why[:MAX_WHY_CHARS],
        **row,
    }


async def who(tx: Transaction, draft: Draft) -> str:
    """Who changed an answer last, by name."""
    rows = await versions(tx, draft.id)
    return str(rows[0]["changed_by_name"]) if rows else "Somebody"


def free_id(wish: str, taken: set[str]) -> str:
    """An id made of small letters, digits and _ that nobody has."""
    base = re.sub(r"[^a-z0-9]+", "_", wish.lower()).strip("_")[:40].strip("_") or "answer"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name


def _draft(row: Mapping[Any, Any]) -> Draft:
    return Draft(
        answer=Answer.from_data(row["content"]),
        tests=tuple(row["tests"]),
        is_on=row["is_on"],
        version=row["version"],
        changed_by=row["changed_by"],
        changed_at=row["changed_at"],
    )
