"""Processor of the web half per message, beside a record of 0, 20,000 and 100,000 turns.

`python -m tests.bench.per_message` prints a table and writes it into docs/benchmarks.md. The bot is
the tests' stand-in: what is measured is the web half alone, from /proc.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.settings import LOOPBACK, ROOT
from tests.bench.parties import free_ports
from tests.bench.report import stamp, table, write
from tests.clients.wire import Broken, Wire
from tests.web import large_record
from tests.web.conftest import first_start, publish
from tests.web.stand_in_bot import TOKEN, StandInBot
from web.core.db import Database
from web.core.settings import Settings

SIZES = (0, 20_000, 100_000)
ROUNDS, VISITORS, MESSAGES = 8, 20, 5
IDLE_S = 20.0


@dataclass
class Web:
    """One running web half, and what each round of messages took."""

    turns: int
    process: psutil.Process
    port: int
    rounds_ms: list[float] = field(default_factory=list)
    idle_share: float = 0.0

    @property
    def message_ms(self) -> float:
        """Processor of one message: the quietest round, for other work on the machine only adds."""
        return min(self.rounds_ms)

    def processor_s(self) -> float:
        """What it took so far, in both modes."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


async def measure(sizes: Sequence[int] = SIZES, *, rounds: int = ROUNDS, idle_s: float = IDLE_S) -> list[Web]:
    """Measure every size in turns, so that a busy minute of the machine falls on all of them."""
    bot = StandInBot()
    await bot.start()
    addresses = (f"127.{high}.{low}.1" for high, low in itertools.product(range(1, 255), range(256)))
    with tempfile.TemporaryDirectory() as folder:
        async with all_running(sizes, Path(folder), bot) as webs:
            for web in webs:
                await _talk(web, addresses)  # the first messages fill caches
            for web in webs * rounds:
                before_s = web.processor_s()
                await _talk(web, addresses)
                web.rounds_ms.append(1000 * (web.processor_s() - before_s) / (VISITORS * MESSAGES))
            before = [web.processor_s() for web in webs]
            await asyncio.sleep(idle_s)
            for web, before_s in zip(webs, before, strict=True):
                web.idle_share = (web.processor_s() - before_s) / idle_s if idle_s else 0.0
    await bot.die()
    return webs


@asynccontextmanager
async def all_running(sizes: Sequence[int], folder: Path, bot: StandInBot) -> AsyncIterator[list[Web]]:
    """Run a web half over a record of each size, in `folder / size`."""
    webs: list[Web] = []
    children: list[subprocess.Popen[bytes]] = []
    try:
        for turns in sizes:
            settings = await _installation(folder / str(turns), turns)
            (port,) = free_ports(1)
            children.append(_start(settings, port, bot))
            webs.append(Web(turns, psutil.Process(children[-1].pid), port))
        for web in webs:
            await _until_ready(web)
        yield webs
    finally:
        for child in children:
            child.terminate()
            child.wait()


async def _installation(var: Path, turns: int) -> Settings:
    settings = Settings(var=var)
    url = f"sqlite:///{settings.sqlite}"
    await first_start(url)
    publish(settings)
    db = Database.of(settings)
    if turns:
        await large_record.fill(db, turns=turns)
    await db.close()
    return settings


def _start(settings: Settings, port: int, bot: StandInBot) -> subprocess.Popen[bytes]:
    environ = {
        **os.environ,
        "FRONT_DESK_VAR": str(settings.var),
        "FRONT_DESK_PORT": str(port),
        "FRONT_DESK_BOT_URL": bot.url,
        "FRONT_DESK_BOT_TOKEN": TOKEN,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "web"], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


async def _until_ready(web: Web) -> None:
    while True:
        wire = Wire(LOOPBACK, web.port)
        with suppress(Broken):
            if (await wire.ask("GET", "/v1/health")).status == 200:
                wire.cut()
                return
        await asyncio.sleep(0.5)


async def _talk(web: Web, addresses: Iterator[str]) -> None:
    """Some visitors, one after the other: the times of a busy moment would not add up."""
    for _ in range(VISITORS):
        wire = Wire(LOOPBACK, web.port, address=next(addresses))
        started = (await wire.ask("POST", "/v1/conversations")).json()
        path = f"/v1/conversations/{started['id']}/messages"
        headers = {"authorization": f"Bearer {started['token']}"}
        last = 0
        for number in range(MESSAGES):
            body = {
                "client_id": secrets.token_hex(8),
                "text": f"what is a crown, and what does it cost? {number}",
            }
            if (sent := await wire.ask("POST", path, body=body, headers=headers)).status != 201:
                raise RuntimeError(f"A message was not taken in: {sent.json()}")
            said: list[str] = []
            while "bot" not in said:
                news = (await wire.ask("GET", f"{path}?after={last}&wait=10", headers=headers)).json()
                said, last = [each["author"] for each in news["messages"]], news["last"]
        wire.cut()


def in_words(webs: Sequence[Web]) -> str:
    """The table."""
    head = ("turns in the record", "processor per message, quietest round", "median round", "idle")
    return table(
        head,
        [
            (
                f"{web.turns:,}",
                f"{web.message_ms:.1f} ms ({web.message_ms / webs[0].message_ms:.2f})",
                f"{statistics.median(web.rounds_ms):.1f} ms",
                f"{web.idle_share:.1%} of a core",
            )
            for web in webs
        ],
    )


if __name__ == "__main__":
    made = in_words(asyncio.run(measure()))
    print(made)
    write("per-message", f"{stamp('python -m tests.bench.per_message')}\n\n{made}")
