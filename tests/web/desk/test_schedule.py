"""The staff schedule feeds the truth: who is here for visitors, who is next, who may change it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.browsing import PAGE
from tests.web.conftest import async_fixture
from tests.web.desk.chats import asks_for_a_person, talk
from tests.web.desk.test_escalation import comes_to_the_desk, passes, sets_the_rule
from web import schema
from web.hours import staff_activity

# It is a Tuesday, 10 am at the clinic.
TUESDAY = {"tuesday-0-from": "09:00", "tuesday-0-to": "17:00"}


@async_fixture
async def service(services, mailbox):
    started = await services.start(smtp_url=mailbox.url, mail_to="desk@example.com")
    await started.app.ctx.mailer.stop()
    return started


async def is_scheduled(administrator, client, **week) -> None:
    saved = await administrator.posts(f"/desk/schedule/{client.staff.id}/week", **(week or TUESDAY))
    assert saved.is_success, saved.text


async def opens_a_page(service, client) -> None:
    async with service.db.write() as tx:
        await staff_activity.at_the_desk(tx, client.staff, now=service.clock())


async def facts(service) -> dict:
    context = service.app.ctx.context
    async with service.db.read() as tx:
        return await context.facts(tx)


async def test_on_the_schedule_and_with_a_page_open_somebody_is_here_for_visitors(
    service, administrator, nurse
):
    await is_scheduled(administrator, nurse)
    assert (await facts(service))["staff_here"] is False
    await opens_a_page(service, nurse)
    assert (await facts(service))["staff_here"] is True
    async with service.db.write() as tx:
        await staff_activity.locked(tx, nurse.staff.id, now=service.clock())
    assert (await facts(service))["staff_here"] is False
    await opens_a_page(service, nurse)
    service.clock.move(timedelta(hours=8))
    await opens_a_page(service, nurse)
    assert (await facts(service))["staff_here"] is False  # the shift is over


async def test_who_says_away_is_away_for_the_shift_and_who_says_here_is_back(service, administrator, nurse):
    await is_scheduled(administrator, nurse)
    await opens_a_page(service, nurse)
    await nurse.posts("/desk/hours/away")
    assert (await facts(service))["staff_here"] is False
    assert "I am here" in (await nurse.get("/desk", headers=PAGE)).text
    await nurse.posts("/desk/hours/here")
    assert (await facts(service))["staff_here"] is True
    assert await service.rows(schema.shift_exceptions) == []


async def test_a_visitor_is_told_their_place_while_the_scheduled_one_is_there(
    service, administrator, nurse, visitor, bot
):
    await is_scheduled(administrator, nurse)
    await asks_for_a_person(visitor, bot)
    for is_there in (False, True):
        if is_there:
            await opens_a_page(service, nurse)
        answer = await visitor.http.get(
            f"{visitor.path}/messages", params={"after": 0, "wait": 0}, headers=visitor.headers
        )
        assert ((answer.json()["waiting"] or {}).get("place") == 1) is is_there


async def passed_to(service) -> str | None:
    (row,) = await service.rows(schema.handoffs)
    return row["escalated_name"]


async def test_who_is_scheduled_and_has_not_come_is_asked_first_by_mail(
    service, administrator, nurse, second_nurse, visitor, bot
):
    await sets_the_rule(service)
    await is_scheduled(administrator, second_nurse)
    await comes_to_the_desk(service, nurse)
    await asks_for_a_person(visitor, bot)
    await passes(service, 6, nurse)
    assert await passed_to(service) == second_nurse.staff.name
    (mail,) = await service.rows(schema.studio_mails)
    assert (mail["account_id"], mail["about"], mail["path"]) == (second_nurse.staff.id, "passed", "/desk")
    await passes(service, 6, nurse)
    assert await passed_to(service) == nurse.staff.name
    assert len(await service.rows(schema.studio_mails)) == 1


async def test_in_danger_who_is_there_comes_before_who_has_not_come(
    service, administrator, nurse, second_nurse, visitor
):
    await sets_the_rule(service)
    await is_scheduled(administrator, second_nurse)
    await comes_to_the_desk(service, nurse)
    await visitor.asks("I want to kill myself")
    await passes(service, 3, nurse)
    assert await passed_to(service) == nurse.staff.name
    await passes(service, 3, nurse)
    assert await passed_to(service) == second_nurse.staff.name


async def test_everybody_sees_it_and_only_an_administrator_changes_it(
    administrator, nurse, owner, clinician, service
):
    await is_scheduled(administrator, nurse)
    for each in (administrator, nurse, owner, clinician):
        page = await each.get("/desk/schedule", headers=PAGE)
        assert page.status_code == 200
        assert "<strong>Nina Nurse</strong> 9 am to 5 pm" in page.text
        assert ("Save the shifts of" in page.text) is (each is administrator)
        has_come = "at the desk" if each is not administrator else "no page of the desk open"
        assert has_come in page.text.split("schedule-now")[1].split("</div>")[0]
    for each in (nurse, owner, clinician):
        refused = await each.posts(f"/desk/schedule/{nurse.staff.id}/week", **TUESDAY)
        assert refused.status_code == 403


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "soon", "2026-12-01"])
async def test_any_day_that_an_address_names_shows_a_week(nurse, day):
    page = await nurse.get("/desk/schedule", params={"from": day}, headers=PAGE)
    assert page.status_code == 200
    assert ("Tuesday, Dec 1" if day == "2026-12-01" else "Tuesday, Nov 24") in page.text


async def test_open_hours_that_nobody_covers_are_named(administrator, nurse):
    await is_scheduled(administrator, nurse, **{"tuesday-0-from": "10:00", "tuesday-0-to": "12:00"})
    page = (await administrator.get("/desk/schedule", headers=PAGE)).text
    assert "Nobody from 12 pm to" in page


async def test_a_day_off_and_an_extra_shift_hold_at_once_and_can_be_taken_back(
    service, administrator, nurse, second_nurse
):
    await is_scheduled(administrator, nurse)
    await opens_a_page(service, nurse)
    span = {"from": "2026-11-24T00:00", "to": "2026-11-25T00:00"}
    await administrator.posts("/desk/schedule/exceptions", person=nurse.staff.id, kind="off", **span)
    assert (await facts(service))["staff_here"] is False
    extra = {"from": "2026-11-24T08:00", "to": "2026-11-24T11:00"}
    await administrator.posts(
        "/desk/schedule/exceptions", person=second_nurse.staff.id, kind="extra", **extra
    )
    await opens_a_page(service, second_nurse)
    assert (await facts(service))["staff_here"] is True
    for row in await service.rows(schema.shift_exceptions):
        await administrator.posts(f"/desk/schedule/exceptions/{row['id']}/remove")
    assert await service.rows(schema.shift_exceptions) == []


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("week", {"monday-0-from": "09:00"}, "a span needs both times"),
        ("week", {"monday-0-from": "09:00", "monday-0-to": "09:00"}, "ends at the same time"),
        ("week", {"monday-0-from": "nine", "monday-0-to": "17:00"}, "not a time of day"),
        ("exceptions", {"from": "2026-11-25T09:00", "to": "2026-11-25T08:00"}, "ends before it starts"),
        ("exceptions", {"from": "2026-11-20T09:00", "to": "2026-11-20T10:00"}, "over already"),
        ("exceptions", {"from": "9999-12-31T23:59", "to": "9999-12-31T23:59"}, "in the year 9999"),
        ("exceptions", {"from": "", "to": "2026-11-25T08:00"}, "not a date and time"),
        ("exceptions", {"from": "2026-11-25T09:00", "to": "2027-11-25T08:00"}, "longer than 92 days"),
        ("stranger", {"monday-0-from": "09:00", "monday-0-to": "17:00"}, "who works at the desk"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_stays_typed(administrator, nurse, path, typed, said):
    where = {
        "week": f"/desk/schedule/{nurse.staff.id}/week",
        "exceptions": "/desk/schedule/exceptions",
        "stranger": "/desk/schedule/nobody/week",
    }[path]
    fields = {"form_token": administrator.staff.form_token, "person": nurse.staff.id, "kind": "off", **typed}
    page = await administrator.post(where, data=fields, headers=PAGE)
    assert page.status_code == 400
    assert said in page.text.split('id="problem"')[1].split("</p>")[0]
    if path == "week" and "nine" not in typed.values():
        assert 'name="monday-0-from" value="09:00"' in page.text


@pytest.mark.parametrize("how", ["left the clinic", "works elsewhere"])
async def test_who_works_at_the_desk_no_longer_is_on_the_schedule_no_longer(
    service, administrator, nurse, how
):
    await is_scheduled(administrator, nurse)
    await opens_a_page(service, nurse)
    assert (await facts(service))["staff_here"] is True
    if how == "left the clinic":
        await administrator.posts(f"/people/{nurse.staff.id}/disable")
    else:
        await administrator.posts(f"/people/{nurse.staff.id}", name="Nina Nurse", roles="owner")
    context = service.app.ctx.context
    async with service.db.read() as tx:
        assert await context.scheduled(tx) == []
    assert (await facts(service))["staff_here"] is False


async def test_the_chat_of_a_visitor_is_not_touched_by_the_schedule(administrator, nurse, visitor, bot):
    await is_scheduled(administrator, nurse)
    await asks_for_a_person(visitor, bot)
    await nurse.posts(talk(visitor, "claim"))
    await is_scheduled(administrator, nurse, **{"monday-0-from": "09:00", "monday-0-to": "10:00"})
    assert "This chat is yours" in (await nurse.get(talk(visitor), headers=PAGE)).text
