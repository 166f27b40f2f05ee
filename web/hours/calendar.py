"""The days ahead as the bot is told them: the usual week, the days that differ, and holidays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from content.facts import Clinic
from content.opening_hours import times_in_words
from web.hours.closures import Closure
from web.hours.hours import open_spans

DAYS_AHEAD, MAX_HOLIDAYS = 14, 60


def calendar_of(
    clinic: Clinic, closures: Sequence[Closure], now: datetime, language: str = "en"
) -> dict[str, Any] | None:
    """The calendar from today on, all texts worded; None when the hours are not known."""
    if clinic.time_zone is None or not clinic.hours:
        return None
    today = now.astimezone(clinic.time_zone).date()
    week = [times_in_words(clinic.hours.get(day, ()), language) for day in range(7)]
    ahead = {day: _times(clinic, closures, day, language) for day in _days(today)}
    return {
        "today": today.isoformat(),
        "week": week,
        "days": {day.isoformat(): times for day, times in ahead.items() if times != week[day.weekday()]},
        "holidays": {
            day.isoformat(): name
            for day, name in sorted(clinic.holidays.items())[:MAX_HOLIDAYS]
            if day >= today
        },
    }


def _days(today: date) -> list[date]:
    return [today + timedelta(days=number) for number in range(DAYS_AHEAD)]


def _times(clinic: Clinic, closures: Sequence[Closure], day: date, language: str) -> str:
    assert clinic.time_zone is not None
    spans = [
        (start.astimezone(clinic.time_zone).time(), end.astimezone(clinic.time_zone).time())
        for start, end in open_spans(clinic, closures, day, days=1)
    ]
    return times_in_words(spans, language)
