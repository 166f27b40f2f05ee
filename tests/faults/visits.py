"""The visitors of a run: what they write, and how their way to the service fails."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from deploy.settings import LOOPBACK
from tests.clients.widget import Sent, Widget
from tests.clients.wire import Broken
from tests.faults import plan

QUESTIONS = (
    "how does ketamine work", "what is a k-hole", "is it dangerous", "how often would i have to come in",
    "what are the side effects", "does it help with pain", "how much does it cost", "wat about my meds",
    "can i drive home after", "hello", "thanks", "who won the world cup", "are you a robot",
)  # fmt: skip
CRISES = ("i want to kill myself", "I can't breathe and my chest hurts, what is ketamine")
CALLBACK = ("can someone call me", "Marcus", "201 555 {number:04}", "mornings, new patient", "yes")
PERSON = ("i want to talk to a person", "no")
PAUSE_S = (0.0, 0.6)
WAITS_FOR_ANSWER = 0.75
LINGERS, LINGERS_S = 0.3, (4.0, 12.0)
# Long enough for every deadline, outage and slow bot: who hears nothing for longer was forgotten.
PATIENCE_S = 150.0


@dataclass
class Visit:
    """One visitor's chat, as it was for them and as the service has it in the end."""

    widget: Widget
    everything: list[Mapping[str, object]]
    is_forgotten: bool = False
    left_at: datetime | None = None


class Street:
    """Lets visitors come, one after the other at each of some doors, until enough was written."""

    def __init__(self, drawn: plan.Plan, port: int) -> None:
        self._plan = drawn
        self._port = port
        self._numbers: Iterator[int] = iter(range(1, 1_000_000))
        self.visits: list[Visit] = []
        self.sent = 0
        self.cuts = 0
        self._was_sent = asyncio.Condition()

    async def open(self, doors: int) -> None:
        """Return when all messages were sent and every visitor has left."""
        await asyncio.gather(*(self._let_in() for _ in range(doors)))

    async def until_sent(self, count: int) -> None:
        """Wait until so many messages were sent."""
        async with self._was_sent:
            await self._was_sent.wait_for(lambda: self.sent >= min(count, self._plan.messages))

    async def _let_in(self) -> None:
        while self.sent < self._plan.messages:
            number = next(self._numbers)
            address = f"127.{1 + number // 60000}.{number // 250 % 240}.{1 + number % 250}"
            widget = Widget(LOOPBACK, self._port, address=address)
            visit = Visit(widget, [])
            self.visits.append(visit)
            try:
                await patiently(widget, self._visit(visit, number))
            except TimeoutError:
                visit.is_forgotten = True
            finally:
                await widget.leave()

    async def _visit(self, visit: Visit, number: int) -> None:
        await self._chat(visit.widget, number)
        visit.left_at = datetime.now(UTC)
        visit.everything = list(await visit.widget.everything())

    async def _chat(self, widget: Widget, number: int) -> None:
        chance = self._plan.chance_of_visitor(number)
        await widget.begin()
        for text in script(chance, number):
            await asyncio.sleep(chance.uniform(*PAUSE_S))
            item = await self._send(widget, text, chance)
            if chance.random() < plan.CUT_READS:
                widget.cut()
                self.cuts += 1
            if chance.random() < WAITS_FOR_ANSWER:
                await widget.settled(item)
        await widget.all_answered()
        if chance.random() < LINGERS:  # an answer that comes late still appears
            await asyncio.sleep(chance.uniform(*LINGERS_S))

    async def _send(self, widget: Widget, text: str, chance: random.Random) -> Sent:
        cut_after_s = chance.uniform(*plan.CUT_AFTER_S) if chance.random() < plan.CUT_SENDS else None
        self.cuts += cut_after_s is not None
        sending = asyncio.create_task(widget.send({"text": text}, cut_after_s=cut_after_s))
        await asyncio.sleep(0)
        async with self._was_sent:
            self.sent += 1
            self._was_sent.notify_all()
        item = await sending
        if chance.random() < plan.REPEATED_SENDS and item.refused is None:
            await _repeat(widget, item)
        return item


async def patiently(widget: Widget, visit: Coroutine[Any, Any, object]) -> None:
    """Let a visit go on as long as something comes of it. Raises TimeoutError when nothing does."""
    visiting = asyncio.create_task(visit)
    try:
        while not visiting.done():
            before = widget.progress
            await asyncio.wait({visiting}, timeout=PATIENCE_S)
            if not visiting.done() and widget.progress == before:
                raise TimeoutError
        await visiting
    finally:
        visiting.cancel()
        await asyncio.gather(visiting, return_exceptions=True)


async def _repeat(widget: Widget, item: Sent) -> None:
    """Send a stored message again, as a second tab does: it must be known."""
    try:
        answer = await widget.send_again(item)
    except Broken:
        return  # killed just now; the next message shows whether all is well
    if answer["message"]["id"] != item.id:
        item.doubled = True


def script(chance: random.Random, number: int) -> Sequence[str]:
    """What one visitor writes; the number is the last of their telephone's, so each has their own."""
    kind = chance.random()
    if kind < 0.2:
        return [line.format(number=number) for line in CALLBACK]
    some = [chance.choice(QUESTIONS) for _ in range(chance.randint(2, 6))]
    if kind < 0.3:
        some.insert(chance.randint(0, len(some)), chance.choice(CRISES))
    elif kind < 0.4:
        some += PERSON
    return some
