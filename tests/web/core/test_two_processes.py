"""Several web processes on one PostgreSQL: real ones, and one of them killed.

They are `python -m web` without its deadlines (`patient_web.py`): what is waited for here are states.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.web.conftest import Visitor, async_fixture, client_of, new_client_id, settings_in
from tests.web.core.patient_web import NEVER_S, PATIENCE
from tests.web.stand_in_bot import TOKEN, StandInBot, reply, turn
from web import migrations, schema
from web.core.db import Database
from web.core.pubsub import DESK
from web.core.settings import Settings

PROJECT = Path(__file__).parents[3]
pytestmark = pytest.mark.thorough


@pytest.fixture
def record():
    return "postgresql"


@dataclass
class Process:
    """One `python -m web`."""

    running: subprocess.Popen[bytes]
    url: str

    def client(self):
        return httpx.AsyncClient(base_url=self.url, trust_env=False, verify=False, timeout=NEVER_S)

    def kill(self):
        if self.running.returncode is not None:
            return
        self.running.send_signal(signal.SIGKILL)
        self.running.wait()
        assert self.running.stdout is not None
        self.running.stdout.close()


def spawn(settings):
    """Start a service of its own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environ = {
        **os.environ,
        "FRONT_DESK_PORT": str(port),
        "FRONT_DESK_VAR": str(settings.var),
        "DATABASE_URL": settings.database_url,
        "FRONT_DESK_BOT_URL": settings.bot_url,
        "FRONT_DESK_BOT_TOKEN": TOKEN,
    }
    command = [sys.executable, "-m", "tests.web.core.patient_web"]
    running = subprocess.Popen(command, env=environ, cwd=PROJECT, stdout=subprocess.PIPE)
    return Process(running, f"http://127.0.0.1:{port}")


async def start(settings):
    """Start a service and wait until it says where it is."""
    process = spawn(settings)
    while line := await asyncio.to_thread(process.running.stdout.readline):
        if process.url in line.decode():
            return process
    raise AssertionError(f"ended with {process.running.wait()}")


@dataclass
class Pair:
    """Two processes, their bot and their record."""

    one: Process
    two: Process
    bot: StandInBot
    settings: Settings

    async def rows(self, table, of):
        db = Database.of(self.settings)
        async with db.read() as tx:
            found = await tx.execute(table.select().where(table.c.conversation_id == of.id))
            rows = [dict(row) for row in found.mappings()]
        await db.close()
        return rows


@async_fixture(scope="session")
async def pair_of_all(tmp_path_factory, template, postgres):
    bot = StandInBot()
    await bot.start()
    made = settings_in(tmp_path_factory.mktemp("pair"), bot, template)
    settings = dataclasses.replace(made, database_url=postgres.database(like="test_1"))
    one, two = await asyncio.gather(start(settings), start(settings))
    pair = Pair(one, two, bot, settings)
    yield pair
    pair.one.kill()
    pair.two.kill()
    await bot.die()


@async_fixture
async def pair(pair_of_all):
    if pair_of_all.two.running.returncode is not None:  # killed by the test before
        pair_of_all.two = await start(pair_of_all.settings)
    pair_of_all.bot.says(reply("utter_greet"))
    pair_of_all.bot.asked.clear()
    pair_of_all.bot.arrived.clear()
    return pair_of_all


@async_fixture
async def doors(pair):
    """A client at each of the two processes."""
    async with pair.one.client() as one, pair.two.client() as two:
        yield one, two


async def test_who_waits_at_one_process_is_told_by_the_other(pair, doors):
    here, there = doors
    visitor = await Visitor(here).opens_the_chat()
    pair.bot.hangs()
    await visitor.sends("hello")
    await pair.bot.arrived.wait()
    visitor.http = there
    waiting = asyncio.create_task(visitor.reads(after=1, wait=300))
    pair.bot.goes_on(reply("utter_greet"))
    assert [each["utterance"] for each in (await waiting)["messages"]] == ["utter_greet"]


async def test_a_double_click_at_two_processes_is_one_message(pair, doors):
    visitor = await Visitor(doors[0]).opens_the_chat()
    client_id = new_client_id()
    both = [the_same(visitor, http).sends("hello", client_id=client_id) for http in doors * 3]
    statuses = sorted([response.status_code for response in await asyncio.gather(*both)])
    assert statuses == [200] * 5 + [201]
    await visitor.hears()
    assert len(await pair.rows(schema.turns, visitor)) == 1
    assert len(pair.bot.asked) == 1


async def test_two_processes_keep_one_order_and_never_two_turns_at_once(pair, doors):
    pair.bot.does(lambda asked: turn(reply("utter_callback_sent", first_name=asked["text"])))
    visitor = await Visitor(doors[0]).opens_the_chat()
    sent = [the_same(visitor, doors[number % 2]).sends(f"q{number}") for number in range(20)]
    assert {response.status_code for response in await asyncio.gather(*sent)} <= {201, 429}
    stored = await pair.rows(schema.messages, visitor)
    questions = sum(row["author"] == "visitor" for row in stored)
    await visitor.hears(questions)
    said = (await visitor.reads())["messages"]
    assert [message["seq"] for message in said] == list(range(1, 2 * questions + 1))
    asked = [message["text"] for message in said if message["author"] == "visitor"]
    assert [each["text"] for each in pair.bot.asked] == asked


def the_same(visitor, http):
    """The same visitor at another door."""
    copy = Visitor(http)
    copy.id, copy.token = visitor.id, visitor.token
    return copy


async def test_what_a_killed_process_left_is_answered_by_the_other(pair, doors):
    here, there = doors
    visitor = await Visitor(there).opens_the_chat()
    pair.bot.hangs()
    await visitor.sends("hello")
    await pair.bot.arrived.wait()
    pair.two.kill()
    visitor.http = here
    pair.bot.goes_on(reply("utter_greet"))
    assert (await visitor.hears())[0]["utterance"] == "utter_greet"
    said = (await visitor.reads())["messages"]
    assert [message["author"] for message in said] == ["visitor", "bot"]


async def test_news_for_the_desk_reach_every_process(services):
    one, two = await services.start(limits=PATIENCE), await services.start(limits=PATIENCE)
    async with client_of(one) as http:
        with two.app.ctx.context.pubsub.listening(DESK) as listener:
            await Visitor(http).opens_the_chat()
            one.app.ctx.context.pubsub.publish(DESK)
            assert await listener.news(timeout_s=NEVER_S)


async def test_a_database_that_goes_away_and_comes_back_loses_no_news(services, settings, postgres):
    one, two = await services.start(limits=PATIENCE), await services.start(limits=PATIENCE)
    async with client_of(one) as here, client_of(two) as there:
        visitor = await Visitor(here).opens_the_chat()
        with two.app.ctx.context.pubsub.listening(visitor.id) as listener:
            await asyncio.to_thread(postgres.down)
            assert (await visitor.sends("lost")).status_code == 503
            await asyncio.to_thread(postgres.up)
            assert await listener.news(timeout_s=NEVER_S)  # everybody looks again after a break
        visitor.http = there
        assert (await visitor.asks("hello"))["utterance"] == "utter_greet"
        assert [row["text"] for row in await two.rows(schema.messages)][:1] == ["hello"]


async def test_two_processes_may_start_on_an_empty_database(postgres):
    url = postgres.database()
    first, second = Database(url), Database(url)
    await asyncio.gather(migrations.upgrade(first), migrations.upgrade(second))
    async with second.read() as tx:
        assert (await tx.execute(schema.conversations.select())).all() == []
    await first.close()
    await second.close()
