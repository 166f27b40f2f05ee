"""Reads through much of the record: whoever asks for one, nobody else waits for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event, text

from tests.web.stand_in_bot import reply
from web.core.sqlite import LONG_READS, THREADS

# On PostgreSQL nothing is read in our own process.
pytestmark = pytest.mark.parametrize("record", ["sqlite"])
DOORS = (
    "/desk/numbers", "/desk/search", "/desk/export/csv", "/desk/callbacks/export.csv", "/desk/week",
    "/studio", "/studio/missed",
)  # fmt: skip


class Hold:
    """Holds every statement that runs aside, until it is let go."""

    def __init__(self) -> None:
        self._own = threading.get_ident()
        self.is_held, self.may_go_on = threading.Event(), threading.Event()

    def __call__(self, *_statement: Any) -> None:
        if threading.get_ident() != self._own:
            self.is_held.set()
            self.may_go_on.wait()

    async def until_held(self) -> bool:
        return await asyncio.to_thread(self.is_held.wait, 10)


@pytest.fixture
def hold(service: Any) -> Iterator[Callable[[], Hold]]:
    """Hold the long reads of a service; the last hold is let go in the end."""
    holds = [Hold()]
    holds[0].may_go_on.set()

    def next_one() -> Hold:
        holds.append(Hold())
        return holds[-1]

    def listener(*statement: Any) -> None:
        holds[-1](*statement)

    event.listen(service.db.sqlite.engine, "before_cursor_execute", listener)
    yield next_one
    for each in holds:
        each.may_go_on.set()


async def test_a_message_is_taken_in_while_staff_read_through_the_record(
    hold, administrator, another_visitor, bot
):
    bot.says(reply("utter_greet"))
    for path in DOORS:
        held = hold()
        reading = asyncio.create_task(administrator.get(path, headers={"accept": "text/html"}))
        assert await held.until_held(), path
        await another_visitor.asks(f"hello from {path}")
        assert not reading.done(), path
        held.may_go_on.set()
        assert (await reading).status_code == 200, path


async def test_many_long_reads_at_once_keep_no_message_from_the_disk(hold, service, another_visitor):
    held = hold()

    async def read() -> None:
        async with service.db.read(long=True) as tx:
            await tx.execute(text("SELECT 1"))

    reading = [asyncio.create_task(read()) for _ in range(THREADS + LONG_READS)]
    assert await held.until_held()
    assert (await another_visitor.sends("hello")).status_code == 201
    assert not any(each.done() for each in reading)
    held.may_go_on.set()
    await asyncio.gather(*reading)
