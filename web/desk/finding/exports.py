"""Conversations as rows of a table, one for each message and note, in the clinic's time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select

from web.bot.manifest import ANSWER_PREFIX
from web.core.db import Transaction, rows_of
from web.schema import messages, notes, ratings, turns

AT_ONCE = 200  # conversations
COLUMNS = (
    "conversation_id", "seq", "created_at", "utc_offset", "author", "name", "kind", "text", "language",
    "answer", "outcome", "understood_as", "confidence", "release", "rating", "rating_sentence",
)  # fmt: skip
RATED = {True: "helpful", False: "not_helpful"}


def batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Ids in parts that fit into memory, however many there are."""
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


async def rows(tx: Transaction, ids: Sequence[str], *, zone: ZoneInfo | None) -> list[dict[str, Any]]:
    """Every message and note of some conversations, conversation by conversation, in their order."""
    told = (turns.c.outcome, turns.c.understood, turns.c.release, ratings.c.helpful, ratings.c.sentence)
    found = await tx.execute(
        select(messages, *told)
        .outerjoin(turns, turns.c.message_id == messages.c.id)
        .outerjoin(ratings, ratings.c.message_id == messages.c.id)
        .where(messages.c.conversation_id.in_(ids))
        .order_by(messages.c.conversation_id, messages.c.seq)
    )
    said = {
        id_: [_line(row, zone) for row in some]
        for id_, some in groupby(await rows_of(found), key=lambda row: str(row["conversation_id"]))
    }
    noted = select(notes).where(notes.c.conversation_id.in_(ids)).order_by(notes.c.created_at)
    for row in (await tx.execute(noted)).mappings():
        said.setdefault(row["conversation_id"], []).append(_note(row, zone))
    return [line for id_ in ids for line in said.get(id_, ())]


def on_our_clock(moment: datetime | None, zone: ZoneInfo | None) -> tuple[str, str]:
    """A time on the clinic's clock as spreadsheets read it, and how far that clock is from UTC."""
    if moment is None:
        return "", ""
    at = moment.astimezone(zone or UTC)
    offset = at.strftime("%z")
    return f"{at:%Y-%m-%d %H:%M:%S}", f"{offset[:3]}:{offset[3:5]}"


def _clock(row: RowMapping, zone: ZoneInfo | None) -> dict[str, str]:
    return dict(zip(("created_at", "utc_offset"), on_our_clock(row["created_at"], zone), strict=True))


def _line(row: RowMapping, zone: ZoneInfo | None) -> dict[str, Any]:
    understood = row["understood"] or {}
    return {
        **{name: row[name] for name in COLUMNS if name in row},
        **_clock(row, zone),
        "name": (row["details"] or {}).get("name") if row["author"] == "staff" else None,
        "answer": (row["utterance"] or "").removeprefix(ANSWER_PREFIX),
        "understood_as": understood.get("intent"),
        "confidence": understood.get("confidence"),
        "rating": RATED.get(row["helpful"], ""),
        "rating_sentence": row["sentence"],
    }


def _note(row: RowMapping, zone: ZoneInfo | None) -> dict[str, Any]:
    return {
        **dict.fromkeys(COLUMNS),
        **_clock(row, zone),
        "conversation_id": row["conversation_id"],
        "author": "staff",
        "name": row["name"],
        "kind": "note",
        "text": row["text"],
    }
