"""Crises from many addresses: the list has room for some, one row counts the rest, nothing is dropped."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from tests.web.chat.test_rate_limits import from_address
from tests.web.conftest import Visitor, async_fixture, signed_in
from tests.web.desk.chats import talk
from tests.web.desk.test_crisis_cases import CRISIS, shows, waiting

pytestmark = pytest.mark.thorough  # long in total


@async_fixture
async def service(services):
    return await services.start(limits={"urgent_on_the_list": 3})


async def test_the_list_has_room_for_some_and_one_row_counts_the_rest(service):
    visitors = []
    for number in range(2, 9):
        async with from_address(service, f"127.0.0.{number}") as http:
            visitors.append(await Visitor(http).opens_the_chat())
            await visitors[-1].sends(CRISIS)
    async with signed_in(service, "nurse") as nurse:
        listed = await waiting(nurse)
        assert sum(visitor.id in listed for visitor in visitors) == 3
        assert "And 4 more urgent chats: see all" in listed
        page = await shows(nurse, "/desk/urgent")
        assert all(visitor.id in page for visitor in visitors)
        await nurse.posts(talk(visitors[0], "claim"))
        listed = await waiting(nurse)  # who is held needs no room
        assert visitors[0].id in listed
        assert "And 3 more urgent chats: see all" in listed
        await nurse.posts(talk(visitors[1], "resolve"), outcome="given_988")
        assert "And 2 more urgent chats" in await waiting(nurse)


async def test_whose_visitor_is_there_comes_before_who_left(service):
    visitors = []
    for number in range(2, 7):
        async with from_address(service, f"127.0.0.{number}") as http:
            visitors.append(await Visitor(http).opens_the_chat())
            await visitors[-1].sends(CRISIS)
    service.clock.move(timedelta(minutes=10))
    async with from_address(service, "127.0.0.9") as http:
        last = await Visitor(http).opens_the_chat()
        await last.sends(CRISIS)
        await last.reads()
        await service.app.ctx.timeout_worker.look()
        async with signed_in(service, "nurse") as nurse:
            assert last.id in await waiting(nurse)


async def test_a_new_one_is_heard_though_it_has_no_row(service):
    async with signed_in(service, "nurse") as nurse:
        heard = []
        for number in range(2, 8):
            async with from_address(service, f"127.0.0.{number}") as http:
                await (await Visitor(http).opens_the_chat()).sends(CRISIS)
            heard.append((await nurse.get("/desk/pulse")).json()["urgent"])
    assert all(set(after) - set(before) for before, after in pairwise(heard))
