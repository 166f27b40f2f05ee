"""Builds: one at a time, each in a process of its own, followed line by line.

A build takes a folder that is a plain Rasa project and makes `var/releases/<n>/`. It publishes
nothing. What visitors asked lately goes to the process by its standard input, masked, so that no
word of theirs stands in a file; its report names them by id.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from web.accounts import audit
from web.context import AppContext
from web.core.background import TaskGroup
from web.core.db import Transaction
from web.core.errors import BuildRunning, NotFound
from web.core.i18n import say
from web.core.settings import ROOT
from web.releases import own_test_results, replay_samples
from web.schema import builds, new_id

logger = logging.getLogger(__name__)

SLOT = "only"
ALIVE_EVERY_S = 1.0
DEAD_AFTER = timedelta(seconds=30)
MAX_LINE_BYTES = 1024 * 1024
TRAINING = (str(ROOT / ".venv-bot" / "bin" / "python"), "-W", "ignore", "-m", "training")
TOPIC = "builds"  # of the hub: something about a build is new


@dataclass(frozen=True)
class Build:
    """One build as its owner sees it. `share` is that of the whole, between 0 and 1.

    While it runs, `release` is one whose report can be read and whose conversations are being held.
    """

    id: str
    state: str  # running, cancelling, done, failed, cancelled
    step: str
    share: float
    release: str | None
    sentence: str | None
    problems: list[dict[str, Any]] = field(default_factory=list)
    started_by: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None


# Where a step begins and ends within the whole, as measured on the shipped content.
PARTS = {
    "check": (0.0, 0.07),
    "train": (0.07, 0.4),
    "evaluate": (0.4, 0.65),
    "converse": (0.65, 0.98),
    "report": (0.98, 1.0),
}


MakesProject = Callable[[], Awaitable[Path]]


class Builds:
    """Starts builds and follows them."""

    def __init__(self, context: AppContext, *, command: tuple[str, ...] = TRAINING) -> None:
        self._context = context
        self._command = command
        self._running = TaskGroup()
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._is_stopping = False

    async def start(self, project: Path | MakesProject, *, by: str) -> str:
        """Begin to build a project; returns the build's id. Raises BuildRunning.

        `project`: its folder, or what writes it. It is written once no other build can be running, for
        writing clears away what an earlier build was made from.
        """
        build_id, now = new_id(), self._context.clock()
        await self._reap_stale(now)
        try:
            async with self._context.db.write() as tx:
                await tx.execute(
                    insert(builds).values(
                        id=build_id, slot=SLOT, state="running", step="check", share=0.0, problems=[],
                        started_by=by, started_at=now, alive_at=now,
                    )
                )  # fmt: skip
                await audit.note(tx, by=by, did="build.started", about="builds", about_id=build_id, now=now)
        except IntegrityError as error:
            raise BuildRunning(say("build_running")) from error
        async with self._context.db.read(long=True) as tx:
            asks = await replay_samples.asked(tx) + await replay_samples.cards(tx)
        self._running.start(self._run(build_id, project, asks))
        return build_id

    async def progress(self, build_id: str) -> Build:
        """How far a build is. Raises NotFound."""
        await self._reap_stale(self._context.clock())
        async with self._context.db.read() as tx:
            found = await _read(tx, builds.c.id == build_id)
        if not found:
            raise NotFound(say("no_such_build"))
        return found[0]

    async def latest(self) -> Build | None:
        """The build that was started last."""
        await self._reap_stale(self._context.clock())
        async with self._context.db.read() as tx:
            found = await _read(tx)
        return found[0] if found else None

    async def cancel(self, build_id: str, *, by: str) -> None:
        """Stop a build, whichever process follows it; one that has ended stays as it is."""
        now = self._context.clock()
        async with self._context.db.write() as tx:
            running = (builds.c.id == build_id, builds.c.state == "running")
            done = await tx.execute(update(builds).where(*running).values(state="cancelling"))
            if done.rowcount:
                await audit.note(tx, by=by, did="build.cancelled", about="builds", about_id=build_id, now=now)
        if process := self._processes.get(build_id):
            _kill(process)

    def report(self, release: str) -> dict[str, Any] | None:
        """The report of a release, without the words of visitors; None when there is none."""
        return read_report(self._context.settings.releases, release)

    async def replayed(self, tx: Transaction, release: str) -> list[dict[str, Any]]:
        """The messages of visitors that a release treats differently, masked, as far as still kept."""
        report = self.report(release) or {}
        return await _with_words(tx, report.get("replay", {}).get("rows", []))

    async def gates(self, tx: Transaction, release: str) -> list[dict[str, Any]]:
        """The gates of a release, their rows with the masked words of visitors, as far as still kept."""
        gates = (self.report(release) or {}).get("gates", [])
        return [{**gate, "rows": await _with_words(tx, gate.get("rows", []))} for gate in gates]

    async def stop(self) -> None:
        """End what runs: the service stops."""
        self._is_stopping = True
        for process in list(self._processes.values()):
            _kill(process)
        await self._running.all_done()

    async def _run(self, build_id: str, project: Path | MakesProject, asks: list[dict[str, Any]]) -> None:
        ended: dict[str, Any] = {"state": "failed", "sentence": say("build_failed")}
        try:
            process = await self._spawn(project if isinstance(project, Path) else await project())
            self._processes[build_id] = process
            if self._is_stopping:
                _kill(process)
            feeding = asyncio.create_task(_feed(process, asks))
            ended = await self._follow(build_id, process)
            feeding.cancel()
        except Exception as error:  # nobody awaits this: the row must say that it ended
            logger.error("Build %s broke off: %s", build_id, type(error).__name__)
        finally:
            self._processes.pop(build_id, None)
            await self._end(build_id, ended)

    async def _spawn(self, project: Path) -> asyncio.subprocess.Process:
        settings = self._context.settings
        log = settings.var / "logs" / "build.log"
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as errors:
            return await asyncio.create_subprocess_exec(
                *self._command, "--project", str(project), "--var", str(settings.var),
                "build", "--progress", "--visitors",
                cwd=ROOT, env=os.environ | {"FRONT_DESK_VAR": str(settings.var)},
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=errors,
                limit=MAX_LINE_BYTES, start_new_session=True,
            )  # fmt: skip

    async def _follow(self, build_id: str, process: asyncio.subprocess.Process) -> dict[str, Any]:
        """Read what the process tells until it ends; what is stored at the end."""
        assert process.stdout is not None
        said: dict[str, Any] = {}
        line = asyncio.create_task(process.stdout.readline())
        while True:
            done, _ = await asyncio.wait({line}, timeout=ALIVE_EVERY_S)
            if done and not line.result():
                break
            if done:
                said = _read_line(line.result()) or said
                line = asyncio.create_task(process.stdout.readline())
            if not await self._note(build_id, said):
                _kill(process)
        await process.wait()
        if release := said.get("release"):
            return {"state": "done", "release": str(release), "share": 1.0, "step": "report"}
        problems = said.get("problems") or []
        return {
            "state": "failed",
            "sentence": said.get("failed") or say("build_failed"),
            "problems": problems,
        }

    async def _note(self, build_id: str, said: Mapping[str, Any]) -> bool:
        """Store how far it is; False when somebody has cancelled it."""
        values: dict[str, Any] = {"alive_at": self._context.clock()}
        if said.get("step") in PARTS:
            values |= {"step": said["step"], "share": _share(said)}
        if said.get("report"):
            values["release"] = str(said["report"])
        async with self._context.db.write() as tx:
            mine = (builds.c.id == build_id, builds.c.state == "running")
            is_running = (await tx.execute(update(builds).where(*mine).values(**values))).rowcount == 1
        self._context.pubsub.publish(TOPIC)
        return is_running

    async def _end(self, build_id: str, ended: Mapping[str, Any]) -> None:
        now = self._context.clock()
        if ended["state"] == "done":  # before anybody can read that it is done
            point_at_candidate(self._context.settings.releases, str(ended["release"]))
        async with self._context.db.write() as tx:
            is_cancelled = bool(await _read(tx, builds.c.id == build_id, builds.c.state == "cancelling"))
            if is_cancelled and ended["state"] != "done":
                ended = {"state": "cancelled"}
            if ended["state"] == "done":
                report = self.report(str(ended["release"])) or {}
                await own_test_results.keep(tx, str(ended["release"]), report, now=now)
            values = {**ended, "slot": None, "ended_at": now, "alive_at": now}
            await tx.execute(update(builds).where(builds.c.id == build_id).values(**values))
        self._context.pubsub.publish(TOPIC)

    async def _reap_stale(self, now: datetime) -> None:
        """Give the slot of a build back whose process was killed with the service."""
        lost = (builds.c.slot.is_not(None), builds.c.alive_at < now - DEAD_AFTER)
        values = {"slot": None, "state": "failed", "sentence": say("build_stopped"), "ended_at": now}
        async with self._context.db.read() as tx:
            if not (await tx.execute(select(builds.c.id).where(*lost))).first():
                return
        async with self._context.db.write() as tx:
            await tx.execute(update(builds).where(*lost).values(**values))


def is_testing(build: Build, release: str) -> bool:
    """Whether a build still holds practice conversations with a release that can be read already."""
    return build.release == release and build.state in ("running", "cancelling")


async def being_tested(tx: Transaction, release: str) -> bool:
    """Whether any build does."""
    return any(is_testing(build, release) for build in await _read(tx, builds.c.release == release))


async def _with_words(tx: Transaction, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that name a visitor's message by id, with its masked words; others as they are."""
    ids = [str(row["id"]) for row in rows if row.get("id")]
    texts = await replay_samples.texts(tx, ids) if ids else {}
    return [{**row, "text": texts.get(str(row["id"]))} if row.get("id") else row for row in rows]


