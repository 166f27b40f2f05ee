"""The record is away, locked, full or damaged: phone, 988 and 911 stay, and a card is shown unstored."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.postgres import Cluster
from tests.web.conftest import Running, Services, Visitor, async_fixture, client_of
from web import app as wiring
from web import schema
from web.core import sqlite
from web.last_known import FILE

CRISIS = "I want to kill myself"
FIRST_PAGES = ("/widget.js", "/chat", "/widget?site=", "/v1/now", "/")
ON_SQLITE = pytest.mark.parametrize("record", ["sqlite"])


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 1_000)
    monkeypatch.setattr(wiring, "TRY_RECORD_EVERY_S", 0.2)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the write lock, as another program may."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def damage(service: Running) -> bytes:
    """Overwrite the file and its log with noise; the answer is what was in it."""
    path = service.settings.sqlite
    with contextlib.closing(sqlite3.connect(path)) as record:
        record.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    path.write_bytes(b"noise" * 10_000)
    for left in path.parent.glob(f"{path.name}-*"):
        left.unlink()
    return before


def mend(service: Running, before: bytes) -> None:
    path = service.settings.sqlite
    for left in path.parent.glob(f"{path.name}-*"):
        left.unlink()
    path.write_bytes(before)


async def pages_help(service: Running) -> None:
    """Whoever comes now finds the chat, the phone and the hours."""
    async with client_of(service) as http:
        answers = {page: await http.get(page.replace("site=", f"site={service.url}")) for page in FIRST_PAGES}
    assert {page: answer.status_code for page, answer in answers.items()} == dict.fromkeys(FIRST_PAGES, 200)
    told = answers["/v1/now"].json()
    assert told["phone"]
    assert told["phone"] in answers["/widget.js"].text
    assert told["phone"] in answers["/chat"].text
    assert "988" in answers["/widget.js"].text
    assert "911" in answers["/chat"].text


@ON_SQLITE
async def test_a_locked_record_refuses_all_who_wait_at_once_and_with_the_card(service, visitor):
    async with contextlib.AsyncExitStack() as stack:
        https = [await stack.enter_async_context(client_of(service)) for _ in range(6)]
        others = [await Visitor(http).opens_the_chat() for http in https]
        with locked(service.settings.sqlite):
            await pages_help(service)
            began = time.monotonic()
            refused = await asyncio.gather(*(each.sends(CRISIS) for each in others))
            took_s = time.monotonic() - began
    assert [answer.status_code for answer in refused] == [503] * 6
    assert all(answer.json()["card"]["details"]["buttons"] for answer in refused)
    assert took_s < 5  # one wait of a second for all, not six
    assert (await visitor.sends("hello")).status_code == 201


@ON_SQLITE
async def test_a_damaged_record_costs_neither_pages_nor_card_and_comes_back(service, visitor):
    await pages_help(service)
    before = damage(service)
    service.db.forget_connections()
    await pages_help(service)
    refused = await visitor.sends(CRISIS)
    assert refused.status_code == 503
    assert refused.json()["card"]["details"]["buttons"]
    harmless = (await visitor.sends("what is a crown")).json()
    assert "card" not in harmless
    mend(service, before)
    service.db.forget_connections()
    assert (await visitor.sends("hello")).status_code == 201


@ON_SQLITE
async def test_a_record_whose_key_is_damaged_costs_no_card_and_comes_back(service, visitor):
    await visitor.asks("hello")
    key = service.settings.record_key_file
    before = key.read_bytes()
    key.write_bytes(b"noise")
    refused = await visitor.sends(CRISIS)
    assert refused.status_code == 503
    assert refused.json()["card"]["details"]["buttons"]
    await pages_help(service)
    key.write_bytes(before)
    assert (await visitor.sends("hello again")).status_code == 201


@ON_SQLITE
async def test_a_start_without_the_record_helps_and_recovers_by_itself(services, service, caplog):
    await pages_help(service)
    await services.stop(service)
    before = damage(service)
    with caplog.at_level("ERROR"):
        alone = await services.start()
    assert "the record cannot be used" in caplog.text
    await pages_help(alone)
    async with client_of(alone) as http:
        assert (await http.post("/v1/conversations")).status_code == 503
        mend(alone, before)
        async with asyncio.timeout(60):
            await alone.app.ctx.has_record.wait()
        assert (await (await Visitor(http).opens_the_chat()).sends(CRISIS)).status_code == 201
    assert len(await alone.rows(schema.handoffs)) == 1


@ON_SQLITE
async def test_what_is_kept_between_starts_is_public(service, visitor):
    await visitor.sends("my name is Walburga")
    await pages_help(service)
    kept = (service.settings.var / FILE).read_text(encoding="utf-8")
    assert "555" in kept
    assert "Walburga" not in kept


@ON_SQLITE
async def test_a_file_that_cannot_be_read_is_no_reason_to_be_silent(services, service):
    await services.stop(service)
    damage(service)
    (service.settings.var / FILE).write_text('{"clinic": ', encoding="utf-8")
    await pages_help(await services.start())


@async_fixture
async def own_cluster() -> AsyncIterator[Cluster]:
    cluster = await asyncio.to_thread(lambda: Cluster().start())
    yield cluster
    await asyncio.to_thread(cluster.stop)


@pytest.mark.thorough
@ON_SQLITE
async def test_with_postgresql_stopped_pages_and_card_stay_and_all_comes_back(
    services: Services, own_cluster: Cluster
):
    url = await asyncio.to_thread(own_cluster.database)
    service = await services.start(database_url=url)
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await pages_help(service)
        await asyncio.to_thread(own_cluster.down)
        await pages_help(service)
        refused = await visitor.sends(CRISIS)
        assert (refused.status_code, bool(refused.json()["card"])) == (503, True)
        late = await services.start(database_url=url)
        await pages_help(late)
        await asyncio.to_thread(own_cluster.up)
        async with asyncio.timeout(60):
            await late.app.ctx.has_record.wait()
        assert (await visitor.sends(CRISIS)).status_code == 201
    await services.stop_all()


@ON_SQLITE
async def test_a_full_disk_refuses_with_the_card(service, visitor):
    """SQLite's own limit of pages answers as a full disk does."""
    with service.db.sqlite.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")
    answers = [await visitor.sends(f"{CRISIS} {'and so on ' * 150}") for _ in range(20)]
    refused = [answer for answer in answers if answer.status_code == 503]
    assert refused  # what was free in the file is used up
    assert all(answer.json()["card"] for answer in refused)
