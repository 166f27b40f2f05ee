"""Real messages that were answered and would not be with a release: a limit, and somebody's word on each.

The report names them by id. What somebody said about one stands in the record and goes with its conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from web.accounts import audit
from web.core.db import Transaction, upsert
from web.core.errors import NotFound
from web.core.i18n import say
from web.schema import lost_message_marks, messages, new_id

Mark = Literal["accepted", "blocked"]
LOST = "no_longer_answered"
MAX_SHARE = 0.01  # of the real messages that were replayed; one may always be lost
GATE = "real_messages"


def lost(report: Mapping[str, Any]) -> list[str]:
    """Ids of the messages that were answered and would no longer be."""
    rows = (report.get("replay") or {}).get("rows") or ()
    return [str(row["id"]) for row in rows if row.get("kind") == LOST and row.get("id")]


def limit(report: Mapping[str, Any]) -> int:
    """How many may be lost without anybody's word."""
    return max(1, int(MAX_SHARE * int((report.get("replay") or {}).get("n") or 0)))


async def marks(tx: Transaction, release: str) -> dict[str, Mark]:
    """What was said about each lost message of a release."""
    columns = lost_message_marks.c
    rows = await tx.execute(select(columns.message_id, columns.mark).where(columns.release == release))
    return {row.message_id: row.mark for row in rows}


async def mark(
    tx: Transaction, release: str, message_id: str, said: Mark, *, by: str, name: str, now: datetime
) -> None:
    """Say of one lost message that it may be, or that it keeps the release back. Raises NotFound."""
    where = select(messages.c.conversation_id).where(messages.c.id == message_id)
    conversation_id = (await tx.execute(where)).scalar_one_or_none()
    if conversation_id is None:
        raise NotFound(say("no_such_page"))
    key = {"release": release, "message_id": message_id}
    values = {"conversation_id": conversation_id, "mark": said, "marked_by": by, "marked_by_name": name}
    fresh = {"id": new_id(), "marked_at": now}
    await upsert(tx, lost_message_marks, key, {**values, **fresh})
    did, details = f"lost_message.{said}", {"message": message_id}
    await audit.note(tx, by=by, did=did, about="releases", about_id=release, details=details, now=now)


async def gate(tx: Transaction, report: Mapping[str, Any], release: str) -> dict[str, Any] | None:
    """The gate on real messages as it stands with what was said; None where no message was replayed."""
    if not (report.get("replay") or {}).get("n"):
        return None
    return judged(lost(report), await marks(tx, release), limit(report))


def judged(ids: Sequence[str], said: Mapping[str, Mark], most: int) -> dict[str, Any]:
    """Closed while a lost message is blocked, or more than `most` are lost that nobody accepted."""
    blocked = [each for each in ids if said.get(each) == "blocked"]
    left = [each for each in ids if each not in said]
    passed = not blocked and len(left) <= most
    return {"name": GATE, "passed": passed, "sentence": _sentence(ids, left, blocked, most), "rows": []}


def _sentence(ids: Sequence[str], left: Sequence[str], blocked: Sequence[str], most: int) -> str:
    if not ids:
        return "No real message that was answered is lost."
    were = "message that was answered" if len(ids) == 1 else "messages that were answered"
    told = f"{len(ids)} real {were} would no longer be"
    if blocked:
        return f"{told}; {len(blocked)} of them must not be lost, somebody said."
    if len(left) > most:
        return f"{told}; {len(left)} of them nobody has accepted, and {most} may be."
    return f"{told}; {len(ids) - len(left)} of them are accepted, and {most} more may be."
