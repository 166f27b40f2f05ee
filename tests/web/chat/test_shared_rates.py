"""Rates by conversation, by address and of all hold over all web processes of one PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

import pytest

from tests.web.chat.test_rate_limits import from_address
from tests.web.conftest import NOW, Clock, Visitor, async_fixture, client_of
from web import schema
from web.chat import retention
from web.core.limits import Rate

pytestmark = pytest.mark.thorough
FEW = {
    "conversations_per_address": Rate(burst=6, refill_s=1000.0),
    "messages_per_address": Rate(burst=10, refill_s=1000.0),
}


@pytest.fixture
def record():
    return "postgresql"


@async_fixture
async def both(services):
    clock = Clock()
    return await services.start(limits=FEW, clock=clock), await services.start(limits=FEW, clock=clock)


async def statuses(requests):
    return [response.status_code for response in await asyncio.gather(*requests)]


async def test_an_address_gets_no_more_from_two_processes_than_from_one(both):
    async with client_of(both[0]) as one, client_of(both[1]) as other:
        asked = [http.post("/v1/conversations") for http in (one, other) * 6]
        told = await statuses(asked)
    assert (told.count(201), told.count(429)) == (6, 6)
    rows = await both[0].rows(schema.rate_buckets)
    assert not [row for row in rows if "127.0.0.1" in row["key"]]


async def test_who_is_refused_is_told_how_long_to_wait_and_waits_no_longer_for_asking(both):
    async with client_of(both[0]) as one, client_of(both[1]) as other:
        assert await statuses([one.post("/v1/conversations") for _ in range(6)]) == [201] * 6
        waits_s = [(await other.post("/v1/conversations")).json()["retry_after_s"] for _ in range(3)]
    assert 900 < waits_s[0] <= 1000
    assert waits_s == sorted(waits_s, reverse=True)


async def test_the_sweep_leaves_what_was_taken_by_the_clock_of_the_service(services):
    later = Clock(NOW + timedelta(days=400))
    service = await services.start(limits=FEW, clock=later)
    async with client_of(service) as http:
        assert await statuses([http.post("/v1/conversations") for _ in range(6)]) == [201] * 6
    async with service.db.write() as tx:
        await retention.purge_others(tx, now=later())
    assert await service.rows(schema.rate_buckets)


async def test_words_of_danger_get_their_card_over_the_shared_rate_too(both):
    async with client_of(both[0]) as one, client_of(both[1]) as other:
        visitor = await Visitor(one).opens_the_chat()
        for _ in range(10):
            assert (await visitor.sends("hello")).status_code == 201
        visitor.http = other
        assert (await visitor.sends("hello")).status_code == 429
        answer = await visitor.sends("I want to kill myself")
        assert answer.status_code == 201


async def test_all_together_get_no_more_from_two_processes_and_each_address_still_gets_in(services):
    crowded = {
        "messages_of_all": Rate(burst=8, refill_s=1000.0),
        "messages_in_a_crowd": Rate(burst=2, refill_s=1000.0),
        "conversations_of_all": Rate(burst=4, refill_s=1000.0),
        "conversations_in_a_crowd": Rate(burst=2, refill_s=1000.0),
    }
    clock = Clock()
    one, two = [await services.start(limits=crowded, clock=clock) for _ in range(2)]
    async with contextlib.AsyncExitStack() as stack:

        async def door(service, address):
            return await stack.enter_async_context(from_address(service, address))

        doors = [await door(service, "127.0.0.2") for service in (one, two)]
        honest = [await door(service, "127.0.0.3") for service in (one, two)]
        chats = [await Visitor(http).opens_the_chat() for http in doors * 2]
        assert await statuses(http.post("/v1/conversations") for http in doors) == [429] * 2
        told = await statuses(chat.sends("noise") for chat in chats * 3)
        assert told.count(201) == 8
        visitor = await Visitor(honest[0]).opens_the_chat()
        answers = []
        for http in honest * 2:
            visitor.http = http
            answers.append((await visitor.sends("hello")).status_code)
    assert answers == [201, 201, 429, 429]


async def test_crises_over_the_rates_have_one_rate_of_their_own_in_all_processes(services):
    few = {"messages_per_address": Rate(1, 1000.0), "crises_per_address": Rate(3, 1000.0)}
    clock = Clock()
    one, two = [await services.start(limits=few, clock=clock) for _ in range(2)]
    async with client_of(one) as here, client_of(two) as there:
        chats = [await Visitor(http).opens_the_chat() for http in (here, there) * 2]
        assert (await chats[0].sends("hello")).status_code == 201
        crises = [chat.sends("I want to kill myself") for chat in chats]
        assert await statuses(crises) == [201] * 4  # the first of each chat shows its card
        again = []
        for number, chat in enumerate(chats * 2):
            chat.http = (here, there)[number % 2]
            answer = await chat.sends("I want to kill myself")
            again.append(answer.status_code)
            assert answer.status_code == 201 or "tel:988" in answer.text
    assert (again.count(201), again.count(429)) == (3, 5)
