"""Which day is asked about, and what the calendar says of it."""

from __future__ import annotations

from datetime import date

import pytest

from components.decision.opening_days import asked_days, told

TODAY = date(2026, 11, 30)  # a Monday
CALENDAR = {
    "today": TODAY.isoformat(),
    "week": [*["9 am to 5 pm"] * 4, "9 am to 1 pm", "", ""],
    "days": {"2026-12-03": ""},
    "holidays": {"2026-12-25": "Christmas Day", "2027-01-01": "New Year's Day"},
}


@pytest.mark.parametrize(
    ("text", "utterance", "day"),
    [
        ("are you open now", "utter_open_now", None),
        ("are you guys there", "utter_open_now", None),
        ("open today?", "utter_open_day", "Monday, November 30"),
        ("what about tomorrow", "utter_open_day", "Tuesday, December 1"),
        ("are you open on saturday", "utter_closed_day", "Saturday, December 5"),
        ("open thursday?", "utter_closed_day", "Thursday, December 3"),
        ("are you there on sundays", "utter_closed_weekday", "Sundays"),
        ("do you ever work fridays", "utter_open_weekday", "Fridays"),
        ("and at christmas", "utter_closed_holiday", "Friday, December 25"),
        ("new year's?", "utter_closed_holiday", "Friday, January 1"),
        ("on christmas eve", "utter_holiday_not_listed", "Thursday, December 24"),
        ("thanksgiving", "utter_holiday_not_listed", "Thursday, November 25"),
        ("the day after thanksgiving", "utter_holiday_not_listed", "Friday, November 26"),
        ("the 5th of december", "utter_closed_day", "Saturday, December 5"),
        ("dec 8", "utter_open_day", "Tuesday, December 8"),
    ],
)
def test_the_calendar_answers_for_the_day_that_is_asked(text: str, utterance: str, day: str | None) -> None:
    (found,) = told(asked_days(text, TODAY), CALENDAR)
    assert (found.utterance, found.values.get("day")) == (utterance, day)


def test_a_weekend_has_two_days() -> None:
    assert [each.values["day"] for each in told(asked_days("weekends?", TODAY), CALENDAR)] == [
        "Saturdays",
        "Sundays",
    ]


@pytest.mark.parametrize("text", ["how late are you open", "what are your hours", "easter"])
def test_without_a_known_day_the_general_answer_is_left(text: str) -> None:
    assert told(asked_days(text, TODAY), CALENDAR) == []
