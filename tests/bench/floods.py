"""What an honest visitor waits for beside a flood: `python -m tests.bench.floods`.

A web half with the tests' stand-in bot, four pages of the desk open, five honest visitors a second
from addresses of their own, every fifth in a crisis. The time is that from sending a message to its
acknowledgement, which carries the card. Prints a table and writes it into docs/benchmarks.md.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from deploy.settings import LOOPBACK, ROOT
from tests.bench.attackers import FLOODS
from tests.bench.figures import Times, number
from tests.bench.per_message import Web, all_running
from tests.bench.report import stamp, table, write
from tests.clients.wire import Broken, Wire
from tests.web.conftest import CAST
from tests.web.stand_in_bot import StandInBot
from web.accounts import accounts, sessions
from web.core.db import Database
from web.core.settings import Settings

SECONDS = 30.0
EVERY_S = 0.2
CRISIS_EVERY = 5
DESK_PAGES = 4
NONE = "none"


@dataclass
class Beside:
    """What honest visitors met beside one flood, in seconds."""

    flood: str
    acknowledged_s: list[float] = field(default_factory=list)
    cards_s: list[float] = field(default_factory=list)
    failed: int = 0
    answers: str = ""


async def measure(seconds: float = SECONDS) -> list[Beside]:
    """Measure the quiet service, each flood, and the quiet service once more."""
    bot = StandInBot()
    await bot.start()
    addresses = (f"127.9.{high}.{low}" for high, low in itertools.product(range(256), range(1, 255)))
    found = []
    with tempfile.TemporaryDirectory() as folder:
        async with all_running((0,), Path(folder), bot) as (web,), _desk_pages(web, Path(folder) / "0"):
            await _beside(web, NONE, addresses, seconds / 3)  # the first messages fill caches
            for flood in (NONE, *FLOODS, NONE):
                found.append(await _beside(web, flood, addresses, seconds))
    await bot.die()
    return found


async def _beside(web: Web, flood: str, addresses: Iterator[str], seconds: float) -> Beside:
    beside = Beside(flood)
    attacker = await _attacker(flood, web.port, seconds) if flood != NONE else None
    visitors: set[asyncio.Task[None]] = set()
    for count in range(int(seconds / EVERY_S)):
        is_crisis = count % CRISIS_EVERY == 0
        visitors.add(asyncio.create_task(_visit(web, next(addresses), beside, is_crisis=is_crisis)))
        await asyncio.sleep(EVERY_S)
    await asyncio.gather(*visitors)
    if attacker is not None:
        out, _ = await attacker.communicate()
        beside.answers = out.decode().strip()
    return beside


async def _attacker(flood: str, port: int, seconds: float) -> asyncio.subprocess.Process:
    """Start a flood at the lowest priority: a real one computes on its own machines."""
    process = await asyncio.create_subprocess_exec(
        *("nice", "-n", "19", sys.executable, "-m", "tests.bench.attackers", flood, str(port), str(seconds)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    return process


async def _visit(web: Web, address: str, beside: Beside, *, is_crisis: bool) -> None:
    wire = Wire(LOOPBACK, web.port, address=address)
    clock = asyncio.get_running_loop().time
    try:
        started = (await wire.ask("POST", "/v1/conversations")).json()
        text = "i took all my pills and want to die" if is_crisis else "what is a crown"
        sent_s = clock()
        answer = await wire.ask(
            "POST",
            f"/v1/conversations/{started['id']}/messages",
            body={"client_id": secrets.token_hex(8), "text": text},
            headers={"authorization": f"Bearer {started['token']}"},
        )
    except (Broken, KeyError):
        beside.failed += 1
        return
    finally:
        wire.cut()
    if answer.status != 201 or (is_crisis and not answer.json()["replies"]):
        beside.failed += 1
        return
    (beside.cards_s if is_crisis else beside.acknowledged_s).append(clock() - sent_s)


@asynccontextmanager
async def _desk_pages(web: Web, var: Path) -> AsyncIterator[None]:
    """Keep pages of the desk open, each a nurse's."""
    db = Database(f"sqlite:///{Settings(var=var).sqlite}")
    async with db.write() as tx:
        nurse = await accounts.with_sign_in_name(tx, CAST["nurse"][0])
        assert nurse is not None
        tokens = [
            await sessions.open_for(tx, nurse.id, label="bench", now=datetime.now(UTC))
            for _ in range(DESK_PAGES)
        ]
    await db.close()
    pages = [asyncio.create_task(_desk_page(web, token)) for token in tokens]
    try:
        yield
    finally:
        for page in pages:
            page.cancel()
        await asyncio.gather(*pages, return_exceptions=True)


async def _desk_page(web: Web, token: str) -> None:
    wire, mark = Wire(LOOPBACK, web.port, address="127.0.0.9"), ""
    headers = {"cookie": f"front_desk_staff={token}", "accept": "text/html"}
    while True:
        with suppress(Broken):
            path = f"/desk/live?mark={mark}&wait={20 if mark else 0}"
            lists = await wire.ask("GET", path, headers=headers)
            if lists.status not in (200, 204):
                raise RuntimeError(f"The desk's page answered {lists.status}.")
            mark = lists.headers.get("x-mark", mark)


def in_words(found: Sequence[Beside]) -> str:
    """The table."""
    head = (
        "flood",
        "acknowledgement: p50 / p95 / worst",
        "crisis card: p50 / worst",
        "failed",
        "the flood's answers",
    )
    return table(head, [_row(each) for each in found])


def _row(each: Beside) -> tuple[str, ...]:
    acknowledged, cards = Times(tuple(each.acknowledged_s)), Times(tuple(each.cards_s))
    return (
        each.flood,
        f"{number(acknowledged.p50_ms)} / {number(acknowledged.p95_ms)} / {number(acknowledged.worst_ms)} ms",
        f"{number(cards.p50_ms)} / {number(cards.worst_ms)} ms",
        f"{each.failed} of {len(each.acknowledged_s) + len(each.cards_s) + each.failed}",
        each.answers or "-",
    )


if __name__ == "__main__":
    made = in_words(asyncio.run(measure()))
    print(made)
    write("floods", f"{stamp('python -m tests.bench.floods')}\n\n{made}")
