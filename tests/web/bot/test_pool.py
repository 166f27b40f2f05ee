"""Several bots of one release: the one with the least to do answers, and one that is gone is not missed."""

from __future__ import annotations

import asyncio
import json

from tests.web.conftest import Visitor, async_fixture, client_of
from tests.web.stand_in_bot import StandInBot, reply
from web.bot import pool


@async_fixture
async def two(services, settings, bot):
    """A service that the supervisor told of two bots of the published release."""
    other = StandInBot()
    await other.start()
    release = (settings.releases / "published").read_text(encoding="utf-8").strip()
    listed = [
        {"release": release, "learnt": "same", "url": each.url, "is_ready": True} for each in (bot, other)
    ]
    (settings.releases / pool.STATE_FILE).write_text(json.dumps({"bots": listed}), encoding="utf-8")
    yield await services.start(), bot, other
    await other.die()
    (settings.releases / pool.STATE_FILE).unlink()


async def talk(service, count):
    """So many visitors ask at once, each in a chat of their own."""
    async with client_of(service) as http:
        visitors = [await Visitor(http).opens_the_chat() for _ in range(count)]
        return await asyncio.gather(*(each.asks("hello") for each in visitors))


async def test_the_work_is_shared(two):
    service, one, other = two
    await talk(service, 8)
    assert len(one.asked) + len(other.asked) == 8
    assert min(len(one.asked), len(other.asked)) >= 3


async def test_who_is_busy_is_not_asked(two):
    service, one, _ = two
    one.hangs()
    async with client_of(service) as http:
        waits = await Visitor(http).opens_the_chat()
        await waits.sends("hello")  # one of the two hangs with it, if it is the first
        if not one.asked:
            await waits.hears()
            waits = await Visitor(http).opens_the_chat()
            await waits.sends("hello")
        await one.arrived.wait()
        for _ in range(3):
            assert (await (await Visitor(http).opens_the_chat()).asks("hello"))["utterance"] == "utter_greet"
        one.goes_on(reply("utter_greet"))
        await waits.hears()
    assert len(one.asked) == 1


async def test_a_bot_that_died_costs_no_visitor_an_answer(two):
    service, one, other = two
    await one.die()
    said = await talk(service, 6)
    assert {each["utterance"] for each in said} == {"utter_greet"}
    assert len(other.asked) == 6
