"""What is deleted, when: every table of the schema, on the visitor's word and by itself."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Float, Integer, LargeBinary, String, Text, text

from tests.web.conftest import NOW, Visitor, async_fixture, client_of
from tests.web.stand_in_bot import callback, reply
from web import migrations, schema
from web.__main__ import main
from web.chat import messages, retention, turns
from web.core.db import Database
from web.core.errors import NotFound
from web.core.keys.record_keys import RecordKeys
from web.core.limits import Limits
from web.schema import UtcTime
from web.schema.sealed import KeyedHash, Sealable, Sealed, SealedJson

LONG_AGO = NOW - timedelta(days=4000)
# States in which nothing is waited for any more; every other column is filled by its type.
CLOSED = {("callbacks", "state"): "done", ("handoffs", "state"): "resolved"}


@async_fixture
async def db(empty, tmp_path):
    made = Database(empty, RecordKeys(tmp_path / "record.key"))
    await migrations.upgrade(made)
    yield made
    await made.close()


async def purge(tx, *, limits, now):
    """Everything whose time is over, as the service does once an hour."""
    while await retention.purge_chats(tx, limits=limits, now=now):
        pass
    await retention.purge_others(tx, now=now)


def old_row(table):
    """A row of any table, as if everything in it had happened long ago."""
    return {column.name: _old_value(table, column) for column in table.columns}


def _old_value(table, column):
    if (table.name, column.name) in CLOSED:
        return CLOSED[table.name, column.name]
    kinds: list[tuple[Any, Any]] = [
        (UtcTime, LONG_AGO), (Boolean, False), (Integer, 7), (Float, 1.0), (JSON, {}), (LargeBinary, b"old"),
        ((String, Text, Sealed, Sealable, KeyedHash), "old"), (SealedJson, {}),
    ]  # fmt: skip
    return next(value for kind, value in kinds if isinstance(column.type, kind))


async def test_every_table_is_purged_by_its_own_rule(db):
    """A new table is filled here by itself; it fails until the purge reaches it."""
    async with db.write() as tx:
        for table in schema.metadata.sorted_tables:
            await tx.execute(table.insert().values(**old_row(table)))
        late = {line.table for line in await retention.report(tx, limits=Limits(), now=NOW) if line.overdue}
        await purge(tx, limits=Limits(), now=NOW)
        lines = await retention.report(tx, limits=Limits(), now=NOW)
    may_stay = {
        table.name
        for table in schema.metadata.tables.values()
        if table.info.get("kept") and table.info["kept"].days is None
    }
    assert late == set(schema.metadata.tables) - may_stay
    assert {line.table for line in lines if line.rows} == may_stay
    assert [line for line in lines if line.overdue] == []


@pytest.mark.parametrize(
    ("days", "request_state", "is_gone"),
    [
        (29, None, False),
        (31, None, True),
        (31, "done", False),
        (89, "cancelled", False),
        (91, "done", True),
        (400, "new", False),
        (400, "reached", False),
    ],
)
async def test_a_chat_goes_by_the_clinics_setting(services, bot, days, request_state, is_gone):
    service = await services.start()
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        if request_state:
            bot.says(reply("utter_greet"), requests=(callback(phone="+15552018834"),))
        await visitor.asks("hello")
    limits = Limits(chat_days=30, handoff_days=90)
    async with service.db.write() as tx:
        await tx.execute(schema.callbacks.update().values(state=request_state or "new"))
        await purge(tx, limits=limits, now=NOW + timedelta(days=days, minutes=5))
    assert (await service.rows(schema.conversations) == []) is is_gone


async def test_what_is_over_goes_by_itself(services, bot):
    service = await services.start()
    async with client_of(service) as http:
        await (await Visitor(http).opens_the_chat()).asks("hello")
    await services.stop(service)
    service.clock.move(timedelta(days=31))
    again = await services.start(clock=service.clock)
    await again.app.ctx.turn_worker.stop()  # its first sweep is done then
    assert await again.rows(schema.conversations) == []


async def asks_for_a_call(visitor, bot):
    bot.says(reply("utter_greet"), requests=(callback(first_name="Ana", phone="+15552018834"),))
    await visitor.asks("please call me")


async def test_a_visitor_who_deletes_is_asked_about_an_open_call(visitor, bot):
    assert (await visitor.http.get(visitor.path, headers=visitor.headers)).json()["open_callback"] is False
    await asks_for_a_call(visitor, bot)
    assert (await visitor.http.get(visitor.path, headers=visitor.headers)).json() == {
        "ok": True,
        "last": 2,
        "language": "en",
        "open_callback": True,
    }


async def test_a_call_that_is_kept_outlives_its_chat_and_can_be_worked(services, bot):
    service = await services.start(smtp_url="smtp://127.0.0.1:9", mail_to="desk@example.com")
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await asks_for_a_call(visitor, bot)
        answer = await http.delete(f"{visitor.path}?callbacks=keep", headers=visitor.headers)
        assert answer.status_code == 200
        gone = await http.get(f"{visitor.path}/messages", headers=visitor.headers)
        assert gone.status_code == 404
    (kept,) = await service.rows(schema.callbacks)
    assert (kept["first_name"], kept["phone"], kept["state"]) == ("Ana", "+15552018834", "new")
    for table in (schema.outbox, schema.callback_events):
        assert len(await service.rows(table)) == 1, table.name
    for table in (schema.messages, schema.turns, schema.choices):
        assert await service.rows(table) == [], table.name


async def test_without_keep_the_call_goes_too(visitor, service, bot):
    await asks_for_a_call(visitor, bot)
    await visitor.http.delete(visitor.path, headers=visitor.headers)
    assert await service.rows(schema.callbacks) == []


async def test_a_stone_without_words_says_who_deleted_and_when(visitor, service, bot):
    await asks_for_a_call(visitor, bot)
    await visitor.http.delete(visitor.path, headers=visitor.headers)
    (stone,) = await service.rows(schema.conversations)
    assert (stone["deleted_by"], stone["events"], stone["token_hash"]) == ("visitor", [], "")
    assert stone["deleted_at"] is not None
    async with service.db.write() as tx:
        later = stone["deleted_at"] + timedelta(days=31)
        await purge(tx, limits=Limits(), now=later)
    assert await service.rows(schema.conversations) == []


async def test_a_deleted_chat_takes_no_message_any_more(visitor, service):
    await visitor.asks("hello")
    await visitor.http.delete(visitor.path, headers=visitor.headers)
    assert (await visitor.sends("are you there")).status_code == 404
    assert (await visitor.http.delete(visitor.path, headers=visitor.headers)).status_code == 404
    assert await service.rows(schema.messages) == []


async def test_what_was_on_its_way_while_the_chat_was_deleted_is_not_stored(visitor, service):
    await visitor.http.delete(visitor.path, headers=visitor.headers)
    async with service.db.write() as tx:  # the token was right a moment ago; now there is a stone
        assert await turns.lock(tx, visitor.id) is None
        with pytest.raises(NotFound):
            await messages.append(tx, visitor.id, author="staff", text="hello", language="en", now=NOW)
    assert await service.rows(schema.messages) == []


@pytest.mark.thorough
@pytest.mark.parametrize("record", ["postgresql"])  # SQLite has one writer at a time
async def test_what_another_connection_stores_while_the_chat_is_deleted_goes_too(visitor, service):
    await visitor.asks("hello")
    async with contextlib.AsyncExitStack() as stack:
        tx = await stack.enter_async_context(service.db.write())
        await messages.append(
            tx, visitor.id, author="visitor", text="my secret words", language="en", now=NOW
        )
        deleting = asyncio.create_task(visitor.http.delete(visitor.path, headers=visitor.headers))
        await somebody_waits_for_a_lock(service.db)
    assert (await deleting).status_code == 200
    assert await service.rows(schema.messages) == []


async def somebody_waits_for_a_lock(db):
    """Wait until another connection waits for what this test's transaction holds."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    count = 0
    while not count:
        async with db.read() as tx:
            count = (await tx.execute(waiting)).scalar_one()


async def test_an_unknown_wish_about_the_call_deletes_nothing(visitor, service):
    await visitor.asks("hello")
    answer = await visitor.http.delete(f"{visitor.path}?callbacks=perhaps", headers=visitor.headers)
    assert answer.status_code == 400
    assert len(await service.rows(schema.messages)) == 2


def test_the_command_prints_every_table_against_the_policy(monkeypatch, settings, capsys):
    monkeypatch.setenv("FRONT_DESK_VAR", str(settings.var))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    assert main(["retention"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed] == sorted(schema.metadata.tables)
    assert "30 days after the last message" in next(line for line in printed if "conversations" in line[:15])
