"""What an entry of the audit is about, in words, with the page where it can be looked at.

A chat or a call is named by its time, never by who it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from web.accounts import audit_labels
from web.core import formatting
from web.core.db import Transaction
from web.schema import callbacks, conversations

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class AuditSubject(NamedTuple):
    """A thing in words, and its page; no page when it is not there any more."""

    words: str
    path: str


async def of(
    tx: Transaction, entries: Sequence[Mapping[str, Any]], zone: ZoneInfo | None
) -> dict[int, AuditSubject]:
    """What each entry is about, by its number."""
    ids = {
        kind: {each["about_id"] for each in entries if each["about"] == kind}
        for kind in ("conversations", "callbacks")
    }
    there = conversations.c.deleted_at.is_(None)
    begun = {
        "conversations": await _begun(tx, conversations, ids["conversations"], there),
        "callbacks": await _begun(tx, callbacks, ids["callbacks"]),
    }
    return {each["seq"]: _subject(each, begun, zone) for each in entries if each["about_id"]}


def _subject(
    entry: Mapping[str, Any], begun: Mapping[str, Mapping[str, datetime]], zone: ZoneInfo | None
) -> AuditSubject:
    about, about_id = str(entry["about"]), str(entry["about_id"])
    if _DAY.fullmatch(about_id):  # a week, also as earlier versions wrote it
        return AuditSubject(f"week until {about_id}", audit_labels.page("weeks", about_id))
    kind = audit_labels.kind(about)
    if about not in begun:
        return AuditSubject(f"{kind} {about_id}", audit_labels.page(about, about_id))
    at = begun[about].get(about_id)
    if at is None:
        return AuditSubject(f"{kind} that no longer exists", "")
    return AuditSubject(f"{kind} of {formatting.when(at, zone)}", audit_labels.page(about, about_id))


async def _begun(tx: Transaction, table: Any, ids: Iterable[str], *there: Any) -> dict[str, datetime]:
    query = select(table.c.id, table.c.created_at).where(table.c.id.in_(list(ids)), *there)
    return {row.id: row.created_at for row in await tx.execute(query)}
