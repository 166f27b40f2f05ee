"""What two pieces of the web half buy a message, each measured with what it stands in for.

`python -m tests.bench.receipts_web` in the web half's environment prints a table: processor of the
whole web half for each message, as `tests.bench.per_message` measures it.
"""

from __future__ import annotations

import asyncio
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import psutil

from deploy.settings import ROOT
from tests.bench.parties import free_ports
from tests.bench.per_message import MESSAGES, VISITORS, Web, _installation, _talk, _until_ready
from tests.bench.report import table
from tests.web.stand_in_bot import TOKEN, StandInBot
from web.bot import client
from web.core import sqlite

ROUNDS = 12


class ByHttpx:
    """Does what `Loopback` does by the general client."""

    def __init__(self, url: str, *, headers: Mapping[str, str]) -> None:
        self._client = httpx.AsyncClient(
            base_url=url, headers={"content-type": "application/json", **headers}
        )

    async def post(self, path: str, content: bytes, *, max_bytes: int) -> tuple[int, bytes]:
        """Send JSON; status and body."""
        answer = await self._client.post(path, content=content)
        return answer.status_code, answer.content

    def close(self) -> None:
        """Leave the connections to the end of the process."""


def without_loopback() -> None:
    """Ask the bot with httpx."""
    vars(client)["Loopback"] = ByHttpx


def without_sqlite() -> None:
    """Run each statement in a thread, as drivers for asyncio do."""

    async def aside(self: sqlite.SqliteTransaction, work: Callable[[Any], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(None, work, self._connection)

    sqlite.SqliteTransaction.run_sync = aside  # type: ignore[method-assign]


VARIANTS: dict[str, Callable[[], None]] = {
    "as it is": lambda: None,
    "`web/bot/loopback.py`": without_loopback,
    "`web/core/sqlite.py`": without_sqlite,
}


async def measure() -> dict[str, float]:
    """Milliseconds of a message in each variant: the quietest of some rounds, taken in turns."""
    bot = StandInBot()
    await bot.start()
    addresses = (f"127.{high}.{low}.1" for high, low in product(range(1, 255), range(256)))
    with tempfile.TemporaryDirectory() as folder:
        webs = {name: _started(name, Path(folder) / str(at), bot) for at, name in enumerate(VARIANTS)}
        try:
            for web in webs.values():
                await _until_ready(web)
                await _talk(web, addresses)  # the first messages fill caches
            for web in [*webs.values()] * ROUNDS:
                before_s = web.processor_s()
                await _talk(web, addresses)
                web.rounds_ms.append(1000 * (web.processor_s() - before_s) / (VISITORS * MESSAGES))
        finally:
            for web in webs.values():
                web.process.terminate()
                web.process.wait()
    await bot.die()
    return {name: web.message_ms for name, web in webs.items()}


def _started(name: str, var: Path, bot: StandInBot) -> Web:
    settings = asyncio.run(_installation(var, 0))
    (port,) = free_ports(1)
    environ = {
        **os.environ, "FRONT_DESK_VAR": str(settings.var), "FRONT_DESK_PORT": str(port),
        "FRONT_DESK_BOT_URL": bot.url, "FRONT_DESK_BOT_TOKEN": TOKEN,
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.bench.receipts_web", name]
    child = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return Web(0, psutil.Process(child.pid), port)


def main() -> None:
    """Print the table; with the name of a variant, serve that."""
    if len(sys.argv) > 1:
        VARIANTS[sys.argv[1]]()
        sys.argv[1:] = []
        runpy.run_module("web", run_name="__main__", alter_sys=True)
        return
    found = asyncio.run(measure())
    having = found.pop("as it is")
    rows = [
        (name, f"{without:.2f} ms", f"{having:.2f} ms", f"{without - having:.2f} ms")
        for name, without in found.items()
    ]
    print(table(("piece", "without", "with", "it buys a message"), rows))


if __name__ == "__main__":
    main()
