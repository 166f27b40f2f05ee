"""When a visitor wants to be called: their own words, and what these mean on the clinic's clock.

Their words are never changed. What can be told for sure is added: the zone they are meant in, a clock
time on our clock, the date of a day. Clocks change: a time counts as the clocks go on its own day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from content.opening_hours import clock_in_words
from web.core import time_zones
from web.desk.calls import spoken_times
from web.desk.calls.spoken_times import NamedDay, NamedTime

_WEEK = 7


@dataclass(frozen=True)
class Meant:
    """What a visitor's words name for sure, and where: the moment they were written, and now."""

    words: str
    zone: ZoneInfo | None
    clinic: ZoneInfo | None
    asked_at: datetime
    now: datetime

    @property
    def theirs(self) -> ZoneInfo | None:
        """The zone that the words name themselves; else their browser's."""
        return spoken_times.zone_in(self.words) or self.zone

    @property
    def times(self) -> list[NamedTime]:
        """The times of day."""
        return spoken_times.times_in(self.words)

    @property
    def named_day(self) -> NamedDay | None:
        """The day with its date; None when none is named, or more than one."""
        there = self.theirs or self.clinic
        return spoken_times.day_in(self.words, self.asked_at.astimezone(there).date()) if there else None


def explained(
    words: str, *, zone: ZoneInfo | None, clinic: ZoneInfo | None, asked_at: datetime, now: datetime
) -> str:
    """What staff need to know beside the visitor's words; empty when there are none."""
    if not words:
        return ""
    meant = Meant(words, zone, clinic, asked_at, now)
    return "; ".join(filter(None, (_zone_in_words(meant), _date_in_words(meant))))


def in_short(
    words: str, *, zone: ZoneInfo | None, clinic: ZoneInfo | None, asked_at: datetime, now: datetime
) -> str:
    """What a list has room for: the time on our clock, or how far theirs is off; empty when it is not."""
    meant = Meant(words, zone, clinic, asked_at, now)
    theirs = meant.theirs
    if not words or theirs is None or clinic is None:
        return ""
    here = _here(meant, theirs, clinic)
    difference = time_zones.ahead(theirs, clinic, at=now)
    if here:
        return here
    return f"their local time is {time_zones.in_words(difference)}" if difference else ""


def wanted_at(
    words: str, *, zone: ZoneInfo | None, clinic: ZoneInfo | None, asked_at: datetime, now: datetime
) -> datetime | None:
    """The moment from which they want to be called, where day and time are named without doubt."""
    meant = Meant(words, zone, clinic, asked_at, now)
    day, times, there = meant.named_day, meant.times, meant.theirs or clinic
    if day is None or len(times) != 1 or there is None or spoken_times.is_negated(words):
        return None
    return _moment(day.date, times[0].start, there)


def _zone_in_words(meant: Meant) -> str:
    theirs, clinic = meant.theirs, meant.clinic
    if theirs is None:
        ours = f" ({clinic})" if clinic else ""
        return f"visitor's time zone not known: assumed to be the clinic's time{ours}"
    whose = "time named by the visitor" if theirs != meant.zone else "visitor's time"
    if clinic is None:
        return f"{whose}: {theirs}"
    difference = time_zones.ahead(theirs, clinic, at=_day_for(meant, theirs))
    told = _here(meant, theirs, clinic) or time_zones.in_words(difference)
    return f"{whose}: {theirs}, {told}"


def _here(meant: Meant, theirs: ZoneInfo, clinic: ZoneInfo) -> str:
    """The named times on our clock; empty when there are none, or our clock shows the same."""
    day, at = meant.named_day, _day_for(meant, theirs)
    first = day.date if day else at.astimezone(theirs).date()
    told = _on_our_clock(meant.times, first, theirs, clinic)
    if day is not None or not told:
        return told
    # No day is named: should the clocks change within a week, both are said.
    for days in range(1, _WEEK + 1):
        later = first + timedelta(days=days)
        other = _on_our_clock(meant.times, later, theirs, clinic)
        if other != told:
            return f"{told or 'the same here'}; from {later:%a, %b} {later.day} {other or 'the same here'}"
    return told


def _on_our_clock(times: list[NamedTime], day: date, theirs: ZoneInfo, clinic: ZoneInfo) -> str:
    """Times of a day in their zone, on our clock; empty when the clocks agree."""
    shown = [
        " to ".join(_shown(clock, day, theirs, clinic) for clock in (each.start, each.end) if clock)
        for each in times
    ]
    agree = all(
        _moment(day, each.start, theirs).astimezone(clinic).replace(tzinfo=None)
        == datetime.combine(day, each.start)
        for each in times
    )
    return "" if agree else f"{' and '.join(shown)} here"


def _shown(clock: time, day: date, theirs: ZoneInfo, clinic: ZoneInfo) -> str:
    local = _moment(day, clock, theirs).astimezone(clinic)
    days = (local.date() - day).days
    said = clock_in_words(local.time())
    return said if not days else f"{said} {'the next day' if days > 0 else 'the day before'}"


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def _day_for(meant: Meant, theirs: ZoneInfo) -> datetime:
    """The moment at which clocks are compared: noon of the named day, else now."""
    day = meant.named_day
    return _moment(day.date, time(12), theirs) if day else meant.now


def _date_in_words(meant: Meant) -> str:
    """The date of a day that was named from the day of asking; it may be today or over by now."""
    named, there = meant.named_day, meant.theirs or meant.clinic
    if named is None or there is None:
        return ""
    day, today = named.date, meant.now.astimezone(there).date()
    when = "is today" if day == today else "was" if day < today else "is"
    return f"“{named.word}” {when}{',' if day == today else ''} {day:%a, %b} {day.day}"