def read_report(releases: Path, release: str) -> dict[str, Any] | None:
    """Read the report of a release folder."""
    try:
        return dict(json.loads((releases / release / "report.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def point_at_candidate(releases: Path, release: str) -> None:
    """Ask the supervisor for a bot of this release, beside the published one."""
    draft = releases / "candidate.next"
    draft.write_text(f"{release}\n", encoding="utf-8")
    draft.replace(releases / "candidate")


async def _feed(process: asyncio.subprocess.Process, asks: list[dict[str, Any]]) -> None:
    assert process.stdin is not None
    with contextlib.suppress(ConnectionError):  # it ended early and says why itself
        for ask in asks:
            process.stdin.write(json.dumps(ask).encode() + b"\n")
            await process.stdin.drain()
        process.stdin.close()


def _read_line(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _share(said: Mapping[str, Any]) -> float:
    start, end = PARTS[said["step"]]
    return round(start + (end - start) * min(1.0, max(0.0, float(said.get("share") or 0.0))), 3)


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()


async def _read(tx: Transaction, *conditions: Any) -> list[Build]:
    columns = [builds.c[name] for name in Build.__dataclass_fields__]
    query = select(*columns).where(*conditions).order_by(builds.c.started_at.desc())
    return [Build(**row) for row in (await tx.execute(query)).mappings()]
