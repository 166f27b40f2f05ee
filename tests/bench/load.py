"""Many visitors at once: from send to answer, and how many messages a second.

Ours is measured from the visitor's side of the whole path: a client that does what the widget does
sends to the web half, which stores, asks the bot, stores the outcome and wakes the client's long poll.
Stock Rasa has no such path: its figure is the bare REST channel, which keeps nothing on disk.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from deploy.settings import LOOPBACK
from tests.bench.figures import Times
from tests.bench.parties import Party
from tests.bench.turns import ask_stock
from tests.clients.widget import Widget
from tests.clients.wire import Broken, Wire

# Within the burst that one conversation may send (web/core/limits.py); then the next visitor comes.
MESSAGES_EACH = 8
GIVE_UP_S = 60.0


@dataclass(frozen=True)
class Load:
    """So many visitors at once; `rate` messages a second from all of them, or as fast as answered."""

    visitors: int
    rate: float | None
    seconds: float

    @property
    def name(self) -> str:
        how = "as fast as answered" if self.rate is None else f"{self.rate:g} messages/s"
        return f"{self.visitors} visitor{'s' if self.visitors > 1 else ''}, {how}"


@dataclass
class LoadFigures:
    """What came out of one load."""

    load: Load
    seconds: float = 0.0
    times_s: list[float] = field(default_factory=list)
    failures: int = 0

    @property
    def times(self) -> Times:
        return Times(tuple(self.times_s))

    @property
    def per_second(self) -> float:
        return len(self.times_s) / self.seconds


async def run(party: Party, load: Load, texts: Sequence[str], *, seed: int = 1) -> LoadFigures:
    """Put one load on one party."""
    figures = LoadFigures(load)
    visit = _our_visit if party.token else _stock_visit
    addresses = _addresses()
    stop = asyncio.Event()
    started_s = time.monotonic()

    async def visitor(number: int) -> None:
        chance = random.Random(f"{seed}-{number}")
        pace = _Pace(load, chance, stop)
        while not stop.is_set():
            chosen = [chance.choice(texts) for _ in range(MESSAGES_EACH)]
            try:
                await visit(party, next(addresses), chosen, pace, figures)
            except (Broken, RuntimeError):
                figures.failures += 1

    visitors = [asyncio.create_task(visitor(number)) for number in range(load.visitors)]
    await asyncio.sleep(load.seconds)
    figures.seconds = time.monotonic() - started_s
    figures = LoadFigures(load, figures.seconds, list(figures.times_s), figures.failures)
    stop.set()
    await asyncio.wait(visitors, timeout=GIVE_UP_S)
    for each in visitors:
        each.cancel()
    await asyncio.gather(*visitors, return_exceptions=True)
    return figures


class _Pace:
    """When a visitor writes next: at random around the wanted rate, or at once."""

    def __init__(self, load: Load, chance: random.Random, stop: asyncio.Event) -> None:
        self._every_s = load.visitors / load.rate if load.rate else 0.0
        self._chance = chance
        self._stop = stop

    async def is_over(self) -> bool:
        """Wait for the moment to write; True when the load is over."""
        if self._every_s:
            pause_s = self._chance.uniform(0, 2 * self._every_s)
            try:
                await asyncio.wait_for(self._stop.wait(), pause_s)
            except TimeoutError:
                return False
        return self._stop.is_set()


async def _our_visit(
    party: Party, address: str, texts: Sequence[str], pace: _Pace, figures: LoadFigures
) -> None:
    widget = Widget(LOOPBACK, party.port, address=address)
    try:
        await widget.begin()
        for text in texts:
            if await pace.is_over():
                return
            item = await widget.send({"text": text})
            if item.refused is not None:
                raise RuntimeError(f"Refused with {item.refused}: '{text}'")
            async with asyncio.timeout(GIVE_UP_S):
                await widget.settled(item)
            assert item.replied_at_s is not None
            figures.times_s.append(item.replied_at_s - item.sent_at_s)
    except TimeoutError as error:
        raise RuntimeError("no answer") from error
    finally:
        await widget.leave()


async def _stock_visit(
    party: Party, address: str, texts: Sequence[str], pace: _Pace, figures: LoadFigures
) -> None:
    wire, sender = Wire(LOOPBACK, party.port, address=address), secrets.token_hex(8)
    try:
        for text in texts:
            if await pace.is_over():
                return
            started_s = time.monotonic()
            await ask_stock(wire, sender, text)
            figures.times_s.append(time.monotonic() - started_s)
    finally:
        wire.cut()


def _addresses() -> Iterator[str]:
    """An address for every visitor: limits are by address, and all of 127.0.0.0/8 is this machine."""
    for high, middle, low in itertools.product(range(1, 255), range(256), range(1, 255)):
        yield f"127.{high}.{middle}.{low}"
