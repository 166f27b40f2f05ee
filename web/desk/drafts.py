"""What staff have written and not sent yet: kept for each conversation, person and field.

Nobody but who wrote it is shown it. The newest stands, from whichever window it was saved.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, delete, select, update

from web.chat import turns
from web.core.db import Transaction, upsert
from web.core.errors import BadRequest
from web.schema import drafts, new_id

FIELDS = ("reply", "note")
MAX_CHARS = 4000
_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True)
class UnsentText:
    """What stands in one field, and which window saved it."""

    field: str
    text: str
    answer_id: str | None
    mark: str
    tab: str
    saved_at: datetime


async def of(tx: Transaction, conversation_id: str, staff_id: str) -> dict[str, UnsentText]:
    """What one member of staff has not sent here, by field."""
    mine = (drafts.c.conversation_id == conversation_id, drafts.c.staff_id == staff_id)
    found = await tx.execute(select(drafts).where(*mine))
    return {row["field"]: _unsent(row) for row in found.mappings()}


async def save(
    tx: Transaction,
    conversation_id: str,
    *,
    staff_id: str,
    field: str,
    text: str,
    now: datetime,
    answer_id: str | None = None,
    mark: str = "",
    tab: str = "",
    seen: str = "",
) -> UnsentText | None:
    """Keep what stands in a field now; empty, it is gone.

    The answer is what another window had there, if this one (which had `seen` that mark) did not know.
    Raises BadRequest and NotFound.
    """
    if field not in FIELDS:
        raise BadRequest("There is no such field.")
    if len(text) > MAX_CHARS:
        raise BadRequest(f"Only {MAX_CHARS:,} characters can be kept.")
    await turns.lock_known(tx, conversation_id)
    key = {"conversation_id": conversation_id, "staff_id": staff_id, "field": field}
    known = (await of(tx, conversation_id, staff_id)).get(field)
    if text.strip() or answer_id:
        mark = mark if _ID.fullmatch(mark) else new_id()
        values = {"text": text, "answer_id": answer_id, "mark": mark, "tab": tab[:32], "saved_at": now}
        await upsert(tx, drafts, key, values)
    else:
        await _remove(tx, key)
    is_news = known is not None and known.tab != tab[:32] and known.mark != seen and known.text != text
    return known if is_news else None


async def sent(
    tx: Transaction,
    conversation_id: str,
    *,
    staff_id: str,
    field: str,
    tab: str = "",
    seen: str = "",
    answer: bool = False,
) -> None:
    """Drop what was sent from this window, which had `seen` that mark.

    Of an approved `answer` only that it was chosen. What another window wrote meanwhile was not sent.
    """
    known = (await of(tx, conversation_id, staff_id)).get(field)
    if known is None or (tab and known.tab != tab[:32] and known.mark != seen):
        return
    key = {"conversation_id": conversation_id, "staff_id": staff_id, "field": field}
    if answer and known.text.strip():
        await tx.execute(update(drafts).where(*_is(key)).values(answer_id=None))
    else:
        await _remove(tx, key)


async def whose(tx: Transaction) -> dict[str, frozenset[str]]:
    """In which conversations each of the staff has something unsent."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in await tx.execute(select(drafts.c.staff_id, drafts.c.conversation_id)):
        found[row.staff_id].add(row.conversation_id)
    return {staff_id: frozenset(ids) for staff_id, ids in found.items()}


async def _remove(tx: Transaction, key: dict[str, str]) -> None:
    await tx.execute(delete(drafts).where(*_is(key)))


def _is(key: dict[str, str]) -> list[ColumnElement[bool]]:
    return [drafts.c[name] == value for name, value in key.items()]


def _unsent(row: RowMapping) -> UnsentText:
    return UnsentText(**{each.name: row[each.name] for each in fields(UnsentText)})
