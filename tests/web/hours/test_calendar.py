"""The days ahead as the bot is told them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from content.facts import Clinic
from web.hours.calendar import calendar_of
from web.hours.closures import Closure

ZONE = ZoneInfo("America/Denver")
NOW = datetime(2026, 11, 30, 16, tzinfo=UTC)  # Monday, nine o'clock at the clinic
CLINIC = Clinic(
    "Elm Street",
    time_zone=ZONE,
    hours={day: ((time(9), time(12)), (time(13), time(17))) for day in range(5)},
    holidays={date(2026, 12, 25): "Christmas Day", date(2025, 12, 25): "Christmas Day"},
)


def test_the_week_is_worded_and_closed_days_are_empty() -> None:
    found = calendar_of(CLINIC, (), NOW)
    assert found is not None
    assert found["today"] == "2026-11-30"
    assert found["week"][0] == "9 am to 12 pm and 1 pm to 5 pm"
    assert found["week"][5:] == ["", ""]


def test_only_holidays_to_come_are_told() -> None:
    found = calendar_of(CLINIC, (), NOW)
    assert found is not None
    assert found["holidays"] == {"2026-12-25": "Christmas Day"}


def test_a_closure_changes_its_day_alone() -> None:
    noon, evening = datetime(2026, 12, 2, 19, tzinfo=UTC), datetime(2026, 12, 3, 6, tzinfo=UTC)
    found = calendar_of(CLINIC, [Closure("c", noon, evening)], NOW)
    assert found is not None
    assert found["days"] == {"2026-12-02": "9 am to 12 pm"}


def test_without_hours_there_is_no_calendar() -> None:
    assert calendar_of(Clinic("Elm Street", time_zone=ZONE), (), NOW) is None
    assert calendar_of(Clinic("Elm Street", hours=CLINIC.hours), (), NOW) is None
