"""The list of calls as staff work through it: whom, how, when, what was tried, who is calling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select

from web import callers
from web.chat import callbacks
from web.chat.callbacks import CLOSED, OPEN
from web.core import formatting
from web.core.db import Transaction
from web.desk import callback_reasons
from web.desk.callback_reasons import CallWords
from web.desk.calls import rows as call_rows
from web.desk.calls import times
from web.desk.calls.labels import is_attempt
from web.desk.calls.rows import Call, Earlier
from web.desk.calls.times import SECTIONS, Viewer
from web.desk.finding import words
from web.desk.finding.exports import on_our_clock
from web.schema import callbacks as callbacks_table
from web.schema import conversations

SHOWN: Mapping[str, tuple[str, ...]] = {"open": OPEN, "closed": CLOSED}
MAX_EARLIER = 12
MAX_CLOSED_LISTED = 200  # a search and the export find the others
EXPORTED = (
    "id", "state", "first_name", "phone", "extension", "email", "channel", "note", "best_time",
    "best_time_explained", "time_zone", "language", "patient", "may_leave_message", "created_at",
    "utc_offset", "due_at", "done_at", "attempts", "last_outcome", "conversation_id",
)  # fmt: skip


@dataclass(frozen=True)
class CallFilter:
    """Which calls somebody wants to see."""

    show: str = "open"
    words: str = ""
    only: str = ""


ONLY = {"due": "Due now", "mine": "Mine", "new": "Not tried yet", "spanish": "In Spanish"}


async def listed(
    tx: Transaction,
    *,
    show: str,
    names: Mapping[str, str],
    zone: ZoneInfo | None,
    now: datetime,
    staff_id: str = "",
    wanted: CallFilter | None = None,
) -> list[Call]:
    """Every open request, by when it is due; or the closed ones, those closed last first."""
    closed, looked_for = show == "closed", wanted or CallFilter(show)
    limit = MAX_CLOSED_LISTED if closed and not looked_for.words else None
    rows = await _rows(tx, SHOWN.get(show, OPEN), newest_first=closed, limit=limit)
    viewer = Viewer(zone, now, names, staff_id)
    calls = [call for call in await _calls(tx, rows, viewer) if _fits(call, looked_for)]
    if not closed:
        calls.sort(key=lambda call: (tuple(SECTIONS).index(call.section), call.due_at, call.since))
    return calls[:MAX_CLOSED_LISTED] if closed else calls


def by_section(calls: list[Call]) -> list[tuple[str, list[Call]]]:
    """The calls below their headings."""
    return [(title, [call for call in calls if call.section == name]) for name, title in SECTIONS.items()]


async def one(tx: Transaction, callback_id: str, viewer: Viewer) -> Call | None:
    """One request, open or closed; None when it is unknown."""
    mine = callbacks_table.c.id == callback_id
    rows = list((await tx.execute(_with_chat().where(mine))).mappings())
    return (await _calls(tx, rows, viewer))[0] if rows else None


async def export_rows(tx: Transaction, *, zone: ZoneInfo | None, now: datetime) -> list[dict[str, Any]]:
    """Every request with what was tried, for a file."""
    rows = await _rows(tx, OPEN + CLOSED, newest_first=False)
    histories = await callbacks.histories(tx, [row["id"] for row in rows])
    tried = []
    for row in rows:
        attempts = [step for step in histories[row["id"]] if is_attempt(step)]
        more: dict[str, Any] = {"attempts": len(attempts), "last_outcome": call_rows.last_outcome(attempts)}
        clocks = {name: on_our_clock(row[name], zone)[0] for name in ("created_at", "due_at", "done_at")}
        more["utc_offset"] = on_our_clock(row["created_at"], zone)[1]
        tried.append({**row, **clocks, **more, "best_time_explained": times.explained(row, zone, now)})
    return tried


async def _rows(
    tx: Transaction, states: tuple[str, ...], *, newest_first: bool, limit: int | None = None
) -> list[RowMapping]:
    order = callbacks_table.c.done_at.desc() if newest_first else callbacks_table.c.created_at
    query = _with_chat().where(callbacks_table.c.state.in_(states)).order_by(order, callbacks_table.c.id)
    return list((await tx.execute(query.limit(limit))).mappings())


def _with_chat() -> Any:
    """Requests, with whether their chat is still there."""
    return select(callbacks_table, conversations.c.deleted_at).join(
        conversations, conversations.c.id == callbacks_table.c.conversation_id
    )


async def _calls(tx: Transaction, rows: list[RowMapping], viewer: Viewer) -> list[Call]:
    said = await callback_reasons.in_their_words(tx, {row["conversation_id"] for row in rows})
    histories = await callbacks.histories(tx, [row["id"] for row in rows])
    people = await callers.requests_of(tx, {row["person_id"] for row in rows})
    return [
        call_rows.call_of(
            row,
            histories[row["id"]],
            said.get(row["conversation_id"], CallWords()),
            _others(people.get(row["person_id"] or "", []), row["id"], viewer),
            viewer,
        )
        for row in rows
    ]


def _others(theirs: list[RowMapping], callback_id: str, viewer: Viewer) -> list[Earlier]:
    others = [each for each in theirs if each["id"] != callback_id]
    return [call_rows.earlier_of(each, viewer) for each in others[:MAX_EARLIER]]


def _fits(call: Call, wanted: CallFilter) -> bool:
    is_wanted = {
        "due": call.section == "now",
        "mine": call.is_mine,
        "new": not call.attempts,
        "spanish": call.language == formatting.LANGUAGES["es"],
    }.get(wanted.only, True)
    notes = [note for _, _, note in call.history]
    text = " ".join((call.name, call.way, call.href, call.email, call.note, call.about, *call.told, *notes))
    return is_wanted and words.has_all(text, wanted.words)
