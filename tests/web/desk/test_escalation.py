"""A visitor whom nobody answers is passed to one person on duty after the other, then on-call is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.browsing import PAGE
from tests.web.conftest import async_fixture, signed_in
from tests.web.desk.chats import asks_for_a_person, talk
from web import schema
from web.hours import on_duty, staff_activity
from web.notifications.mailer import Mailer

ON_CALL = "pager@example.com"


@async_fixture
async def service(services, mailbox):
    started = await services.start(smtp_url=mailbox.url, mail_to="desk@example.com")
    await started.app.ctx.mailer.stop()
    return started


async def sets_the_rule(service, minutes: str = "6", address: str = ON_CALL) -> None:
    async with signed_in(service, "administrator") as ada:
        saved = await ada.posts("/desk/escalation", minutes=minutes, address=address)
        assert saved.is_success, saved.text


async def comes_to_the_desk(service, client) -> None:
    person, now = client.staff, service.clock()
    async with service.db.write() as tx:
        await on_duty.i_am_here(tx, person.id, now + timedelta(hours=8), now)
        await staff_activity.at_the_desk(tx, person, now=now)


async def passes(service, minutes: float, *watching) -> None:
    """Let time pass; these have a page of the desk open all the while."""
    service.clock.move(timedelta(minutes=minutes))
    async with service.db.write() as tx:
        for client in watching:
            await staff_activity.at_the_desk(tx, client.staff, now=service.clock())
    await service.app.ctx.timeout_worker.look()


async def deeds(service) -> list[str]:
    rows = await service.rows(schema.handoff_events)
    return [row["did"] for row in sorted(rows, key=lambda row: row["at"])]


async def mails(service, mailbox) -> list[str]:
    mailer = Mailer(service.settings, service.db, service.clock)
    while await mailer.send_one():
        pass
    return [mail for mail in mailbox.mails if "on call" in mail]


async def test_it_goes_to_each_on_duty_and_then_to_on_call_once(
    service, visitor, bot, nurse, second_nurse, mailbox
):
    await sets_the_rule(service)
    both = (nurse, second_nurse)
    for each in both:
        await comes_to_the_desk(service, each)
    await asks_for_a_person(visitor, bot)
    await passes(service, 5, *both)
    assert "escalated" not in await deeds(service)
    await passes(service, 2, *both)
    (handoff,) = await service.rows(schema.handoffs)
    assert (handoff["state"], handoff["escalated_name"]) == ("requested", "Nina Nurse")  # nobody holds it
    pulse = (await nurse.get("/desk", headers=PAGE)).text
    assert "Passed to you" in pulse
    assert "Passed to Nina Nurse" in (await second_nurse.get("/desk", headers=PAGE)).text
    await passes(service, 7, *both)
    (handoff,) = await service.rows(schema.handoffs)
    assert handoff["escalated_name"] == "Sam Second"
    assert await mails(service, mailbox) == []
    for _ in range(3):
        await visitor.reads()  # who leaves without a number is let go
        await passes(service, 7, *both)
    (mail,) = await mails(service, mailbox)
    assert f"To: {ON_CALL}" in mail
    assert visitor.id not in mail
    assert [each for each in await deeds(service) if each in ("escalated", "on_call")] == [
        "escalated", "escalated", "on_call"
    ]  # fmt: skip
    async with signed_in(service, "nurse") as again:  # the first one's screen is locked by now
        page = (await again.get(talk(visitor), headers=PAGE)).text
    assert "Nobody answered in time: passed to Sam Second" in page
    assert "on-call was told" in page


async def test_who_is_answered_is_not_passed_on(service, visitor, bot, nurse, mailbox):
    await sets_the_rule(service)
    await comes_to_the_desk(service, nurse)
    await asks_for_a_person(visitor, bot)
    await nurse.posts(talk(visitor, "reply"), text="hello")
    await passes(service, 3, nurse)
    await passes(service, 10, nurse)
    assert not {"escalated", "on_call"} & set(await deeds(service))
    assert await mails(service, mailbox) == []


async def test_with_nobody_on_duty_on_call_is_told_at_once_when_time_is_up(service, visitor, bot, mailbox):
    await sets_the_rule(service)
    await asks_for_a_person(visitor, bot)
    await passes(service, 7)
    assert len(await mails(service, mailbox)) == 1


async def test_somebody_in_danger_is_passed_on_sooner(service, visitor, nurse, mailbox):
    await sets_the_rule(service, minutes="60")
    await comes_to_the_desk(service, nurse)
    await visitor.sends("I want to kill myself")
    await passes(service, 4, nurse)
    assert "escalated" in await deeds(service)
    await passes(service, 4, nurse)
    (mail,) = await mails(service, mailbox)
    assert "urgent" in mail


async def test_it_is_off_until_an_administrator_sets_it(service, visitor, bot, nurse, mailbox):
    await comes_to_the_desk(service, nurse)
    await asks_for_a_person(visitor, bot)
    await passes(service, 14, nurse)
    assert "escalated" not in await deeds(service)
    assert (await nurse.get("/desk/escalation", headers=PAGE)).status_code == 403
    assert (await nurse.posts("/desk/escalation", minutes="5")).status_code == 403


@pytest.mark.parametrize(("minutes", "address"), [("-1", ""), ("soon", ""), ("121", ""), ("5", "pager")])
async def test_what_cannot_be_a_rule_is_refused_and_stays_typed(service, administrator, minutes, address):
    fields = {"minutes": minutes, "address": address, "form_token": administrator.staff.form_token}
    page = await administrator.post("/desk/escalation", data=fields, headers=PAGE)
    assert page.status_code == 400
    assert f'value="{minutes}"' in page.text
    assert await service.rows(schema.desk_settings) == []
