"""What a start costs until the page and the crisis card work, and what the supervisor costs when idle.

`python -m tests.bench.starts [--note "..."]` prints a table and writes it into docs/benchmarks.md.
No bot runs at the starts: a card needs none.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.settings import LOOPBACK, ROOT, WEB_PYTHON
from deploy.train import stamp_of
from tests.bench import report
from tests.bench.parties import copy_of_var, environ, free_ports, ours
from tests.bench.processes import cpu_by_process, cpu_s
from tests.clients.widget import Widget
from tests.clients.wire import Broken, Wire

CRISIS = "I want to kill myself"
IDLE_S = 30.0
LOOK_EVERY_S = 0.02
GIVE_UP_S = 120.0


@dataclass(frozen=True)
class Start:
    """Seconds by the clock and of processor, until the page opens and until a card is shown."""

    page_s: float
    page_cpu_s: float
    card_s: float
    card_cpu_s: float


def main() -> int:
    """Measure a first start, one with what it kept, and the supervisor when nobody writes."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.starts", description=__doc__)
    parser.add_argument("--note", default="", help="a sentence for the page")
    note = parser.parse_args().note
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder) / "var"
        copy_of_var(var, with_releases=True)
        (var / "releases" / "bots.json").unlink(missing_ok=True)
        first = asyncio.run(_start(var))
        again = asyncio.run(_start(var))
        (var / "releases" / "trained-from").write_text(stamp_of(var), encoding="utf-8")
        idle = _idle(var)
        shutil.rmtree(var)
    text = f"{report.stamp('python -m tests.bench.starts', note=note)}\n\n{_table(first, again, idle)}"
    print(text)
    report.write("starts", text)
    return 0


@contextmanager
def _web(var: Path, port: int) -> Iterator[int]:
    # As installed: the code is compiled by the installer, or by the first start of `make run`.
    inherited = {name: value for name, value in environ().items() if name != "PYTHONDONTWRITEBYTECODE"}
    settings = {"FRONT_DESK_VAR": str(var), "FRONT_DESK_PORT": str(port), "FRONT_DESK_BOT_TOKEN": "none"}
    with (var / "web.log").open("ab") as log:
        command = [str(WEB_PYTHON), "-m", "web"]
        process = subprocess.Popen(command, cwd=ROOT, env=inherited | settings, stdout=log, stderr=log)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


async def _start(var: Path) -> Start:
    (port,) = free_ports(1)
    began_s = time.monotonic()
    with _web(var, port) as process_id:
        await _until_the_page_opens(port)
        page_s, page_cpu_s = time.monotonic() - began_s, cpu_s(process_id)
        visitor = Widget(LOOPBACK, port)
        await visitor.begin()
        await visitor.send({"text": CRISIS})
        card_s, card_cpu_s = time.monotonic() - began_s, cpu_s(process_id)
        kinds = {message["kind"] for message in visitor.seen.values()}
        await visitor.leave()
    if "card" not in kinds:
        raise RuntimeError(f"No card was shown, but {kinds}.")
    return Start(page_s, page_cpu_s, card_s, card_cpu_s)


async def _until_the_page_opens(port: int) -> None:
    wire = Wire(LOOPBACK, port, timeout_s=5.0)
    async with asyncio.timeout(GIVE_UP_S):
        while True:
            try:
                if (await wire.ask("GET", "/chat")).status == 200:
                    return
            except Broken:
                await asyncio.sleep(LOOK_EVERY_S)
            finally:
                wire.cut()


def _idle(var: Path) -> dict[str, float]:
    """Thousandths of a core that each process takes while nobody writes."""
    with ours(var) as party:
        time.sleep(IDLE_S / 3)  # what only follows a start is over
        before, began_s = cpu_by_process(party.process_id), time.monotonic()
        time.sleep(IDLE_S)
        after, passed_s = cpu_by_process(party.process_id), time.monotonic() - began_s
    return {name: 1000 * (after[name] - before.get(name, 0.0)) / passed_s for name in after}


def _table(first: Start, again: Start, idle: dict[str, float]) -> str:
    rows = [
        [name, f"{start.page_s:.1f} s", f"{start.page_cpu_s:.1f} s", f"{start.card_s:.1f} s",
         f"{start.card_cpu_s:.1f} s"]
        for name, start in (("first start", first), ("again", again))
    ]  # fmt: skip
    head = ["", "`/chat` opens, clock", "processor", "a crisis has its card, clock", "processor"]
    taken = ", ".join(f"{name} {share:.1f}" for name, share in sorted(idle.items()))
    return f"{report.table(head, rows)}\n\nIdle, in thousandths of a core: {taken}."


if __name__ == "__main__":
    sys.exit(main())
