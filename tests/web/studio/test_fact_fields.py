"""Money, times and dates are read as people type them; what is unclear is asked for in other words."""

from __future__ import annotations

import pytest

from tests.web.studio.test_facts import facts_now, form_of
from tests.web.studio.test_pages import ANSWER, HTML
from web.studio.editing import fact_fields


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("9 am to 5 pm", "09:00-17:00"),
        ("9-17", "09:00-17:00"),
        ("9-5pm", "09:00-17:00"),
        ("9 - 11 am", "09:00-11:00"),
        ("9.00 – 17.30", "09:00-17:30"),
        ("9 to 5", "9 to 5"),  # unclear: stays as it is, and the facts' own check complains
    ],
)
def test_hours_are_read_as_people_type_them(typed, kept):
    assert fact_fields.span(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("450", "$450"),
        ("450 $", "$450"),
        ("$1,200.50", "$1,200.50"),
        ("$450 a visit, $100 late", "$450 a visit, $100 late"),
    ],
)
def test_an_amount_is_written_with_its_sign(typed, kept):
    assert fact_fields.money(typed, "US") == kept


@pytest.mark.parametrize("typed", ["$45O", "$1.200", "$4,50", "$4.5"])
def test_an_amount_that_can_be_read_in_two_ways_is_not_kept(typed):
    with pytest.raises(ValueError, match="not a clear amount"):
        fact_fields.money(typed, "US")


@pytest.mark.parametrize(
    ("line", "country", "day"),
    [
        ("2026-12-25 Christmas Day", "US", "2026-12-25"),
        ("12/25/2026 Christmas Day", "US", "2026-12-25"),
        ("December 25, 2026 Christmas Day", "US", "2026-12-25"),
        ("25.12.2026 Christmas Day", "DE", "2026-12-25"),
        ("06/07/2026 Christmas Day", "DE", "06/07/2026"),  # June or July: it is asked for
        ("02/30/2026 Christmas Day", "US", "02/30/2026"),
    ],
)
def test_a_date_is_read_where_it_is_clear(line, country, day):
    assert fact_fields.holiday(line, country) == (day, "Christmas Day")


async def test_saving_reads_each_kind_and_loses_no_other_field(owner, service):
    form = await form_of(service, time_zone="UTC", monday="8 am to 6 pm", prices="450", session_length="90")
    saved = await owner.posts("/studio/facts", **form)
    assert saved.status_code == 422
    assert "could be minutes or hours" in saved.text
    known = await facts_now(service)
    assert known["hours"].startswith("Monday 8 am to 6 pm")
    assert known["prices"] == "$450"


async def test_a_fact_is_shown_in_the_answers_that_say_it_while_it_is_typed(owner):
    reply = "Park here: {parking}"
    await owner.posts("/studio/answers/new", **{**ANSWER, "wording": reply})
    told = (await owner.posts("/studio/facts/preview", name="parking", value="In the yard.")).json()
    assert told["answers"] == [
        {"id": "where_do_i_park", "title": "Where do I park?", "text": "Park here: In the yard."}
    ]
    page = (await owner.get("/studio/facts", headers=HTML)).text
    assert "1 answer uses it" in page
    asked = {"name": "parking", "value": "Take your pills there."}
    assert "it says “Take your pills”" in (await owner.posts("/studio/facts/preview", **asked)).json()["why"]
    asked = {"name": "phone", "value": "12"}
    assert "phone number" in (await owner.posts("/studio/facts/preview", **asked)).json()["problem"]
