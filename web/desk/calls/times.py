"""When a request for a call is due, and what the visitor's best time means on the clinic's clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as phone_zones
from sqlalchemy import RowMapping

from web.chat.callbacks import CLOSED
from web.core import formatting, time_zones
from web.desk import preferred_times

SECTIONS = {"now": "Due now", "today": "Later today", "later": "Later", "closed": "Closed"}


@dataclass(frozen=True)
class Viewer:
    """Who looks at the calls, on which clock, and when."""

    zone: ZoneInfo | None
    now: datetime
    names: Mapping[str, str]
    staff_id: str = ""


def is_put_off(row: RowMapping, now: datetime) -> bool:
    """Whether staff put a request off until later."""
    return row["due_at"] is not None and row["due_at"] > now


def due_at(row: RowMapping, zone: ZoneInfo | None, now: datetime) -> datetime:
    """When to call: as staff said, else as the visitor said plainly, else at once."""
    wanted = preferred_times.wanted_at(
        row["best_time"] or "",
        zone=time_zones.zone_of(row["time_zone"]),
        clinic=zone,
        asked_at=row["created_at"],
        now=now,
    )
    return row["due_at"] or (wanted if row["state"] == "new" else None) or row["created_at"]


def section(row: RowMapping, due: datetime, viewer: Viewer) -> str:
    """The part of the list that a request stands in."""
    if row["state"] in CLOSED:
        return "closed"
    if due <= viewer.now:
        return "now"
    days = [moment.astimezone(viewer.zone).date() for moment in (due, viewer.now)]
    return "today" if days[0] == days[1] else "later"


def due_in_words(row: RowMapping, due: datetime, viewer: Viewer) -> str:
    """When a request is due, or since when it waits."""
    if due > viewer.now:
        today = section(row, due, viewer) == "today"
        return formatting.clock(due, viewer.zone) if today else formatting.when(due, viewer.zone)
    age = formatting.age(viewer.now, due)
    return age if due == row["created_at"] else f"due {age}"


def explained(row: RowMapping, zone: ZoneInfo | None, now: datetime) -> str:
    """What the best time of a request means on our clock."""
    return preferred_times.explained(row["best_time"] or "", **_asked(row, zone, now))


def in_short(row: RowMapping, zone: ZoneInfo | None, now: datetime) -> str:
    """The same in a few words, for a list."""
    return preferred_times.in_short(row["best_time"] or "", **_asked(row, zone, now))


def _asked(row: RowMapping, zone: ZoneInfo | None, now: datetime) -> dict[str, Any]:
    """What the words of a best time count from."""
    theirs = time_zones.zone_of(row["time_zone"])
    return {"zone": theirs, "clinic": zone, "asked_at": row["created_at"], "now": now}


def zone_of_number(phone: str, now: datetime) -> ZoneInfo | None:
    """The zone where the number is from, if the number says one clock; its owner may have moved since."""
    try:
        names = phone_zones.time_zones_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return None
    zones = [zone for name in names if (zone := time_zones.zone_of(name))]
    return zones[0] if len({now.astimezone(zone).utcoffset() for zone in zones}) == 1 else None
