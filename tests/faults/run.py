"""One fault run: start everything, let visitors come, kill and disturb, then compare.

python -m tests.faults.run --seed 7 --kills 10 --messages 150 --database sqlite|postgresql
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
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.settings import ROOT, Settings
from tests.bench.parties import free_ports
from tests.faults.checker import findings, read, waited_s
from tests.faults.parts import Parts
from tests.faults.plan import Kill, Plan
from tests.faults.proxy import Proxy
from tests.faults.visits import Street
from tests.postgres import Cluster

DATABASES = ("sqlite", "postgresql")
DOORS = 8
DEADLINE_S = 8.0
RUN_LIMIT_S = 3600.0
DRAIN_LIMIT_S = 120.0


@dataclass
class Report:
    """What a run did, and what it found."""

    database: str
    seed: int
    seconds: float = 0.0
    visitors: int = 0
    messages: int = 0
    tries: int = 0
    cuts: int = 0
    killed: dict[str, int] = field(default_factory=dict)
    bad_turns: dict[str, int] = field(default_factory=dict)
    turns: int = 0
    outages_s: list[float] = field(default_factory=list)
    waits_s: list[float] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def as_text(self) -> str:
        """One paragraph, then the findings."""
        waits = sorted(self.waits_s) or [0.0]
        lines = [
            f"{self.database}, seed {self.seed}: {self.messages} messages of {self.visitors} visitors "
            f"({self.tries} tries, {self.cuts} connections cut) in {self.seconds:.0f} s; "
            f"killed {self.killed}; of {self.turns} turns bad {self.bad_turns}; "
            f"first reply p50 {waits[len(waits) // 2]:.2f} s, worst {waits[-1]:.2f} s; "
            f"the web half was back after at most {max(self.outages_s, default=0):.1f} s; "
            f"{len(self.findings)} findings."
        ]
        return "\n".join([*lines, *(f"  {finding}" for finding in self.findings)])


async def run(drawn: Plan, database: str, *, folder: Path, deadline_s: float = DEADLINE_S) -> Report:
    """Make one run in an empty folder."""
    port, proxy_port, bot_port, actions_port = free_ports(4)
    var = _var_in(folder)
    settings = {
        "FRONT_DESK_VAR": str(var),
        "FRONT_DESK_PORT": str(port),
        "FRONT_DESK_BOT_PORT": str(bot_port),
        "FRONT_DESK_ACTIONS_PORT": str(actions_port),
    }
    context = Settings.from_environment(settings)
    report = Report(database, drawn.seed)
    async with _database(database, var) as url:
        proxy = Proxy(bot_port, drawn.mood_of_turn)
        await proxy.start(proxy_port)
        parts = Parts(context, database_url=url, proxy_port=proxy_port)
        street = Street(drawn, port)
        try:
            await parts.start()
            await _disturb(drawn, parts, street, report)
            await _until_all_turns_ended(url, var)
        finally:
            await parts.stop()
            await proxy.stop()
        stored = await read(url, var / "record.key")
        report.findings = findings(street.visits, stored, parts.outages, deadline_s=deadline_s)
    _count(report, street, parts, proxy)
    for rows in stored.messages.values():
        first = {row["in_reply_to"]: row for row in reversed(rows) if row["in_reply_to"]}
        report.waits_s += [
            waited_s(row["created_at"], first[row["id"]]["created_at"], parts.outages)
            for row in rows
            if row["id"] in first
        ]
    return report


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


def _count(report: Report, street: Street, parts: Parts, proxy: Proxy) -> None:
    sent = [item for visit in street.visits for item in visit.widget.sent.values()]
    report.visitors, report.messages = len(street.visits), len(sent)
    report.tries, report.cuts = sum(item.tries for item in sent), street.cuts
    report.killed = dict(parts.killed)
    report.turns = proxy.asked
    report.bad_turns = {mood: count for mood, count in sorted(proxy.moods.items()) if mood != "well"}
    report.outages_s = [
        (outage.ended - outage.began).total_seconds() for outage in parts.outages if outage.ended
    ]


@asynccontextmanager
async def _database(kind: str, var: Path) -> AsyncIterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{var / 'front-desk.sqlite3'}"
        return
    cluster = await asyncio.to_thread(Cluster().start)
    try:
        yield await asyncio.to_thread(cluster.database)
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
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument(
        "--keep", type=Path, help="a folder that does not exist yet, for the logs and the record"
    )
    options = parser.parse_args()
    drawn = Plan.draw(options.seed, messages=options.messages, kills=options.kills)
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        report = asyncio.run(run(drawn, options.database, folder=folder))
    print(report.as_text())
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
