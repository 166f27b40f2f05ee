"""The clinic's own tests in the record: kept, changed, switched off, deleted, and given to a build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, select, update

from content.answers import LANGUAGES, one_line
from web.core.db import Transaction
from web.core.errors import BadRequest, NotFound
from web.core.i18n import say
from web.schema import new_id, test_conversations
from web.studio.answers import Draft, Editor
from web.studio.testing.steps import KeptStep

MAX_TESTS, MAX_STEPS, MAX_NAME_CHARS = 100, 20, 120


@dataclass(frozen=True)
class OwnTest:
    """One conversation that has to go as it is written."""

    id: str
    name: str
    language: str
    steps: tuple[KeptStep, ...]
    is_on: bool
    made_by_name: str
    made_at: datetime


async def every(tx: Transaction) -> list[OwnTest]:
    """All of them, by name."""
    rows = (await tx.execute(select(test_conversations))).mappings()
    return sorted((_of(row) for row in rows), key=lambda each: each.name.lower())


async def get(tx: Transaction, test_id: str) -> OwnTest:
    """One of them. Raises NotFound."""
    found = await tx.execute(select(test_conversations).where(test_conversations.c.id == test_id))
    row = found.mappings().first()
    if row is None:
        raise NotFound(say("no_such_page"))
    return _of(row)


async def add(
    tx: Transaction, name: str, steps: Sequence[KeptStep], *, language: str, by: Editor, now: datetime
) -> str:
    """Keep a conversation; returns its id. Raises BadRequest."""
    count = (await tx.execute(select(func.count()).select_from(test_conversations))).scalar_one()
    if count >= MAX_TESTS:
        raise BadRequest(
            f"There are {MAX_TESTS} tests already, and a build holds them all. Delete one first."
        )
    test_id, spoken = new_id(), language if language in LANGUAGES else "en"
    made = {"made_by": by.id, "made_by_name": by.name, "made_at": now, "changed_at": now}
    values = {**_checked(name, steps), "language": spoken, "is_on": True, **made}
    await tx.execute(insert(test_conversations).values(id=test_id, **values))
    return test_id


async def change(
    tx: Transaction, test_id: str, name: str, steps: Sequence[KeptStep], *, is_on: bool, now: datetime
) -> None:
    """Word it anew. Raises BadRequest, NotFound."""
    values = {**_checked(name, steps), "is_on": is_on, "changed_at": now}
    mine = test_conversations.c.id == test_id
    if not (await tx.execute(update(test_conversations).where(mine).values(**values))).rowcount:
        raise NotFound(say("no_such_page"))


async def remove(tx: Transaction, test_id: str) -> None:
    """Delete it; how it went stays. Raises NotFound."""
    if not (await tx.execute(delete(test_conversations).where(test_conversations.c.id == test_id))).rowcount:
        raise NotFound(say("no_such_page"))


def lines(tests: Sequence[OwnTest], drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    """Those that are on, as a build holds them."""
    topics: Mapping[str, Sequence[str]] = {draft.id: draft.answer.topics for draft in drafts if draft.is_on}
    return [
        {
            "id": test.id,
            "kind": test.name,
            "language": test.language,
            "turns": [step.as_turn(topics) for step in test.steps],
        }
        for test in tests
        if test.is_on
    ]


def _checked(name: str, steps: Sequence[KeptStep]) -> dict[str, Any]:
    name = one_line(name)[:MAX_NAME_CHARS]
    said = [step for step in steps if step.said]
    if not name:
        raise BadRequest("Give the test a name.")
    if not said:
        raise BadRequest("Nothing is said in this conversation that could be tried again.")
    if len(said) > MAX_STEPS:
        raise BadRequest(f"A test has at most {MAX_STEPS} messages.")
    if all(step.wanted == "nothing" for step in said):
        raise BadRequest("Say of at least one message what has to come.")
    return {"name": name, "steps": [step.as_data() for step in said]}


def _of(row: RowMapping) -> OwnTest:
    steps = tuple(KeptStep.from_data(step) for step in row["steps"])
    kept = {name: row[name] for name in ("id", "name", "language", "is_on", "made_by_name", "made_at")}
    return OwnTest(**kept, steps=steps)
