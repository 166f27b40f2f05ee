"""The schedule of staff: who is at the desk when, on the clinic's clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from content.facts import Clinic
from web.hours.closures import Closure
from web.hours.staff_schedule import AWAY, EXTRA, OFF, Schedule, Shift, ShiftException

NEW_YORK = ZoneInfo("America/New_York")
SUNDAY = 6
THANKSGIVING = date(2026, 11, 26)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def clinic(**facts) -> Clinic:
    return Clinic(name="A clinic", time_zone=NEW_YORK, **facts)


def shift(weekday: int, starts: str, ends: str, staff_id: str = "ana") -> Shift:
    return Shift(staff_id, weekday, time.fromisoformat(starts), time.fromisoformat(ends))


def differs(kind: str, starts: str, ends: str, staff_id: str = "ana") -> ShiftException:
    return ShiftException("x", staff_id, kind, at(starts), at(ends))


def who(schedule: Schedule, moment: str, *, of: Clinic | None = None, closures=()) -> list[str]:
    return sorted(each.staff_id for each in schedule.at(at(moment), of or clinic(), closures))


WEEK = Schedule([shift(1, "09:00", "13:00"), shift(1, "12:00", "17:00", "ben"), shift(3, "09:00", "17:00")])


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-24T08:59", []),
        ("2026-11-24T09:00", ["ana"]),
        ("2026-11-24T12:30", ["ana", "ben"]),
        ("2026-11-24T13:00", ["ben"]),
        ("2026-11-25T10:00", []),
    ],
)
def test_a_shift_counts_from_its_first_to_its_last_minute(moment, expected):
    assert who(WEEK, moment) == expected


def test_on_a_holiday_and_while_closed_only_an_extra_shift_counts():
    of = clinic(holidays={THANKSGIVING: "Thanksgiving"})
    assert who(WEEK, "2026-11-26T10:00", of=of) == []
    extra = Schedule(WEEK.shifts, [differs(EXTRA, "2026-11-26T10:00", "2026-11-26T12:00", "ben")])
    assert who(extra, "2026-11-26T10:00", of=of) == ["ben"]
    snow = Closure("c", at("2026-11-24T11:00"), at("2026-11-24T16:00"), "snow")
    assert who(WEEK, "2026-11-24T10:30", closures=[snow]) == ["ana"]
    assert who(WEEK, "2026-11-24T11:30", closures=[snow]) == []
    assert who(WEEK, "2026-11-24T16:30", closures=[snow]) == ["ben"]


@pytest.mark.parametrize("kind", [OFF, AWAY])
def test_who_is_off_is_not_expected_in_these_hours_alone(kind):
    gone = Schedule(WEEK.shifts, [differs(kind, "2026-11-24T10:00", "2026-11-24T11:00")])
    assert who(gone, "2026-11-24T09:30") == ["ana"]
    assert who(gone, "2026-11-24T10:00") == []
    assert who(gone, "2026-11-24T11:00") == ["ana"]
    assert who(gone, "2026-11-24T12:30") == ["ana", "ben"]


def test_a_night_shift_goes_on_into_the_next_day():
    night = Schedule([shift(1, "22:00", "06:00")])
    for moment, expected in (
        ("24T21:59", []),
        ("24T22:00", ["ana"]),
        ("25T05:59", ["ana"]),
        ("25T06:00", []),
    ):
        assert who(night, f"2026-11-{moment}") == expected


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 3), ("2026-11-01", 5), ("2026-11-08", 4)])
def test_on_the_days_the_clocks_change_a_shift_is_of_the_clocks_hours(day, hours):
    schedule = Schedule([shift(SUNDAY, "00:00", "04:00")])
    (found,) = schedule.on(date.fromisoformat(day), clinic(), ())
    assert found.until - found.since == timedelta(hours=hours)
    assert found.until.astimezone(NEW_YORK).hour == 4


def test_without_a_time_zone_nobody_is_scheduled():
    nowhere = Clinic(name="A clinic")
    assert WEEK.at(at("2026-11-24T10:00"), nowhere, ()) == []
    assert WEEK.on(date(2026, 11, 24), nowhere, ()) == []
