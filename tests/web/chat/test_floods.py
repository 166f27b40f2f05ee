"""Many crises from one address: each gets its card, and none drowns the crisis of somebody else."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from datetime import timedelta
from html import unescape

import pytest

from tests.web.chat.test_rate_limits import from_address
from tests.web.conftest import Visitor, async_fixture, signed_in
from web import schema
from web.chat import floods
from web.core.limits import Limits

CRISIS = "I want to kill myself"
SHOWN = Limits().urgent_per_address_and_hour
MANY = SHOWN + 7


@async_fixture
async def service(services):
    # Nobody is at the mail server: what is put into the outbox stays there.
    return await services.start(smtp_url="smtp://127.0.0.1:9", mail_to="desk@example.com")


async def crises(http, count: int) -> list[Visitor]:
    visitors = [await Visitor(http).opens_the_chat() for _ in range(count)]
    for visitor in visitors:
        (card,) = (await visitor.sends(CRISIS)).json()["replies"]
        assert card["kind"] == "card"
    return visitors


async def rows_of(nurse) -> list[str]:
    """Why each of *Waiting now* is there, as it is read; with its link."""
    page = (await nurse.get("/desk")).text
    waiting = page.split('data-list="waiting"')[1].split('data-list="to_call"')[0]
    pattern = r'href="([^"]+)">\s*<span class="case-why">(.*?)</span>\s*<span class="case-(?:words|meta)'
    found = re.findall(pattern, waiting, re.S)
    return [f"{href} {unescape(re.sub('<[^>]+>', '', why)).strip()}" for href, why in found]


async def mails(service) -> int:
    return len(await service.rows(schema.outbox))


async def test_the_list_shows_a_few_of_them_and_one_row_for_the_rest(service):
    async with from_address(service, "127.0.0.2") as flood, from_address(service, "127.0.0.3") as elsewhere:
        await crises(flood, MANY)
        (real,) = await crises(elsewhere, 1)
    async with signed_in(service, "nurse") as nurse:
        rows = await rows_of(nurse)
        folded = [row for row in rows if "/desk/folded/" in row]
        assert len(rows) == SHOWN + 2
        assert any(real.id in row for row in rows)
        assert len(folded) == 1
        assert folded[0].endswith("And 7 more urgent chats from the same place")
        page = (await nurse.get(folded[0].split()[0])).text
    assert page.count('<li class="case is-urgent') == 7
    assert real.id not in page


async def test_they_are_told_once_in_a_while_and_a_crisis_from_elsewhere_at_once(service):
    async with from_address(service, "127.0.0.2") as flood, from_address(service, "127.0.0.3") as elsewhere:
        await crises(flood, MANY)
        assert await mails(service) == SHOWN + 1
        await crises(elsewhere, 1)
        assert await mails(service) == SHOWN + 2
        await service.app.ctx.timeout_worker.look()
        service.clock.move(timedelta(minutes=3))
        await service.app.ctx.timeout_worker.look()  # nobody looked: each that was told is told again
        assert await mails(service) == 2 * (SHOWN + 2)
        service.clock.move(timedelta(minutes=8))
        await crises(flood, 3)
        assert await mails(service) == 2 * (SHOWN + 2) + 1


async def test_who_is_taken_over_stands_by_themselves_again(service):
    async with from_address(service, "127.0.0.2") as flood:
        last = (await crises(flood, MANY))[-1]
    async with signed_in(service, "nurse") as nurse:
        page = (await nurse.get(f"/desk/conversations/{last.id}")).text
        assert "Urgent" in page
        await nurse.posts(f"/desk/conversations/{last.id}/claim")
        rows = await rows_of(nurse)
    assert any(last.id in row for row in rows)
    assert any("And 6 more urgent chats" in row for row in rows)


async def test_they_are_closed_together_by_somebody_who_looked_through_them(service):
    async with from_address(service, "127.0.0.2") as flood:
        await crises(flood, MANY)
    async with signed_in(service, "nurse") as nurse:
        (fold,) = [row.split()[0] for row in await rows_of(nurse) if "/desk/folded/" in row]
        assert (await nurse.posts(f"{fold}/close")).status_code == 400
        assert (await nurse.posts(f"{fold}/close", looked="yes")).status_code == 400
        ended = {"looked": "yes", "outcome": "not_a_crisis"}
        assert (await nurse.posts(f"{fold}/close", **ended)).json()["said"] == "Closed: 7."
        assert len(await rows_of(nurse)) == SHOWN
        assert (await nurse.get(fold)).status_code == 404


async def test_the_next_one_is_found_in_the_fold_when_nobody_else_waits(service):
    async with from_address(service, "127.0.0.2") as flood:
        visitors = await crises(flood, SHOWN + 1)
    async with signed_in(service, "nurse") as nurse:
        for visitor in visitors[:-1]:
            await nurse.posts(f"/desk/conversations/{visitor.id}/claim")
            await nurse.posts(f"/desk/conversations/{visitor.id}/resolve", outcome="spoke")
        found = await nurse.get("/desk/next")
    assert visitors[-1].id in found.headers["location"]


async def test_each_address_has_its_own_count_and_each_hour_its_own_row(service):
    context = service.app.ctx.context

    async def fold_of(chat: str, address: str) -> str | None:
        async with context.db.write() as tx:
            return await floods.fold_of(tx, chat, address, keys=context.db.keys, most=2, now=service.clock())

    assert [await fold_of(chat, "a") for chat in ("1", "2", "1")] == [None] * 3
    fold = await fold_of("3", "a")
    assert fold == await fold_of("4", "a") is not None
    assert await fold_of("2", "a") is None
    assert await fold_of("5", "b") is None
    service.clock.move(floods.HOUR)
    assert await fold_of("6", "a") is None
    assert await fold_of("7", "a") is None
    assert await fold_of("8", "a") not in (None, fold)


async def test_the_record_holds_no_address_and_no_chat_to_count_by(service):
    async with from_address(service, "127.0.0.2") as flood:
        (visitor,) = await crises(flood, 1)
    (row,) = await service.rows(schema.urgent_addresses)
    assert "127.0.0.2" not in str(row)
    assert visitor.id not in str(row)


@pytest.mark.thorough
@pytest.mark.parametrize("record", ["postgresql"])
async def test_two_processes_show_no_more_of_one_address_than_one_does(services):
    mail = {"smtp_url": "smtp://127.0.0.1:9", "mail_to": "desk@example.com"}
    service, other = await services.start(**mail), await services.start(**mail)
    async with from_address(service, "127.0.0.2") as here, from_address(other, "127.0.0.2") as there:
        visitors = [await Visitor(http).opens_the_chat() for http in (here, there) * MANY]
        answers = await asyncio.gather(*(visitor.sends(CRISIS) for visitor in visitors))
    assert all(answer.json()["replies"][0]["kind"] == "card" for answer in answers)
    folds = Counter(row["fold_id"] for row in await service.rows(schema.handoffs))
    assert folds.pop(None) == SHOWN
    assert list(folds.values()) == [2 * MANY - SHOWN]
    assert await mails(service) == SHOWN + 1
    async with signed_in(other, "nurse") as nurse:
        assert len(await rows_of(nurse)) == SHOWN + 1
