"""When a call is due again, as staff choose it: a span, the next morning, or a day and time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from content.facts import Clinic
from web.core.errors import BadRequest
from web.hours import forms
from web.hours.closures import Closure
from web.hours.hours import open_spans

CHOICES = {
    "hour": "in an hour",
    "afternoon": "in three hours",
    "tomorrow": "the next morning we are open",
    "week": "in a week",
}
_SPANS = {"hour": timedelta(hours=1), "afternoon": timedelta(hours=3)}
_DAYS = {"tomorrow": 1, "week": 7}
MORNING = time(9)
MAX_DAYS = 366


def read_due(
    choice: str, at: str, *, clinic: Clinic, closures: Sequence[Closure], now: datetime
) -> datetime | None:
    """Read when a call is due; a day and time go before a choice. Raises BadRequest in a sentence."""
    if at:
        return _of_calendar(at, clinic.time_zone, now)
    if choice in _SPANS:
        return now + _SPANS[choice]
    if choice in _DAYS:
        return _morning(clinic, closures, now, days=_DAYS[choice])
    if choice:
        raise BadRequest("There is no such time to call again.")
    return None


def _of_calendar(at: str, zone: ZoneInfo | None, now: datetime) -> datetime:
    # In UTC: an hour that the clocks leave out is a moment all the same.
    due = forms.read_moment(at, zone, "The day to call again").astimezone(UTC)
    if not now < due <= now + timedelta(days=MAX_DAYS):
        raise BadRequest("Please choose a time to call again that is ahead, and within a year.")
    return due


def _morning(clinic: Clinic, closures: Sequence[Closure], now: datetime, *, days: int) -> datetime:
    """The first opening from that day on; nine o'clock where no hours are known."""
    zone = clinic.time_zone or UTC
    day = now.astimezone(zone).date() + timedelta(days=days)
    opens = (
        next((start for start, _ in open_spans(clinic, closures, day)), None) if clinic.time_zone else None
    )
    return opens or datetime.combine(day, MORNING, tzinfo=zone).astimezone(UTC)
