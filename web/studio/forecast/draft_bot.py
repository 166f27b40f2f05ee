"""The published release with its classifier moved on to the drafts, in a process while somebody writes.

It answers what a build would answer (`training/draft_try.py`), within a second or two. While it is not
there (it is getting ready, or too much has changed for it), the studio tells its estimate and says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from web.context import AppContext
from web.core.settings import ROOT

logger = logging.getLogger(__name__)

TRYING = (str(ROOT / ".venv-bot" / "bin" / "python"), "-W", "ignore", "-m", "training")
READY_LIMIT_S, ANSWER_LIMIT_S = 90.0, 20.0
AGAIN_S = 60.0  # after one that did not start
IDLE_S = 150.0  # then its memory is given back
MAX_LINE_BYTES = 4 * 1024 * 1024
How = Literal["tried", "getting_ready", "too_much", "unavailable"]


@dataclass(frozen=True)
class DraftReply:
    """What the drafts make of each text, or why nobody knows yet."""

    how: How
    texts: Sequence[Mapping[str, Any]] = ()
    standing: Mapping[str, Any] | None = None


class DraftBot:
    """Starts the process, asks it one thing at a time, and ends it when nobody asks any more."""

    def __init__(self, context: AppContext, *, command: Sequence[str] = TRYING) -> None:
        self._context = context
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._release = ""
        self._starting: asyncio.Task[None] | None = None
        self._ending: asyncio.TimerHandle | None = None
        self._not_before = 0.0  # of the loop's clock
        self._one_at_a_time = asyncio.Lock()

    async def ask(self, answers: Mapping[str, Any], texts: Sequence[str], *, written: str) -> DraftReply:
        """What becomes of each text with these answers changed; never waits for the process to start."""
        release = self._context.manifests.published()
        if not (self._context.settings.releases / release / "model.tar.gz").is_file():
            return DraftReply("unavailable")
        self._live_on()
        if self._release != release or not self._is_alive():
            self._begin(release)
        if self._starting is not None and not self._starting.done():
            return DraftReply("getting_ready")
        if not self._is_alive():
            return DraftReply("unavailable")
        request = {"answers": answers, "texts": list(texts), "written": written}
        async with self._one_at_a_time:
            return _read(await self._said(request))

    async def wait_until_ready(self) -> None:
        """Wait for a process that is starting."""
        if self._starting is not None:
            await self._starting

    def _is_alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def _begin(self, release: str) -> None:
        is_too_soon = asyncio.get_running_loop().time() < self._not_before
        if not is_too_soon and (self._starting is None or self._starting.done()):
            self._release = release
            self._starting = asyncio.create_task(self._start(release))

    async def _start(self, release: str) -> None:
        self._kill()
        var = self._context.settings.var
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, "--var", str(var), "try-drafts", "--release", release,
                cwd=ROOT, env=os.environ | {"FRONT_DESK_VAR": str(var)},
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL, limit=MAX_LINE_BYTES, start_new_session=True,
            )  # fmt: skip
            self._process = process
            assert process.stdout is not None
            async with asyncio.timeout(READY_LIMIT_S):
                while line := await process.stdout.readline():
                    if _as_object(line).get("ready"):
                        return
            logger.warning("Drafts cannot be tried: the process for it did not start.")
        except (OSError, TimeoutError) as error:
            logger.warning("Drafts cannot be tried: %s", type(error).__name__)
        self._not_before = asyncio.get_running_loop().time() + AGAIN_S
        self._kill()

    async def _said(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return {"error": "gone"}
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                process.stdin.write(json.dumps(request).encode() + b"\n")
                await process.stdin.drain()
                if line := await process.stdout.readline():
                    return _as_object(line)
            raise ConnectionError  # it has ended
        except (OSError, TimeoutError, ValueError) as error:
            # What it says later would be taken for the answer to another question.
            logger.warning("Drafts were not tried: %s", type(error).__name__)
            self._kill()
            return {"error": "gone"}

    def _live_on(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        self._ending = asyncio.get_running_loop().call_later(IDLE_S, self._kill)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    async def stop(self) -> None:
        """End the process: the service stops."""
        if self._ending is not None:
            self._ending.cancel()
        if self._starting is not None and not self._starting.done():
            self._starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._starting
        process = self._process
        self._kill()
        if process is not None:
            await process.wait()


def _read(said: Mapping[str, Any]) -> DraftReply:
    if said.get("error") == "too_much":
        return DraftReply("too_much")
    if not isinstance(said.get("texts"), list):
        return DraftReply("unavailable")
    return DraftReply("tried", said["texts"], said.get("standing"))


def _as_object(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
