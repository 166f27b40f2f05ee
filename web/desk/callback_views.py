"""The list of calls as staff work through it: whom, how, when, what was tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as phone_zones
from sqlalchemy import RowMapping, select

from web.chat import callbacks
from web.chat.callbacks import CLOSED, OPEN, STEPS
from web.core import formatting, time_zones
from web.core.db import Transaction
from web.desk import callback_reasons, preferred_times
from web.schema import callbacks as callbacks_table
from web.schema import conversations

SHOWN: Mapping[str, tuple[str, ...]] = {"open": OPEN, "closed": CLOSED}
STATES = {
    "new": "New",
    "called": "Called, not reached",
    "reached": "Reached, call again",
    "done": "Done",
    "cancelled": "Not needed any more",
}
STEP_WORDS = {
    "done": "Done",
    "called": "Called, nobody there",
    "reached": "Reached, call again",
    "cancelled": "Not needed",
    "new": "Reopen",
}
DEEDS = {
    **STATES,
    "new": "Reopened",
    "remarked": "Note",
    "undone": "Last step taken back",
    "changed": "Changed in the chat",
    "asked_again": "The same number was left in another chat",
}
YES_NO = {True: "Yes", False: "No, do not leave a message"}
PATIENTS = {"new": "New patient", "existing": "Has been here before", "known": "Has been here before"}
MAX_CLOSED_LISTED = 200  # the export has the others
WAKING_HOURS = range(8, 21)
EXPORTED = (
    "id", "state", "first_name", "phone", "extension", "email", "channel", "note", "best_time",
    "best_time_explained", "time_zone", "language", "patient", "may_leave_message", "created_at", "done_at",
    "attempts", "conversation_id",
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    """One request."""

    id: str
    conversation_id: str
    has_chat: bool
    state: str
    state_words: str
    name: str
    way: str
    href: str
    email: str
    wish: str
    note: str
    best_time: str
    best_time_explained: str
    their_clock: str
    their_clock_by: str
    is_night_there: bool
    may_leave_message: str
    language: str
    patient: str
    since: datetime
    when: str
    age: str
    about: str
    steps: list[tuple[str, str]]
    history: list[tuple[str, str, str]]


async def listed(
    tx: Transaction, *, show: str, names: Mapping[str, str], zone: ZoneInfo | None, now: datetime
) -> list[Call]:
    """Every open request, the oldest first; or the closed ones of late, the newest first."""
    limit = MAX_CLOSED_LISTED if show == "closed" else None
    rows = await _rows(tx, SHOWN.get(show, OPEN), newest_first=show == "closed", limit=limit)
    about = await callback_reasons.before_the_form(tx, {row["conversation_id"] for row in rows})
    histories = await callbacks.histories(tx, [row["id"] for row in rows])
    return [
        _call(row, histories[row["id"]], names, zone, now, about.get(row["conversation_id"], ""))
        for row in rows
    ]


async def export_rows(tx: Transaction, *, zone: ZoneInfo | None, now: datetime) -> list[dict[str, Any]]:
    """Every request with what was tried, for a file."""
    rows = await _rows(tx, OPEN + CLOSED, newest_first=False)
    histories = await callbacks.histories(tx, [row["id"] for row in rows])
    tried = []
    for row in rows:
        attempts = sum(step["did"] == "called" for step in histories[row["id"]])
        tried.append({**row, "attempts": attempts, "best_time_explained": explained(row, zone, now)})
    return tried


async def _rows(
    tx: Transaction, states: tuple[str, ...], *, newest_first: bool, limit: int | None = None
) -> list[RowMapping]:
    order = callbacks_table.c.created_at.desc() if newest_first else callbacks_table.c.created_at
    found = await tx.execute(
        select(callbacks_table, conversations.c.deleted_at)
        .join(conversations, conversations.c.id == callbacks_table.c.conversation_id)
        .where(callbacks_table.c.state.in_(states))
        .order_by(order)
        .limit(limit)
    )
    return list(found.mappings())


def _call(
    row: RowMapping,
    steps: list[RowMapping],
    names: Mapping[str, str],
    zone: ZoneInfo | None,
    now: datetime,
    about: str,
) -> Call:
    phone = row["phone"] or ""
    theirs = time_zones.zone_of(row["time_zone"]) or zone_of_number(phone, now)
    scheme = "sms" if row["channel"] == "text" else "tel"
    extension = f";ext={row['extension']}" if row["extension"] and scheme == "tel" else ""
    return Call(
        id=row["id"],
        conversation_id=row["conversation_id"],
        has_chat=row["deleted_at"] is None,
        state=row["state"],
        state_words=STATES[row["state"]],
        name=row["first_name"] or "No name given",
        way=_way(row),
        href=f"{scheme}:{phone}{extension}" if phone else f"mailto:{row['email']}",
        email=row["email"] or "" if phone else "",
        wish=formatting.CHANNELS.get(row["channel"], "a call"),
        note=row["note"] or "",
        best_time=row["best_time"] or "",
        best_time_explained=explained(row, zone, now),
        their_clock=formatting.clock(now, theirs) if theirs else "",
        their_clock_by=str(theirs) if row["time_zone"] else "by the number",
        is_night_there=theirs is not None and now.astimezone(theirs).hour not in WAKING_HOURS,
        may_leave_message=YES_NO.get(row["may_leave_message"], "Not said"),
        language=formatting.LANGUAGES.get(row["language"], row["language"]),
        patient=PATIENTS.get(row["patient"] or "", row["patient"] or "Not said"),
        since=row["created_at"],
        when=formatting.when(row["created_at"], zone),
        age=formatting.age(now, row["created_at"]),
        about=about,
        steps=[(step, words) for step, words in STEP_WORDS.items() if step in STEPS[row["state"]]],
        history=[(formatting.when(step["at"], zone), _deed(step, names), step["note"]) for step in steps[1:]],
    )


def _way(row: RowMapping) -> str:
    """Number or address as it is read out."""
    if not row["phone"]:
        return str(row["email"])
    extension = f", extension {row['extension']}" if row["extension"] else ""
    return f"{formatting.phone(row['phone'])}{extension}"


def explained(row: RowMapping, zone: ZoneInfo | None, now: datetime) -> str:
    """What the best time of a request means on our clock."""
    return preferred_times.explained(
        row["best_time"] or "",
        zone=time_zones.zone_of(row["time_zone"]),
        clinic=zone,
        asked_at=row["created_at"],
        now=now,
    )


def in_short(row: RowMapping, zone: ZoneInfo | None, now: datetime) -> str:
    """The same in a few words, for a list."""
    return preferred_times.in_short(
        row["best_time"] or "", zone=time_zones.zone_of(row["time_zone"]), clinic=zone, now=now
    )


def zone_of_number(phone: str, now: datetime) -> ZoneInfo | None:
    """The zone where the number is from, if the number says one clock; its owner may have moved since."""
    try:
        names = phone_zones.time_zones_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return None
    zones = [zone for name in names if (zone := time_zones.zone_of(name))]
    return zones[0] if len({now.astimezone(zone).utcoffset() for zone in zones}) == 1 else None


def _deed(step: RowMapping, names: Mapping[str, str]) -> str:
    who = names.get(step["by"] or "", "") or ("The visitor" if step["did"] == "cancelled" else "")
    words = DEEDS[step["did"]]
    return f"{words}, by {who}" if who else words
