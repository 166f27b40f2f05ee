"""Messages per second with more processes, and which process is busy (`FRONT_DESK_WEB_PROCESSES` x `_BOTS`).

python -m tests.bench.by_processes [--seconds 30] [--rounds 2] [--visitors 32] [--note "..."]

All on one PostgreSQL of its own, started as `make run` starts them, by turns in each round. The
visitors are made on the same machine and take processor time from what they measure: it is told, as is
what other programs took meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.train import stamp_of
from tests.bench import load, report
from tests.bench.figures import Times, number
from tests.bench.load import Load
from tests.bench.parties import Party, copy_of_var, ours
from tests.bench.processes import cpu_by_process, cpu_s, machine_cpu_s
from tests.bench.run import questions
from tests.postgres import Cluster

SHAPES = ((1, 1), (1, 2), (2, 2))
WARM_UP_S = 5.0
READY_WITHIN_S = 300.0
LOOK_EVERY_S = 0.2
OTHERS = "other programs"
# A process that has this much of a core does not do more; nor does a machine with all cores so busy.
FULL = 0.85


@dataclass
class Figures:
    """What one shape did, all its rounds together."""

    webs: int
    bots: int
    seconds: float = 0.0
    times_s: list[float] = field(default_factory=list)
    failures: int = 0
    cpu_s: dict[str, float] = field(default_factory=dict)

    @property
    def cores(self) -> dict[str, float]:
        """How many cores each process had."""
        return {name: spent_s / self.seconds for name, spent_s in self.cpu_s.items()}

    def add(self, seconds: float, times_s: Sequence[float], cpu_s: Mapping[str, float]) -> None:
        """Add a round."""
        self.seconds += seconds
        self.times_s += times_s
        for name, spent_s in cpu_s.items():
            self.cpu_s[name] = self.cpu_s.get(name, 0.0) + spent_s


def main() -> int:
    """Measure every shape in every round, and write the table."""
    options = _options()
    measured = [Figures(webs, bots) for webs, bots in SHAPES]
    cluster = Cluster().start()
    try:
        for _ in range(options.rounds):
            for figures in measured:
                with tempfile.TemporaryDirectory() as folder:
                    _measure(figures, cluster, Path(folder) / "var", options)
                print(_sentence(figures), flush=True)
    finally:
        cluster.stop()
    report.write("by-processes", _page(measured, options))
    return 0


def _measure(figures: Figures, cluster: Cluster, var: Path, options: argparse.Namespace) -> None:
    copy_of_var(var, with_releases=True)
    (var / "releases" / "bots.json").unlink(missing_ok=True)
    (var / "releases" / "trained-from").write_text(stamp_of(var), encoding="utf-8")  # nothing is trained
    more = {
        "DATABASE_URL": cluster.database(),
        "FRONT_DESK_WEB_PROCESSES": str(figures.webs),
        "FRONT_DESK_BOTS": str(figures.bots),
    }
    with ours(var, more) as party:
        _wait_for_all(var, figures)
        texts = questions()
        asyncio.run(load.run(party, Load(options.visitors, None, WARM_UP_S), texts, seed=1))
        before = _spent(party, cluster)
        began = time.monotonic()
        done = asyncio.run(load.run(party, Load(options.visitors, None, options.seconds), texts, seed=2))
        passed_s, after = time.monotonic() - began, _spent(party, cluster)
    # Until the last visitor has left processes are at work too: their share is of that time.
    scale = done.seconds / passed_s
    spent = {name: (after[name] - before.get(name, 0.0)) * scale for name in after}
    figures.failures += done.failures
    figures.add(done.seconds, done.times_s, spent)


def _spent(party: Party, cluster: Cluster) -> dict[str, float]:
    mine = psutil.Process(os.getpid()).cpu_times()
    ours = {
        **cpu_by_process(party.process_id),
        "PostgreSQL": cpu_s(cluster.process_id),
        "the visitors": mine.user + mine.system,
    }
    return {**ours, OTHERS: machine_cpu_s() - sum(ours.values())}


def _wait_for_all(var: Path, figures: Figures) -> None:
    """Until every bot is ready and every web process has said that it is there."""
    limit_s = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < limit_s:
        try:
            bots = json.loads((var / "releases" / "bots.json").read_text(encoding="utf-8"))["bots"]
        except (OSError, ValueError):
            bots = []
        webs = figures.webs == 1 or all((var / f"web-{n + 1}.alive").exists() for n in range(figures.webs))
        if webs and sum(bot["is_ready"] for bot in bots) == figures.bots:
            return
        time.sleep(LOOK_EVERY_S)
    raise RuntimeError(f"{figures.webs} x {figures.bots} never got ready.")


def bottleneck(cores: Mapping[str, float], machine: int) -> str:
    """What there is no more of: the machine's cores, one process, or neither."""
    busiest = max(cores, key=lambda name: cores[name])
    if sum(cores.values()) >= FULL * machine:
        return f"the machine's {machine} cores; most of them: {busiest}"
    return f"{busiest}, one process" if cores[busiest] >= FULL else "none of these: waiting for others"


def _sentence(figures: Figures) -> str:
    rate = len(figures.times_s) / figures.seconds
    busy = bottleneck(figures.cores, psutil.cpu_count() or 1)
    return f"{figures.webs} x {figures.bots}: {rate:.1f} messages/s, {figures.failures} failures; {busy}"


def _page(measured: Sequence[Figures], options: argparse.Namespace) -> str:
    head = ["web x bots", "messages/s", "p50 / p95", "failures", "cores of each process", "bottleneck"]
    text = report.table(head, [_row(figures) for figures in measured])
    how = f"{options.rounds} x {options.seconds:g} s each, {options.visitors} visitors at once."
    command = "python -m tests.bench.by_processes"
    return f"{report.stamp(command, note=f'{how} {options.note}'.strip())}\n\n{text}"


def _row(figures: Figures) -> list[str]:
    cores = sorted(figures.cores.items(), key=lambda item: -item[1])
    return [
        f"{figures.webs} x {figures.bots}",
        number(len(figures.times_s) / figures.seconds),
        Times(tuple(figures.times_s)).as_text() if figures.times_s else "none",
        str(figures.failures),
        ", ".join(f"{name} {share:.2f}" for name, share in cores if share >= 0.01),
        bottleneck(figures.cores, psutil.cpu_count() or 1),
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.by_processes", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="of each load")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--visitors", type=int, default=32)
    parser.add_argument("--note", default="", help="a sentence for the page")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
