"""The real parts of Front Desk, each killed with SIGKILL when told to and at once started again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from deploy.processes import Backoff, Child
from deploy.settings import LOOPBACK, ROOT, Settings
from deploy.web_processes import is_alive, listen, webs_of
from tests.clients.wire import Broken, Wire
from tests.faults.plan import Part, Shape
from tests.faults.proxy import Proxy
from tests.postgres import Cluster

AT_ONCE = Backoff(first_s=0.05, longest_s=0.05)
LOOK_EVERY_S = 0.05
# A guard alone: a machine that others use may stop for minutes.
START_LIMIT_S = 900.0


class Outage:
    """A time in which nothing could be stored: no web process, or no database."""

    def __init__(self) -> None:
        self.began = datetime.now(UTC)
        self.ended: datetime | None = None


class Parts:
    """Action server, bots and web processes, started as the supervisor starts them, and PostgreSQL."""

    def __init__(
        self,
        context: Settings,
        shape: Shape,
        *,
        database_url: str,
        bots: Mapping[Part, Proxy],
        cluster: Cluster | None = None,
    ) -> None:
        self.context = context
        self.outages: list[Outage] = []
        self.killed: Counter[str] = Counter()
        self._cluster = cluster
        self._proxies = bots
        self._webs = shape.parts("web")
        self._listening = listen(context) if shape.each > 1 else None
        public = context.environ(with_token=False)
        self.children: dict[Part, Child] = {
            "actions": self._child("actions", context.actions_command, public),
            **{bot: self._bot(bot, proxy.bot_port) for bot, proxy in bots.items()},
            **dict(zip(self._webs, self._web_children(database_url), strict=True)),
        }
        for child in self.children.values():
            child.backoff = AT_ONCE
        self._tasks: list[asyncio.Task[None]] = []
        self._busy: dict[Part, asyncio.Lock] = {part: asyncio.Lock() for part in self._all}
        self._away: set[Part] = set()

    @property
    def _all(self) -> tuple[Part, ...]:
        return (*self.children, "postgresql")

    def _child(self, name: Part, command: Callable[[], list[str]], environ: dict[str, str]) -> Child:
        return Child(name, command, environ, ROOT, self.context.var / "logs" / f"{name}.log")

    def _bot(self, name: Part, port: int) -> Child:
        secret = self.context.environ(with_token=True)
        return self._child(name, lambda: self.context.bot_command(port=port), secret)

    def _web_children(self, database_url: str) -> Iterator[Child]:
        more = {
            "DATABASE_URL": database_url,
            "FRONT_DESK_PORT": str(self.context.port),
            "FRONT_DESK_BOT_URL": f"http://{LOOPBACK}:{next(iter(self._proxies.values())).port}",
        }
        if self._listening is None:
            environ = self.context.environ(with_token=True) | more
            yield self._child("web", self.context.web_command, environ)
            return
        for child in webs_of(self.context, self._listening):
            child.environ |= more
            child.shows_output, child.watch = False, None
            yield child

    async def start(self) -> None:
        """Start all of them and wait until each answers."""
        self._tell_of_bots()
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
        if self._listening is not None:
            os.close(self.children["web"].pass_fds[0])

    async def kill(self, part: Part) -> None:
        """Kill a part that runs, and wait until its successor answers."""
        async with self._busy[part], asyncio.timeout(START_LIMIT_S):
            await self._until_it_answers(part)
            self._note(part, is_away=True)
            await self._end(part)
            self.killed[part] += 1
            await self._until_it_answers(part)
            self._note(part, is_away=False)

    async def _end(self, part: Part) -> None:
        if part == "postgresql":
            assert self._cluster is not None
            await asyncio.to_thread(self._cluster.down)
            await asyncio.to_thread(self._cluster.up)
            return
        process = self.children[part].process
        assert process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        if part in self._webs and self._listening is not None:
            self._alive_file(part).unlink(missing_ok=True)  # its successor says that it is there

    def _note(self, part: Part, *, is_away: bool) -> None:
        """Keep what is away; an outage lasts while no web process or no database is there."""
        (self._away.add if is_away else self._away.discard)(part)
        self._tell_of_bots()
        is_out = self._away.issuperset(self._webs) or "postgresql" in self._away
        last = self.outages[-1] if self.outages and self.outages[-1].ended is None else None
        if is_out and last is None:
            self.outages.append(Outage())
        elif not is_out and last is not None:
            last.ended = datetime.now(UTC)

    def _tell_of_bots(self) -> None:
        """Write the list that the supervisor writes, with the proxies in the bots' place."""
        if len(self._proxies) == 1:
            return
        releases = self.context.var / "releases"
        release = (releases / "published").read_text(encoding="utf-8").strip()
        manifest = json.loads((releases / release / "manifest.json").read_text(encoding="utf-8"))
        told = [
            {
                "release": release,
                "learnt": manifest["learnt"],
                "url": f"http://{LOOPBACK}:{proxy.port}",
                "is_ready": bot not in self._away,
            }
            for bot, proxy in self._proxies.items()
        ]
        written = releases / "bots.json.next"
        written.write_text(json.dumps({"bots": told}), encoding="utf-8")
        written.replace(releases / "bots.json")

    async def _until_it_answers(self, part: Part) -> None:
        while not await self._answers(part):  # noqa: ASYNC110 (it is other processes we wait for)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _answers(self, part: Part) -> bool:
        if part == "postgresql":
            return True  # `Cluster.up` waits for it
        if part in self._proxies:
            return await _says(self._proxies[part].bot_port, "/webhooks/turn/")
        if part in self._webs and self._listening is not None:
            return await is_alive(self._alive_file(part))
        port, path = {
            "web": (self.context.port, "/v1/health"),
            "actions": (self.context.actions_port, "/health"),
        }[part]
        return await _says(port, path)

    def _alive_file(self, part: Part) -> Path:
        return self.context.var / f"web-{self._webs.index(part) + 1}.alive"


async def _says(port: int, path: str) -> bool:
    wire = Wire(LOOPBACK, port, timeout_s=5.0)
    try:
        answer = await wire.ask("GET", path)
        return answer.status == 200 and answer.json().get("release") != "unreleased"
    except Broken:
        return False  # not up yet
    finally:
        wire.cut()
