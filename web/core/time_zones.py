"""Time zones of visitors: as a browser names them, and as staff read them next to the clinic's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from content.opening_hours import clock_in_words

MAX_CHARS = 64


def read_zone(named: object) -> str | None:
    """The zone that a browser names; None for anything that is not a place ("Area/City") we know.

    A browser that hides where it is says UTC: that is nobody's zone, and would shift every time.
    """
    if not isinstance(named, str) or len(named) > MAX_CHARS or named not in _places():
        return None
    return named


def zone_of(name: str | None) -> ZoneInfo | None:
    """The zone of a stored name; None when there is none, or this machine does not know it."""
    return ZoneInfo(name) if name in _places() else None


def ahead(one: ZoneInfo, other: ZoneInfo, *, at: datetime) -> timedelta:
    """How far the clock of one zone is before the other's at a moment; negative when it is behind."""
    offsets = (at.astimezone(one).utcoffset(), at.astimezone(other).utcoffset())
    first, second = (offset or timedelta(0) for offset in offsets)
    return first - second


def clock_elsewhere(name: str | None, ours: ZoneInfo | None, now: datetime) -> str:
    """The visitor's clock with its zone; empty while it shows what ours does, or nobody knows."""
    theirs = zone_of(name)
    if theirs is None or (ours and not ahead(theirs, ours, at=now)):
        return ""
    return f"{clock_in_words(now.astimezone(theirs).time())} ({theirs})"


def in_words(difference: timedelta) -> str:
    """A difference of clocks: "2 h behind us", "5 h 30 min ahead of us", "the same as ours"."""
    minutes = round(abs(difference.total_seconds()) / 60)
    if not minutes:
        return "the same as ours"
    hours, rest = divmod(minutes, 60)
    span = " ".join(filter(None, (f"{hours} h" if hours else "", f"{rest} min" if rest else "")))
    return f"{span} {'ahead of' if difference > timedelta(0) else 'behind'} us"


@cache
def _places() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
