"""The three lists: every open case is on exactly one, whatever happens to it in whatever order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.conftest import NOW, async_fixture
from web import migrations
from web.accounts.staff import Person
from web.chat import callbacks, conversations, handoffs, messages, retention, review_queue
from web.core.db import Database
from web.core.errors import HandoffTaken, NotYours
from web.core.keys.record_keys import RecordKeys
from web.core.limits import Patience
from web.desk import handoff_timeouts, queues, visitor_presence

pytestmark = pytest.mark.thorough  # long in total

NURSE, SECOND_NURSE = Person("n1", "Ana"), Person("n2", "Ben")
STEPS = (
    "asks_for_a_person", "is_in_crisis", "leaves_a_number", "is_not_understood", "comes_back", "writes",
    "minutes_pass", "an_hour_passes", "nurse_claims", "second_nurse_claims", "nurse_hands_back",
    "nurse_assigns", "nurse_resolves", "nurse_reopens", "not_a_crisis", "nurse_reads", "nurse_has_called",
    "visitor_deletes",
)  # fmt: skip


@dataclass
class Desk:
    """A record with one conversation, and what is open in it as a person would keep it in mind."""

    db: Database
    id: str = ""
    now: datetime = NOW
    steps: list[str] = field(default_factory=list)

    async def take(self, step: str) -> None:
        self.steps.append(step)
        async with self.db.write() as tx:
            await getattr(self, step)(tx)
            await handoff_timeouts.sweep(tx, patience=Patience(), is_open=True, tell=False, now=self.now)

    async def starts(self, tx) -> None:
        started = await conversations.start(tx, starters=[], language="en", now=self.now)
        self.id = started.id
        await self.writes(tx)

    async def writes(self, tx) -> None:
        await messages.append(tx, self.id, author="visitor", text="hello", language="en", now=self.now)

    async def asks_for_a_person(self, tx) -> None:
        await self._request(tx, "asked", urgent=False)

    async def is_in_crisis(self, tx) -> None:
        await self._request(tx, "crisis", urgent=True)

    async def _request(self, tx, reason: str, *, urgent: bool) -> None:
        await self.writes(tx)
        await handoffs.request(
            tx, self.id, message_id="m", reason=reason, urgent=urgent, now=self.now, mail=False
        )

    async def leaves_a_number(self, tx) -> None:
        await self.writes(tx)
        await callbacks.request(
            tx, self.id, message_id="m", reason="asked", fields={"phone": "+15552018834"}, language="en",
            now=self.now, mail=False,
        )  # fmt: skip

    async def is_not_understood(self, tx) -> None:
        await self.writes(tx)
        await review_queue.after_turn(tx, self.id, message_id="m", outcome="declined", now=self.now)

    async def comes_back(self, tx) -> None:
        await visitor_presence.note_seen(tx, {self.id: self.now})

    async def minutes_pass(self, tx) -> None:
        self.now += timedelta(minutes=2)

    async def an_hour_passes(self, tx) -> None:
        self.now += timedelta(hours=1)

    async def nurse_claims(self, tx) -> None:
        await self._claim(tx, NURSE)

    async def second_nurse_claims(self, tx) -> None:
        await self._claim(tx, SECOND_NURSE)

    async def _claim(self, tx, by: Person) -> None:
        try:
            await handoffs.claim(tx, self.id, by=by, now=self.now)
        except HandoffTaken:
            assert await self._holder(tx) != by.id

    async def _holder(self, tx) -> str | None:
        held = await handoffs.holder(tx, self.id)
        return held.id if held else None

    async def nurse_assigns(self, tx) -> None:
        await handoffs.assign(tx, self.id, to=SECOND_NURSE, by=NURSE, now=self.now)

    async def nurse_hands_back(self, tx) -> None:
        if await self._holder(tx) == NURSE.id:
            await handoffs.hand_back(tx, self.id, by=NURSE, now=self.now)

    async def nurse_resolves(self, tx) -> None:
        try:
            await handoffs.resolve(tx, self.id, by=NURSE, now=self.now, outcome="spoke")
        except NotYours:
            assert await self._holder(tx) == SECOND_NURSE.id

    async def nurse_reopens(self, tx) -> None:
        await handoffs.reopen(tx, self.id, by=NURSE, now=self.now)

    async def not_a_crisis(self, tx) -> None:
        await handoffs.not_a_crisis(tx, self.id, by=NURSE, now=self.now)

    async def nurse_reads(self, tx) -> None:
        await review_queue.mark_read(tx, self.id, by=NURSE, now=self.now)

    async def nurse_has_called(self, tx) -> None:
        for row in await callbacks.open_ones(tx):
            await callbacks.finish(tx, row["id"], now=self.now)

    async def visitor_deletes(self, tx) -> None:
        await retention.forget(tx, self.id, by="visitor", keep_callbacks=False, now=self.now)
        await self.starts(tx)

    async def where(self) -> list[str]:
        async with self.db.read() as tx:
            lists, _ = await queues.lists(tx, now=self.now)
        return [name for name, found in lists.items() for case in found if case.conversation_id == self.id]

    async def expected(self) -> list[str]:
        """Read off the open rows with the words of the issue, not with the code under test."""
        async with self.db.read() as tx:
            handoff = await handoffs.open_one(tx, self.id)
            has_number = bool(await callbacks.open_ones(tx))
            unread = await review_queue.unread(tx)
            case = await queues.one(tx, self.id)
        if handoff and case and case.seen_at:
            left = self.now - case.seen_at > timedelta(seconds=90)
            falls = left and has_number and not handoff["urgent"] and handoff["state"] == "requested"
            return ["to_call"] if falls else ["waiting"]
        return ["to_call"] if has_number else ["to_read"] if unread else []


@async_fixture
async def desk(tmp_path):
    made = Desk(Database(f"sqlite:///{tmp_path / 'record.sqlite3'}", RecordKeys(tmp_path / "record.key")))
    await migrations.upgrade(made.db)
    yield made
    await made.db.close()


@pytest.mark.thorough
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), min_size=4, max_size=10))
async def test_every_case_is_on_exactly_one_list(desk, steps):
    await desk.take("starts")
    for step in steps:
        await desk.take(step)
        assert await desk.where() == await desk.expected(), desk.steps
    async with desk.db.write() as tx:
        await retention.forget(tx, desk.id, by="visitor", keep_callbacks=False, now=desk.now)
    desk.steps.clear()


@pytest.mark.parametrize(
    ("steps", "lists"),
    [
        (["asks_for_a_person"], ["waiting"]),
        (["asks_for_a_person", "minutes_pass"], ["waiting"]),
        (["asks_for_a_person", "leaves_a_number", "minutes_pass"], ["to_call"]),
        (["asks_for_a_person", "leaves_a_number", "minutes_pass", "comes_back"], ["waiting"]),
        (["asks_for_a_person", "an_hour_passes"], ["to_read"]),
        (["is_in_crisis", "an_hour_passes"], ["waiting"]),
        (["is_in_crisis", "leaves_a_number", "an_hour_passes"], ["waiting"]),
        (["is_in_crisis", "not_a_crisis"], []),
        (["asks_for_a_person", "is_in_crisis", "not_a_crisis"], ["waiting"]),
        (["leaves_a_number"], ["to_call"]),
        (["leaves_a_number", "nurse_has_called"], []),
        (["is_not_understood"], ["to_read"]),
        (["is_not_understood", "nurse_reads"], []),
        (["is_not_understood", "leaves_a_number"], ["to_call"]),
        (["asks_for_a_person", "nurse_claims", "minutes_pass"], ["waiting"]),
        (["asks_for_a_person", "nurse_claims", "nurse_resolves"], []),
        (["asks_for_a_person", "nurse_resolves", "nurse_reopens"], ["waiting"]),
        (["asks_for_a_person", "nurse_claims", "nurse_hands_back"], ["waiting"]),
        (["asks_for_a_person", "nurse_claims", "visitor_deletes"], []),
    ],
)
async def test_where_a_case_is(desk, steps, lists):
    for step in ["starts", *steps]:
        await desk.take(step)
    assert await desk.where() == lists


async def test_urgent_comes_first_then_the_longest_wait(desk):
    order = []
    for steps in (["asks_for_a_person"], ["asks_for_a_person"], ["is_in_crisis"]):
        for step in ["starts", *steps]:
            await desk.take(step)
        order.append(desk.id)
        desk.now += timedelta(seconds=10)
    async with desk.db.read() as tx:
        waiting = (await queues.lists(tx, now=desk.now))[0]["waiting"]
    assert [case.conversation_id for case in waiting] == [order[2], order[0], order[1]]
