"""Imports that were taken in, and taking a whole one back: as far as nobody has worked on it since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from content.clinical import Judge
from web.core.db import Database, Transaction
from web.core.errors import NotFound
from web.core.i18n import say
from web.schema import answer_imports, new_id
from web.studio import answers
from web.studio.answers import Editor
from web.studio.editing import deleting

MAX_SHOWN = 20
AT_ONCE = 50  # answers of one transaction: visitors' messages go in between
MAX_NAME_CHARS = 200
UNDONE = "its import was undone"


@dataclass(frozen=True)
class Import:
    """One import: of which file, by whom, when, and what it stored."""

    id: str
    file_name: str
    rows: Sequence[dict[str, Any]]
    taken_by_name: str
    taken_at: datetime
    undone_at: datetime | None

    @property
    def new(self) -> int:
        """How many answers it made."""
        return sum(not row["before"] for row in self.rows)


@dataclass(frozen=True)
class Undone:
    """What became of taking an import back: so many as before, so many that stay."""

    back: int
    kept: int


async def note(
    tx: Transaction, file_name: str, rows: Sequence[dict[str, Any]], *, by: Editor, now: datetime
) -> str:
    """Keep what an import stored, so that it can be taken back; returns its id."""
    import_id = new_id()
    await tx.execute(
        insert(answer_imports).values(
            id=import_id,
            file_name=file_name[:MAX_NAME_CHARS],
            rows=list(rows),
            taken_by=by.id,
            taken_by_name=by.name,
            taken_at=now,
        )
    )
    return import_id


async def lately(tx: Transaction) -> list[Import]:
    """The last imports, the newest first."""
    query = select(answer_imports).order_by(answer_imports.c.taken_at.desc()).limit(MAX_SHOWN)
    return [_import(row) for row in (await tx.execute(query)).mappings()]


async def undo(db: Database, import_id: str, *, by: Editor, judge: Judge, now: datetime) -> Undone:
    """Take an import back: what it made is deleted, what it changed is as before. Raises NotFound.

    An answer that somebody has changed since stays as it is.
    """
    mine = answer_imports.c.id == import_id
    async with db.write() as tx:
        row = (await tx.execute(select(answer_imports).where(mine))).mappings().first()
        if row is None or row["undone_at"]:
            raise NotFound(say("no_such_page"))
        await tx.execute(update(answer_imports).where(mine).values(undone_at=now))
    done: list[dict[str, Any]] = []
    for start in range(0, len(row["rows"]), AT_ONCE):
        async with db.write() as tx:
            for each in row["rows"][start : start + AT_ONCE]:
                done += [each] if await _undo_one(tx, each, by=by, judge=judge, now=now) else []
    async with db.write() as tx:
        gone = {each["id"]: "" for each in done if not each["before"]}
        await deleting.lead_elsewhere(tx, gone, by=by, judge=judge, now=now)
    return Undone(len(done), len(row["rows"]) - len(done))


async def _undo_one(tx: Transaction, row: dict[str, Any], *, by: Editor, judge: Judge, now: datetime) -> bool:
    draft = await answers.get(tx, row["id"])
    if draft is None or draft.version != row["after"]:
        return False
    if row["before"]:
        before, version = row["before"], draft.version
        await answers.restore(tx, draft.id, to=before, version=version, by=by, judge=judge, now=now)
    else:
        await deleting.remove(tx, draft.id, version=draft.version, by=by, now=now, why=UNDONE)
    return True


def _import(row: Any) -> Import:
    return Import(**{name: row[name] for name in Import.__dataclass_fields__})
