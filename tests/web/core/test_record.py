"""The record: its form, its promises, and what is left of it after deleting."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from tests.web.conftest import NOW, Visitor, async_fixture, client_of
from tests.web.stand_in_bot import callback, reply
from web import migrations, schema
from web.accounts.staff import Person
from web.chat import conversations, handoffs, ratings, review_queue
from web.chat.away import returning
from web.core.db import POOL, Database
from web.desk import drafts, flagged_answers, notes, staff_replies, visitor_presence, weekly_review
from web.desk.finding import tags
from web.hours import staff_activity
from web.notifications import reply_contacts, reply_links
from web.notifications.reply_contacts import ReplyContact
from web.releases import lost_messages
from web.studio import missed_questions

CANARY = "canaryyellowfeather"


@async_fixture
async def db(tmp_path):
    made = Database(f"sqlite:///{tmp_path / 'new' / 'record.sqlite3'}")
    yield made
    await made.close()


async def test_migrations_from_nothing_build_exactly_the_schema(db):
    await migrations.upgrade(db)
    async with db.read() as tx:
        difference = await tx.run_sync(
            lambda connection: compare_metadata(
                MigrationContext.configure(connection, opts={"compare_type": True}),
                schema.metadata,
            )
        )
        names = await tx.run_sync(lambda connection: set(inspect(connection).get_table_names()))
    assert difference == []
    assert names == set(schema.metadata.tables) | {"alembic_version"}


async def test_migrating_twice_changes_nothing(db):
    await migrations.upgrade(db)
    await migrations.upgrade(db)


def test_the_newest_form_is_the_one_at_the_head_of_all():
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER))
    assert migrations.newest() == ScriptDirectory.from_config(config).get_current_head()


async def test_migrations_go_back_to_nothing(db):
    await migrations.upgrade(db)

    def back(connection):
        config = Config()
        config.set_main_option("script_location", str(migrations.FOLDER))
        config.attributes["connection"] = connection
        downgrade(config, "base")
        return set(inspect(connection).get_table_names())

    async with db.write() as tx:
        assert await tx.run_sync(back) == {"alembic_version"}


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1)],
)
async def test_the_file_keeps_its_promises(db, pragma, value):
    async with db.read() as tx:
        assert (await tx.exec_driver_sql(f"PRAGMA {pragma}")).scalar_one() == value


async def test_a_writer_holds_the_file_from_its_first_moment(db, tmp_path):
    await migrations.upgrade(db)
    async with db.write():
        other = sqlite3.connect(db.url.database, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


async def test_a_failed_transaction_leaves_nothing(db):
    await migrations.upgrade(db)

    async def fails():
        async with db.write() as tx:
            await conversations.start(tx, starters=[], language="en", now=NOW)
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - only the kind matters here
        await fails()
    async with db.read() as tx:
        assert (await tx.execute(schema.conversations.select())).all() == []


async def test_a_time_without_a_zone_is_refused(db):
    await migrations.upgrade(db)
    async with db.write() as tx:
        with pytest.raises(Exception, match="without a zone"):
            await conversations.start(tx, starters=[], language="en", now=datetime(2026, 1, 1))


async def test_times_come_back_aware_and_in_utc(db):
    await migrations.upgrade(db)
    async with db.write() as tx:
        await conversations.start(tx, starters=[], language="en", now=NOW)
    async with db.read() as tx:
        row = (await tx.execute(schema.conversations.select())).one()
    assert row.created_at == NOW
    assert row.created_at.tzinfo is UTC


def rows_of_conversations():
    """Every table whose rows belong to a conversation."""
    return [
        table
        for table in schema.metadata.tables.values()
        if "conversation_id" in table.c or table is schema.conversations
    ]


@pytest.mark.parametrize("table", schema.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_says_how_long_its_rows_are_kept(table):
    """New table? Give it a `conversation_id`, or `info={"kept": Kept(...)}` (web/schema/base.py)."""
    kept = table.info.get("kept")
    if table in rows_of_conversations():
        assert kept is None
        return
    assert isinstance(kept, schema.Kept)
    assert isinstance(table.c[kept.since].type, schema.UtcTime)


async def fill(service, visitor, bot):
    """Leave a trace in every table: what a visitor does, and what staff do about it."""
    bot.says(
        reply("utter_callback_sent", (("Does it hurt?", "faq/does_it_hurt"),), first_name=CANARY),
        requests=(callback(first_name=CANARY, email=f"{CANARY}@example.com"),),
        events=({"text": CANARY},),
    )
    await visitor.asks(f"my name is {CANARY}")
    await visitor.sends(f"I want to kill myself {CANARY}")
    where, by = visitor.id, {"by": Person("n1", f"Ana {CANARY}"), "now": service.clock()}
    (said,) = [row for row in await service.rows(schema.messages, of=visitor) if row["utterance"]]
    async with service.db.write() as tx:
        await staff_replies.reply(tx, where, text=f"I am here {CANARY}", **by)
        await notes.write(tx, where, f"called {CANARY}", **by)
        await drafts.save(tx, where, staff_id="n1", field="reply", text=f"and {CANARY}", now=NOW)
        await review_queue.enqueue(tx, where, reason="unsure", now=NOW)
        await visitor_presence.note_seen(tx, {where: NOW})
        await staff_activity.note_reading(tx, where, by["by"], now=NOW)
        await flagged_answers.mark(tx, where, said["id"], right_answer=None, remark=CANARY, **by)
        await handoffs.not_a_crisis(tx, where, **by)
        await ratings.rate(tx, where, said["id"], helpful=False, sentence=CANARY, now=NOW)
        await weekly_review.review(tx, where, NOW.date(), **by)
        sent = {"message_id": said["id"], "by": "n1", "is_here": False, "lasts": timedelta(days=7)}
        way = ReplyContact("email", f"{CANARY}@example.com")
        await reply_contacts.keep(tx, where, way, now=NOW)
        await reply_links.plan(tx, where, way, **sent, now=NOW)
        (link,) = (await reply_links.of_conversation(tx, where)).values()
        await returning.come_back(tx, link["token"], now=NOW)
        told = {"about": "handoff", "urgent": False, "state": "sent", "attempts": 1, "next_try_at": NOW}
        await tx.execute(
            schema.push_messages.insert().values(id="told", conversation_id=where, created_at=NOW, **told)
        )
        await tags.save(tx, where, tags=[CANARY.lower()[:40]], outcome="answered", **by)


async def mark_as_missed(service, visitor):
    (message, *_) = (await visitor.reads())["messages"]
    async with service.db.write() as tx:
        await missed_questions.mark(tx, [(visitor.id, message["id"])], "ignored", by=None, now=NOW)
        await lost_messages.mark(tx, "1", message["id"], "accepted", by="n1", name="Ana", now=NOW)
        row = {"conversation_id": visitor.id, "message_id": message["id"], "group_id": "g", "set_at": NOW}
        await tx.execute(schema.missed_groups.insert().values(id="put-together", **row))


MAILBOX = {"smtp_url": "smtp://127.0.0.1:9", "mail_to": "desk@example.com"}


async def test_deleting_a_conversation_leaves_no_row_and_no_trace(services, bot, settings):
    service = await services.start(**MAILBOX)
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await fill(service, visitor, bot)
        await mark_as_missed(service, visitor)
        for table in rows_of_conversations():
            assert await service.rows(table), table.name
        assert CANARY.encode() in everything_in(settings.var) or not service.db.is_sqlite
        response = await http.delete(visitor.path, headers=visitor.headers)
        assert response.status_code == 200
        for table in rows_of_conversations():
            if table is not schema.conversations:
                assert await service.rows(table) == [], table.name
    await services.stop(service)
    assert CANARY.encode() not in everything_in(settings.var)


async def test_deleting_one_conversation_leaves_the_others(visitor, another_visitor):
    await visitor.asks("hello")
    await another_visitor.asks("hello")
    await visitor.http.delete(visitor.path, headers=visitor.headers)
    assert len((await another_visitor.reads())["messages"]) == 2


async def test_an_answer_to_a_deleted_chat_goes_nowhere(visitor, service, bot):
    bot.hangs()
    await visitor.sends("hello")
    await bot.arrived.wait()
    await visitor.http.delete(visitor.path, headers=visitor.headers)
    bot.goes_on(reply("utter_greet"))
    await service.app.ctx.turn_worker.stop()
    assert await service.rows(schema.messages) == []


@pytest.mark.parametrize("record", ["sqlite"])  # whose file can be searched as a whole
async def test_the_token_is_not_in_the_record(visitor, settings):
    await visitor.asks("hello")
    assert len(visitor.token) >= 32
    assert visitor.token.encode() not in everything_in(settings.var)


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("front-desk.sqlite3*"))


async def test_a_record_of_a_newer_version_is_refused_in_a_sentence(db):
    await migrations.upgrade(db)
    async with db.write() as tx:
        await tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(migrations.RecordTooNewError, match="form 0099 by a newer version"):
        await migrations.upgrade(db)


@pytest.mark.parametrize("mode", ["disable", "require", "verify-full"])
async def test_a_postgres_may_be_asked_for_by_tls_in_the_words_of_its_own_tools(mode):
    db = Database(f"postgresql://front-desk@127.0.0.1:1/front-desk?sslmode={mode}")
    with pytest.raises(OSError):  # noqa: PT011 - nobody listens there; it is no TypeError
        async with db.read():
            pass
    await db.close()


@pytest.mark.thorough
async def test_bursts_on_postgresql_open_no_connection_that_is_closed_again(postgres):
    db = Database(postgres.database())

    async def who_serves() -> int:
        async with db.read() as tx:
            return (await tx.exec_driver_sql("SELECT pg_backend_pid()")).scalar_one()

    served = [await asyncio.gather(*(who_serves() for _ in range(2 * POOL))) for _ in range(3)]
    assert len({process for burst in served for process in burst}) <= POOL
    await db.close()
