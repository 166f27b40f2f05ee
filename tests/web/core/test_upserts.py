"""Two processes that store the same row at the same moment both succeed: nobody is told of a collision."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.web.conftest import async_fixture
from tests.web.stand_in_bot import reply
from web import allowed_origins, schema
from web.accounts import login_throttle
from web.accounts.staff import Person
from web.chat import ratings
from web.core.db import Database, Transaction
from web.desk import visitor_presence
from web.hours import clinic_facts, on_duty, staff_activity
from web.studio import signatures

pytestmark = pytest.mark.thorough

NINA = Person("nina", "Nina")
GUESS = login_throttle.Try(login_throttle.PAIR, ("nina", "203.0.113.7"))


@pytest.fixture
def record() -> str:
    return "postgresql"


@async_fixture
async def two_processes(service):
    """A second pool of connections to the record of a service, as another process has one."""
    other = Database.of(service.settings)
    yield service.db, other
    await other.close()


async def is_at_the_desk(tx: Transaction, chat_id: str, message_id: str, now: datetime) -> None:
    await staff_activity.at_the_desk(tx, NINA, now=now)


async def looks(tx: Transaction, chat_id: str, message_id: str, now: datetime) -> None:
    await staff_activity.note_reading(tx, chat_id, NINA, now=now, is_typing=True)


async def is_here(tx: Transaction, chat_id: str, message_id: str, now: datetime) -> None:
    await on_duty.i_am_here(tx, NINA.id, now + timedelta(hours=1), now)


async def is_seen(tx: Transaction, chat_id: str, message_id: str, now: datetime) -> None:
    await visitor_presence.note_seen(tx, {chat_id: now})


async def sets_a_fact(tx: Transaction, chat_id: str, message_id: str, now: datetime) -> None:
    await clinic_facts.put(tx, "phone", "555 0100", by=NINA.id, now=now, signed_by_name=None)


async def sets_the_rule(tx: Transaction, chat_id: str, message_id: str, now: datetime) -> None:
    await signatures.set_rule(tx, "own", by=NINA.id, now=now)


async def rates(tx: Transaction, chat_id: str, message_id: str, now: datetime) -> None:
    await ratings.rate(tx, chat_id, message_id, helpful=True, sentence=None, now=now)


async def allows_a_site(tx: Transaction, chat_id: str, message_id: str, now: datetime) -> None:
    await allowed_origins.add(tx, "https://a.example", by=NINA.id, now=now)


async def tries_to_sign_in(tx: Transaction, chat_id: str, message_id: str, now: datetime) -> None:
    await login_throttle.count(tx, [GUESS], now=now)


CASES = [
    (is_at_the_desk, schema.at_desk),
    (looks, schema.onlookers),
    (is_here, schema.presence),
    (is_seen, schema.visits),
    (sets_a_fact, schema.clinic_facts),
    (sets_the_rule, schema.studio_settings),
    (rates, schema.ratings),
    (allows_a_site, schema.sites),
    (tries_to_sign_in, schema.failed_tries),
]


@pytest.mark.parametrize(("store", "table"), CASES, ids=[case[0].__name__ for case in CASES])
async def test_the_second_to_store_a_row_waits_for_the_first_and_changes_it(
    service, two_processes, bot, visitor, store, table
):
    bot.says(reply("utter_faq/what_is_a_crown"))
    message_id = (await visitor.asks("what is a crown"))["id"]
    one, two = two_processes
    async with one.write() as tx:  # a page that watches may have stored it already
        await tx.execute(table.delete())

    async def second() -> None:
        async with two.write() as tx:
            await store(tx, visitor.id, message_id, service.clock())

    async with one.write() as tx:
        await store(tx, visitor.id, message_id, service.clock())
        waiting = asyncio.create_task(second())
        await somebody_waits(one.postgres, waiting)
    await waiting
    async with one.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(table))).scalar_one() == 1


async def test_tries_of_two_processes_at_once_are_both_counted(service, two_processes):
    async def guess(db: Database) -> None:
        async with db.write() as tx:
            await login_throttle.count(tx, [GUESS], now=service.clock())

    await asyncio.gather(*(guess(db) for db in two_processes for _ in range(5)))
    async with service.db.read() as tx:
        assert (await tx.execute(select(schema.failed_tries.c.failures))).scalar_one() == 10


async def somebody_waits(engine: AsyncEngine, task: asyncio.Task[None]) -> None:
    """Return when the server says that a transaction waits for another one."""
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0")
    while not task.done():
        async with engine.connect() as connection:
            if (await connection.execute(waits)).scalar_one():
                return
    await task  # it did not wait at all: whatever it says
