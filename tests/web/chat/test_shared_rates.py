"""Rates by conversation and address hold over all web processes of one PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest

from tests.web.conftest import Visitor, async_fixture, client_of
from web import schema
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
    return await services.start(limits=FEW), await services.start(limits=FEW)


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
        await statuses([one.post("/v1/conversations") for _ in range(6)])
        waits_s = [(await other.post("/v1/conversations")).json()["retry_after_s"] for _ in range(3)]
    assert 900 < waits_s[0] <= 1000
    assert waits_s == sorted(waits_s, reverse=True)


async def test_words_of_danger_get_their_card_over_the_shared_rate_too(both):
    async with client_of(both[0]) as one, client_of(both[1]) as other:
        visitor = await Visitor(one).opens_the_chat()
        for _ in range(10):
            assert (await visitor.sends("hello")).status_code == 201
        visitor.http = other
        assert (await visitor.sends("hello")).status_code == 429
        answer = await visitor.sends("I want to kill myself")
        assert answer.status_code == 201
