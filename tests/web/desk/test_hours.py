"""Hours and availability: what a nurse presses is what visitors are told, at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from web import schema

PAGE = {"accept": "text/html"}


async def told(http) -> str:
    return (await http.get("/v1/now")).json()["who_answers"]


async def test_closed_today_is_live_with_the_next_question(nurse, visitor, bot, http):
    assert "closed" not in (await told(http)).lower()
    await nurse.posts("/desk/hours/close-today", reason="snow")
    assert "snow" in await told(http)
    await visitor.asks("are you open?")
    assert bot.asked[-1]["facts"]["open_now"] is False


async def test_a_closure_can_be_taken_back(nurse, http, service):
    await nurse.posts("/desk/hours/close-today")
    (row,) = await service.rows(schema.closures)
    assert (await nurse.posts(f"/desk/hours/closures/{row['id']}/remove")).status_code == 200
    assert "closed" not in (await told(http)).lower()
    assert (await nurse.posts(f"/desk/hours/closures/{row['id']}/remove")).status_code == 400


async def test_i_am_here_is_told_and_ends_with_the_shift(nurse, http, service):
    await nurse.posts("/desk/hours/here", until="10:30")
    assert (await http.get("/v1/now")).json()["staff_here"] is True
    page = (await nurse.get("/desk/hours", headers=PAGE)).text
    assert f"{nurse.staff.name} until 10:30 am" in page
    service.clock.move(timedelta(minutes=31))
    assert (await http.get("/v1/now")).json()["staff_here"] is False


async def test_who_goes_away_gives_back_what_they_hold(nurse, visitor, service):
    await visitor.asks("hello")
    await nurse.posts("/desk/hours/here")
    await nurse.posts(f"/desk/conversations/{visitor.id}/claim")
    await nurse.posts("/desk/hours/away")
    (row,) = await service.rows(schema.handoffs)
    assert row["state"] == "requested"
    assert "had to leave" in str(await visitor.reads())


async def test_the_week_is_kept_in_the_clinics_own_time(nurse, http, service):
    week = {"tuesday-0-from": "08:00", "tuesday-0-to": "09:30", "friday-0-from": "9:00", "friday-0-to": ""}
    refused = await nurse.posts("/desk/hours/week", **week)
    assert refused.status_code == 400
    assert "Friday" in refused.json()["error"]
    week["friday-0-to"] = "13:00"
    week["friday-0-from"] = "09:00"
    assert (await nurse.posts("/desk/hours/week", **week)).status_code == 200
    assert "closed" in (await told(http)).lower()  # it is ten on a Tuesday
    assert 'name="tuesday-0-to" value="09:30"' in (await nurse.get("/desk/hours")).text


async def test_what_was_typed_survives_a_mistake(nurse):
    week = {
        "tuesday-0-from": "22:00",
        "tuesday-0-to": "02:00",
        "friday-1-from": "09:00",
        "friday-1-to": "13:00",
    }
    answer = await nurse.post(
        "/desk/hours/week", data={"form_token": nurse.staff.form_token, **week}, headers=PAGE
    )
    assert answer.status_code == 400
    assert "ends before it starts" in answer.text
    assert "Signed in as" in answer.text
    for name, clock in week.items():
        assert f'name="{name}" value="{clock}"' in answer.text
    closure = {"starts_at": "2026-11-30T10:00", "ends_at": "2026-11-30T09:00", "reason": "training"}
    answer = await nurse.post(
        "/desk/hours/closures", data={"form_token": nurse.staff.form_token, **closure}, headers=PAGE
    )
    assert answer.status_code == 400
    for clock in closure.values():
        assert f'value="{clock}"' in answer.text


async def test_a_holiday_can_be_added_and_removed(nurse, http):
    await nurse.posts("/desk/hours/holidays", date="2026-11-24", name="Founders' Day")
    assert "Founders" in await told(http)
    await nurse.posts("/desk/hours/holidays", date="2026-11-24", remove="1")
    assert "Founders" not in await told(http)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("closures", {"starts_at": "tomorrow", "ends_at": "2026-11-30T10:00"}),
        ("closures", {"starts_at": "2026-11-30T10:00", "ends_at": "2026-11-30T09:00"}),
        ("closures", {"starts_at": "2026-11-20T10:00", "ends_at": "2026-11-20T11:00"}),
        ("close-today", {"reason": "x" * 200}),
        ("close-today", {"reason": "{phone}"}),
        ("holidays", {"date": "2026-02-30"}),
        ("week", {"monday-0-from": "25:00", "monday-0-to": "26:00"}),
        ("week", {"monday-0-from": "10:00", "monday-0-to": "09:00"}),
        ("here", {"until": "soon"}),
    ],
)
async def test_what_is_no_time_is_refused_in_a_sentence(nurse, service, path, fields):
    answer = await nurse.posts(f"/desk/hours/{path}", **fields)
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]
    assert await service.rows(schema.closures) == []
    assert await service.rows(schema.clinic_facts) == []


async def test_every_change_is_in_the_audit(nurse, service):
    await nurse.posts("/desk/hours/here")
    await nurse.posts("/desk/hours/close-today")
    deeds = [row["did"] for row in await service.rows(schema.audit) if row["by"] == nurse.staff.id]
    assert deeds == ["presence.here", "closure.add"]
