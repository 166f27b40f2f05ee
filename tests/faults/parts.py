"""The real parts of Front Desk, each killed with SIGKILL when told to and at once started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from deploy.processes import Backoff, Child
from deploy.settings import LOOPBACK, ROOT, Settings
from tests.clients.wire import Broken, Wire
from tests.faults.plan import Part

AT_ONCE = Backoff(first_s=0.05, longest_s=0.05)
LOOK_EVERY_S = 0.05
START_LIMIT_S = 180.0


class Outage:
    """A time in which the web half could not be reached."""

    def __init__(self) -> None:
        self.began = datetime.now(UTC)
        self.ended: datetime | None = None


class Parts:
    """Action server, bot and web half, started as the supervisor starts them."""

    def __init__(self, context: Settings, *, database_url: str, proxy_port: int) -> None:
        logs = context.var / "logs"
        secret, public = context.environ(with_token=True), context.environ(with_token=False)
        web = secret | {
            "DATABASE_URL": database_url,
            "FRONT_DESK_PORT": str(context.port),
            "FRONT_DESK_BOT_URL": f"http://{LOOPBACK}:{proxy_port}",
        }
        self.context = context
        self.children: dict[Part, Child] = {
            "actions": Child("actions", context.actions_command, public, ROOT, logs / "actions.log"),
            "bot": Child("bot", context.bot_command, secret, ROOT, logs / "bot.log"),
            "web": Child("web", context.web_command, web, ROOT, logs / "web.log"),
        }
        for child in self.children.values():
            child.backoff = AT_ONCE
        self.outages: list[Outage] = []
        self.killed: Counter[str] = Counter()
        self._tasks: list[asyncio.Task[None]] = []
        self._busy: dict[Part, asyncio.Lock] = {part: asyncio.Lock() for part in self.children}

    async def start(self) -> None:
        """Start all of them and wait until each answers."""
        self._tasks = [
            asyncio.create_task(child.keep_running(lambda _: None)) for child in self.children.values()
        ]
        async with asyncio.timeout(START_LIMIT_S):
            for part in self.children:
                await self._until_it_answers(part)

    async def stop(self) -> None:
        """Stop all of them."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def kill(self, part: Part) -> None:
        """Kill a part that runs, and wait until its successor answers."""
        async with self._busy[part], asyncio.timeout(START_LIMIT_S):
            await self._until_it_answers(part)
            process = self.children[part].process
            assert process is not None
            outage = Outage()
            if part == "web":
                self.outages.append(outage)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            self.killed[part] += 1
            await process.wait()
            await self._until_it_answers(part)
            outage.ended = datetime.now(UTC)

    def log_of(self, part: Part) -> Path:
        """Where a part writes its log."""
        return self.children[part].log

    async def _until_it_answers(self, part: Part) -> None:
        while not await self._answers(part):  # noqa: ASYNC110 (it is other processes we wait for)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _answers(self, part: Part) -> bool:
        port, path = {
            "web": (self.context.port, "/v1/health"),
            "actions": (self.context.actions_port, "/health"),
            "bot": (self.context.bot_port, "/webhooks/turn/"),
        }[part]
        wire = Wire(LOOPBACK, port, timeout_s=5.0)
        try:
            answer = await wire.ask("GET", path)
            return answer.status == 200 and answer.json().get("release") != "unreleased"
        except Broken:
            return False  # not up yet
        finally:
            wire.cut()
