"""Review dates: the first page shows them, and owners are reminded 14, 7 and 0 days before, once each."""

from __future__ import annotations

from datetime import timedelta

from tests.web.conftest import NOW, signed_in
from tests.web.notifications.mail_server import StandInMailServer
from tests.web.studio.test_pages import ANSWER, HTML


def in_days(days):
    return (NOW + timedelta(days=days)).date().isoformat()


async def test_owners_are_reminded_at_14_7_and_0_days_and_only_once(services):
    async with StandInMailServer() as mailbox:
        service = await services.start(smtp_url=mailbox.url, mail_to="owner@clinic.example")
        review_reminders = service.app.ctx.review_reminders
        async with signed_in(service, "owner") as owner:
            await owner.posts("/studio/answers/new", **{**ANSWER, "review_by": in_days(15)})
        told = []
        for _day in range(18):
            told.append(await review_reminders.look())
            assert await review_reminders.look() == 0
            service.clock.move(timedelta(days=1))
        assert [day for day, count in enumerate(told) if count] == [1, 8, 15]
        assert "Where do I park?: in 14 days" in mailbox.mails[0]
        assert f"{service.settings.public_url}/studio" in mailbox.mails[0]


async def test_a_reminder_that_does_not_leave_is_tried_again(services):
    async with StandInMailServer() as mailbox:
        service = await services.start(smtp_url=mailbox.url, mail_to="owner@clinic.example")
        async with signed_in(service, "owner") as owner:
            await owner.posts("/studio/answers/new", **{**ANSWER, "review_by": in_days(3)})
        mailbox.refuses = True
        assert await service.app.ctx.review_reminders.look() == 0
        mailbox.refuses = False
        assert await service.app.ctx.review_reminders.look() == 1


async def test_the_first_page_says_what_waits(owner):
    await owner.posts("/studio/answers/new", **{**ANSWER, "review_by": in_days(-2), "clinical": "1"})
    page = (await owner.get("/studio", headers=HTML)).text
    assert "overdue for 2 days" in page
    assert "text to sign" in page
    assert "answer to fix" in page


async def test_an_answer_that_is_off_is_not_due(owner):
    await owner.posts("/studio/answers/new", **{**ANSWER, "review_by": in_days(1), "is_on": ""})
    assert "No reviews are due" in (await owner.get("/studio", headers=HTML)).text
