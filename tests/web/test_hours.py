"""Open now? Next opening? And who will see a request?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.facts import Clinic, load_clinic
from tests.web.conftest import FIXTURES, NOW
from web.facts import can_call_back, facts_now
from web.hours import Opening, opening
from web.settings import Settings

CLINIC = load_clinic(FIXTURES / "clinic.yml")
NEW_YORK = ZoneInfo("America/New_York")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23T08:59", Opening(False, "today at 9 am")),
        ("2026-11-23T09:00", Opening(True)),
        ("2026-11-23T11:59", Opening(True)),
        ("2026-11-23T12:00", Opening(False, "today at 1 pm")),
        ("2026-11-23T16:59", Opening(True)),
        ("2026-11-23T17:00", Opening(False, "tomorrow at 9 am")),
        ("2026-11-27T13:00", Opening(False, "Monday at 9 am")),
        ("2026-11-28T10:00", Opening(False, "Monday at 9 am")),
        ("2026-11-29T23:59", Opening(False, "tomorrow at 9 am")),
        ("2026-12-24T18:00", Opening(False, "Monday at 9 am")),
        ("2026-12-25T10:00", Opening(False, "Monday at 9 am")),
        ("2026-03-08T03:30", Opening(False, "tomorrow at 9 am")),
        ("2026-11-01T01:30", Opening(False, "tomorrow at 9 am")),
    ],
)
def test_open_now_and_next_opening(moment, expected):
    assert opening(CLINIC, now=local(moment).astimezone(UTC)) == expected


def test_a_week_or_more_ahead_names_the_day():
    away = {date(2026, 11, 23) + timedelta(days=day): "away" for day in range(14)}
    closed = replace(CLINIC, holidays=away)
    assert opening(closed, now=local("2026-11-23T10:00")).next_opening == ("Monday, December 7 at 9 am")


def test_closed_for_weeks_promises_no_day():
    away = {date(2026, 11, 23) + timedelta(days=day): "away" for day in range(60)}
    closed = replace(CLINIC, holidays=away)
    assert opening(closed, now=local("2026-11-23T10:00")) == Opening(False, None)


def test_unknown_hours_are_unknown():
    assert opening(Clinic(name="Riverside"), now=NOW) == Opening(None, None)
    assert opening(replace(CLINIC, time_zone=None), now=NOW) == Opening(None, None)


def test_spanish_words_for_the_next_opening():
    evening = local("2026-11-27T18:00")
    assert opening(CLINIC, now=evening, language="es").next_opening == "el lunes a las 9:00"


LIVE = Settings(mode="live", allowed_site="https://www.example.com")
WITH_MAIL = replace(LIVE, smtp_url="smtp://127.0.0.1:25", mail_to="desk@example.com")


@pytest.mark.parametrize(
    ("settings", "signed_in_days_ago", "expected"),
    [
        (Settings(), None, True),
        (Settings(in_tray=False), None, False),
        (Settings(in_tray=False), 1, False),
        (LIVE, None, False),
        (LIVE, 6.9, True),
        (LIVE, 7.1, False),
        (replace(LIVE, in_tray=False), 1, False),
        (WITH_MAIL, None, True),
    ],
)
def test_a_call_is_promised_only_when_somebody_sees_the_request(settings, signed_in_days_ago, expected):
    signed_in = NOW - timedelta(days=signed_in_days_ago) if signed_in_days_ago else None
    assert can_call_back(settings, last_sign_in_at=signed_in, now=NOW) is expected


def test_the_bot_gets_the_facts_of_the_moment():
    facts = facts_now(CLINIC, Settings(), last_sign_in_at=None, now=NOW)
    assert facts["phone"] == "(555) 201-8834"
    assert (facts["can_call_back"], facts["open_now"], facts["chat_days"]) == (True, True, "30")
    assert "next_opening" not in facts
    assert "sms" not in facts
