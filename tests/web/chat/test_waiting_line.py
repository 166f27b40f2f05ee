"""Who waits for a person is told their place in line, only while it is certain."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.web.conftest import Visitor
from tests.web.desk.chats import asks_for_a_person, talk
from web.hours import on_duty, staff_activity

NEXT, SECOND = {"place": 1, "ways": [], "contact": None}, {"place": 2, "ways": [], "contact": None}


async def comes_to_the_desk(service, client) -> None:
    person, now = client.staff, service.clock()
    async with service.db.write() as tx:
        await on_duty.i_am_here(tx, person.id, now + timedelta(hours=8), now)
        await staff_activity.at_the_desk(tx, person, now=now)


async def standing(service, visitor: Visitor):
    """What a visitor reads; their page asking for news is noted, too."""
    await visitor.reads()
    await service.app.ctx.timeout_worker.look()
    return (await visitor.reads())["waiting"]


@pytest.fixture
def both(visitor, another_visitor):
    return visitor, another_visitor


async def test_the_place_is_told_in_the_order_of_asking(service, both, bot, nurse):
    first = both[0]
    await comes_to_the_desk(service, nurse)
    assert await standing(service, first) is None  # nobody was asked for
    for visitor in both:
        await asks_for_a_person(visitor, bot)
        await standing(service, visitor)
    assert [await standing(service, each) for each in both] == [NEXT, SECOND]
    await nurse.posts(talk(first, "claim"))
    assert [await standing(service, each) for each in both] == [None, NEXT]


async def test_who_has_left_is_not_counted(service, both, bot, nurse):
    first, second = both
    await asks_for_a_person(first, bot)
    await standing(service, first)
    service.clock.move(timedelta(minutes=3))
    await comes_to_the_desk(service, nurse)
    await asks_for_a_person(second, bot)
    assert await standing(service, second) == NEXT


async def test_nobody_in_danger_is_told_to_wait_and_they_come_first(service, both, bot, nurse):
    first, second = both
    await comes_to_the_desk(service, nurse)
    await asks_for_a_person(first, bot)
    await second.sends("I want to kill myself")
    assert await standing(service, second) is None
    assert await standing(service, first) == SECOND


async def test_nothing_is_told_while_nobody_is_at_the_desk(service, visitor, bot):
    await asks_for_a_person(visitor, bot)
    assert await standing(service, visitor) is None


async def test_another_place_ends_the_wait(service, both, bot, nurse):
    first, second = both
    await comes_to_the_desk(service, nurse)
    for visitor in both:
        await asks_for_a_person(visitor, bot)
        await standing(service, visitor)
    last = (await second.reads())["last"]
    params = {"after": last, "wait": 5, "place": 2}
    asking = second.http.get(f"{second.path}/messages", params=params, headers=second.headers)
    waiting = asyncio.ensure_future(asking)
    await nurse.posts(talk(first, "claim"))
    assert (await waiting).json()["waiting"] == NEXT
