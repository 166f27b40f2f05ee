"""Every crisis is told: the second in a chat like the first, and one whose holder went away."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from json import loads

from tests.web.chat.test_rate_limits import from_address
from tests.web.conftest import Visitor, async_fixture, signed_in
from web import schema
from web.accounts.staff import Person
from web.chat import handoffs
from web.hours import staff_activity
from web.notifications import outbox

FIRST, SECOND = "I want to kill myself", "i took all the pills"
LATER = timedelta(hours=10)


@async_fixture
async def service(services):
    # Nobody is at the mail server: what is put into the outbox stays there.
    return await services.start(smtp_url="smtp://127.0.0.1:9", mail_to="desk@example.com")


async def mails(service) -> list[str]:
    return sorted(row["about"] for row in await service.rows(schema.outbox))


async def pulse(nurse) -> dict:
    page = (await nurse.get("/desk/live")).text
    (found,) = re.findall(r'data-pulse="([^"]*)"', page)
    return loads(unescape(found))


async def looks_around(service) -> None:
    await service.app.ctx.timeout_worker.look()


async def test_a_second_crisis_in_a_chat_that_was_looked_at_is_told_like_the_first(service, visitor):
    await visitor.sends(FIRST)
    async with signed_in(service, "nurse") as nurse:
        await nurse.get(f"/desk/conversations/{visitor.id}")
        first = (await pulse(nurse))["urgent"]
    assert await mails(service) == ["handoff"]
    service.clock.move(LATER)
    await visitor.sends(SECOND)
    assert await mails(service) == ["handoff", "handoff"]
    async with signed_in(service, "nurse") as nurse:
        second = (await pulse(nurse))["urgent"]
    assert len(first) == len(second) == 1
    assert first != second  # the desk's page makes its sound for what was not there before
    service.clock.move(timedelta(minutes=2, seconds=5))
    await looks_around(service)
    assert await mails(service) == ["again", "handoff", "handoff"]


async def test_every_message_of_one_crisis_is_not_told_while_nobody_has_looked(service, visitor):
    for _ in range(3):
        await visitor.sends(FIRST)
        service.clock.move(timedelta(seconds=50))
    assert await mails(service) == ["handoff"]
    await looks_around(service)  # 2:30 after the first: the later messages did not put it off
    assert await mails(service) == ["again", "handoff"]
    await visitor.sends(SECOND)
    assert await mails(service) == ["again", "handoff", "handoff"]


async def test_a_crisis_just_after_somebody_looked_is_told(service, visitor, nurse):
    await visitor.sends(FIRST)
    await nurse.get(f"/desk/conversations/{visitor.id}")
    await visitor.sends(SECOND)
    assert await mails(service) == ["handoff", "handoff"]


async def test_an_urgent_chat_whose_holder_went_away_is_told_again(service, visitor):
    nina = Person("n1", "Nina")
    await visitor.sends(FIRST)
    async with service.db.write() as tx:
        await staff_activity.at_the_desk(tx, nina, now=service.clock())
        await handoffs.claim(tx, visitor.id, by=nina, now=service.clock())
    service.clock.move(timedelta(minutes=6))
    for _ in range(2):
        await looks_around(service)
    assert await mails(service) == ["again", "handoff"]
    async with signed_in(service, "second_nurse") as nurse:
        assert len((await pulse(nurse))["missed"]) == 1


async def test_crises_from_everywhere_reach_the_desk_each_and_the_mailbox_up_to_a_bound(
    service, caplog, monkeypatch
):
    monkeypatch.setattr(outbox, "MAX_URGENT", 3)
    for number in range(5):
        async with from_address(service, f"127.0.3.{number + 1}") as http:
            await (await Visitor(http).opens_the_chat()).sends(FIRST)
    assert len(await service.rows(schema.handoffs)) == 5
    assert len(await mails(service)) == 3
    assert "is at the desk only" in caplog.text
    service.clock.move(outbox.WITHIN)
    async with from_address(service, "127.0.4.1") as http:
        await (await Visitor(http).opens_the_chat()).sends(FIRST)
    assert len(await mails(service)) == 4
