"""One fault run: start everything, let visitors come, kill and disturb, then compare.

python -m tests.faults.run --seed 7 --kills 10 --messages 150 --shape sqlite|postgresql|2x2

2x2 is two web processes behind one port and two bots, on PostgreSQL, which is killed as well.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from deploy.settings import ROOT, Settings
from tests.bench.parties import free_ports
from tests.faults.checker import Stored, findings, read, waited_s
from tests.faults.parts import Parts
from tests.faults.plan import SHAPES, Kill, Mood, Part, Plan, Shape, shape_of
from tests.faults.proxy import Proxy
from tests.faults.visits import Street
from tests.postgres import Cluster

DOORS = 8
DEADLINE_S = 8.0
RUN_LIMIT_S = 3600.0
DRAIN_LIMIT_S = 120.0


@dataclass
class Report:
    """What a run did, and what it found."""

    shape: str
    seed: int
    seconds: float = 0.0
    visitors: int = 0
    messages: int = 0
    tries: int = 0
    cuts: int = 0
    killed: dict[str, int] = field(default_factory=dict)
    bad_turns: dict[str, int] = field(default_factory=dict)
    turns: int = 0
    cards: int = 0
    outages_s: list[float] = field(default_factory=list)
    waits_s: list[float] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def as_text(self) -> str:
        """One paragraph, then the findings."""
        waits = sorted(self.waits_s) or [0.0]
        lines = [
            f"{self.shape}, seed {self.seed}: {self.messages} messages of {self.visitors} visitors "
            f"({self.tries} tries, {self.cuts} connections cut) in {self.seconds:.0f} s; "
            f"killed {self.killed}; of {self.turns} turns bad {self.bad_turns}; "
            f"{self.cards} crisis cards; "
            f"first reply p50 {waits[len(waits) // 2]:.2f} s, worst {waits[-1]:.2f} s; "
            f"the web half was back after at most {max(self.outages_s, default=0):.1f} s; "
            f"{len(self.findings)} findings."
        ]
        return "\n".join([*lines, *(f"  {finding}" for finding in self.findings)])


async def run(drawn: Plan, shape: Shape, *, folder: Path, deadline_s: float = DEADLINE_S) -> Report:
    """Make one run in an empty folder."""
    var = _var_in(folder)
    report = Report(shape.name, drawn.seed)
    async with _database(shape.database, var) as (url, cluster):
        context = _settings(var, url, shape)
        proxies = await _proxies(drawn, shape)
        parts = Parts(context, shape, database_url=url, bots=proxies, cluster=cluster)
        street = Street(drawn, context.port)
        try:
            await parts.start()
            await _disturb(drawn, parts, street, report)
            await _until_all_turns_ended(url, var)
        finally:
            await parts.stop()
            for proxy in proxies.values():
                await proxy.stop()
        stored = await read(url, var / "record.key")
        report.findings = findings(street.visits, stored, parts.outages, deadline_s=deadline_s)
    _count(report, street, parts, proxies)
    _count_stored(report, stored, parts)
    return report


def _settings(var: Path, url: str, shape: Shape) -> Settings:
    port, bot_port, actions_port = free_ports(3)
    return Settings.from_environment(
        {
            "FRONT_DESK_VAR": str(var),
            "FRONT_DESK_PORT": str(port),
            "FRONT_DESK_BOT_PORT": str(bot_port),
            "FRONT_DESK_ACTIONS_PORT": str(actions_port),
            "FRONT_DESK_WEB_PROCESSES": str(shape.each),
            "FRONT_DESK_BOTS": str(shape.each),
            "DATABASE_URL": url,
        }
    )


async def _proxies(drawn: Plan, shape: Shape) -> dict[Part, Proxy]:
    """One in front of each bot; the turns of all are numbered through."""
    bots = shape.parts("bot")
    ports = free_ports(2 * len(bots))
    made = {}
    for number, bot in enumerate(bots):
        proxy = Proxy(ports.pop(), ports.pop(), partial(_mood, drawn, number, len(bots)))
        await proxy.start()
        made[bot] = proxy
    return made


def _mood(drawn: Plan, bot: int, bots: int, turn: int) -> Mood:
    return drawn.mood_of_turn(turn * bots + bot)


async def _disturb(drawn: Plan, parts: Parts, street: Street, report: Report) -> None:
    started_s = time.monotonic()
    async with asyncio.timeout(RUN_LIMIT_S), asyncio.TaskGroup() as group:
        group.create_task(street.open(DOORS))
        for kill in drawn.kills:
            group.create_task(_kill(kill, parts, street))
    report.seconds = time.monotonic() - started_s


async def _until_all_turns_ended(url: str, var: Path) -> None:
    """A slow bot may still be at work for visitors who were told and have left."""
    limit_s = time.monotonic() + DRAIN_LIMIT_S
    while time.monotonic() < limit_s:
        stored = await read(url, var / "record.key")
        if all(turn["state"] == "done" for turns in stored.turns.values() for turn in turns):
            return
        await asyncio.sleep(1.0)


async def _kill(kill: Kill, parts: Parts, street: Street) -> None:
    await street.until_sent(kill.after_messages)
    await asyncio.sleep(kill.delay_s)
    await parts.kill(kill.part)


def _count(report: Report, street: Street, parts: Parts, proxies: Mapping[Part, Proxy]) -> None:
    sent = [item for visit in street.visits for item in visit.widget.sent.values()]
    report.visitors, report.messages = len(street.visits), len(sent)
    report.tries, report.cuts = sum(item.tries for item in sent), street.cuts
    report.killed = dict(parts.killed)
    report.turns = sum(proxy.asked for proxy in proxies.values())
    moods = sum((proxy.moods for proxy in proxies.values()), Counter())
    report.bad_turns = {mood: count for mood, count in sorted(moods.items()) if mood != "well"}
    report.outages_s = [
        (outage.ended - outage.began).total_seconds() for outage in parts.outages if outage.ended
    ]


def _count_stored(report: Report, stored: Stored, parts: Parts) -> None:
    for rows in stored.messages.values():
        report.cards += sum(row["kind"] == "card" for row in rows)
        first = {row["in_reply_to"]: row for row in reversed(rows) if row["in_reply_to"]}
        report.waits_s += [
            waited_s(row["created_at"], first[row["id"]]["created_at"], parts.outages)
            for row in rows
            if row["id"] in first
        ]


@asynccontextmanager
async def _database(kind: str, var: Path) -> AsyncIterator[tuple[str, Cluster | None]]:
    if kind == "sqlite":
        yield f"sqlite:///{var / 'front-desk.sqlite3'}", None
        return
    cluster = await asyncio.to_thread(Cluster().start)
    try:
        yield await asyncio.to_thread(cluster.database), cluster
    finally:
        await asyncio.to_thread(cluster.stop)


def _var_in(folder: Path) -> Path:
    """A var folder with the encoder and the releases that are here."""
    source, var = Path(os.environ.get("FRONT_DESK_VAR") or ROOT / "var"), folder / "var"
    var.mkdir()
    for name in ("encoder", "releases"):
        # Not what a supervisor wrote there: these bots are reached through the proxy.
        shutil.copytree(source / name, var / name, ignore=shutil.ignore_patterns("bots.json"))
    return var


def main() -> int:
    """Make one run from the command line; 1 when it found something."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.run", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--messages", type=int, default=150)
    parser.add_argument("--shape", choices=[shape.name for shape in SHAPES], default="sqlite")
    parser.add_argument(
        "--keep", type=Path, help="a folder that does not exist yet, for the logs and the record"
    )
    options = parser.parse_args()
    shape = shape_of(options.shape)
    drawn = Plan.draw(options.seed, messages=options.messages, kills=options.kills, shape=shape)
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        report = asyncio.run(run(drawn, shape, folder=folder))
    print(report.as_text())
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
