"""Which bot answers: the one whose model is the published release's, as the supervisor tells.

The supervisor writes `releases/bots.json`. Without it (tests, a bot started by hand) there is the
one bot of the settings. So a switch is nothing but the pointer; turns that began go on where they
began.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from web.bot.client import Bot, Interpretation, Similar, TurnResult
from web.bot.manifest import Manifests
from web.core.errors import BotError, BotUnreachable

logger = logging.getLogger(__name__)

STATE_FILE, CANDIDATE = "bots.json", "candidate"
LOOK_EVERY_S = 0.1
FAILED_FOR_S = 5.0


@dataclass(frozen=True)
class Running:
    """One bot that the supervisor runs."""

    release: str
    learnt: str
    url: str
    is_ready: bool


class Bots:
    """All bots of this machine, behind the one that is published."""

    def __init__(
        self, releases: Path, manifests: Manifests, *, url: str, token: str, timeout_s: float
    ) -> None:
        self._state = releases / STATE_FILE
        self._candidate = releases / CANDIDATE
        self._manifests = manifests
        self._token = token
        self._timeout_s = timeout_s
        self._only = self._client(url)
        self._clients = {url: self._only}
        self._seen: tuple[Any, list[Running]] = (None, [])
        self._refused: frozenset[str] = frozenset()
        self._at_work: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._failed_at_s: dict[str, float] = {}

    async def turn(self, request: Mapping[str, Any]) -> TurnResult:
        """Run one turn with a bot of the published release; raises what `Bot.turn` raises.

        Of several the one with the least to do; one that has just failed is asked last.
        """
        bot = self._published()
        self._asked[bot.url] += 1
        self._at_work[bot.url] += 1
        try:
            result = await bot.turn(request)
        except BotError:
            self._failed_at_s[bot.url] = time.monotonic()
            raise
        finally:
            self._at_work[bot.url] -= 1
        self._failed_at_s.pop(bot.url, None)
        return result

    @property
    def may_be_down(self) -> bool:
        """Whether the last turn failed, or no bot here is ready: worth a look (`web/chat/health.py`)."""
        running = self._running()
        if not running:
            return self._only.url in self._failed_at_s
        has_failed = any(bot.url in self._failed_at_s for bot in running)
        return has_failed or not any(bot.is_ready for bot in running)

    async def similar(
        self, texts: Sequence[str], limit: int = 5, *, release: str | None = None
    ) -> list[list[Similar]]:
        """Known questions near to each text, in the published release or another that is warm.

        Raises BotUnreachable when that release has no bot now.
        """
        return await self._serving(release).similar(texts, limit)

    async def understood(
        self, texts: Sequence[str], limit: int = 5, *, vectors: bool = False, release: str | None = None
    ) -> list[Interpretation]:
        """What would become of each text, with the published release's bot or another that is warm.

        Raises BotUnreachable when that release has no bot now.
        """
        return await self._serving(release).understood(texts, limit, vectors=vectors)

    async def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        """The meaning of each text as a unit vector, from the published release's bot."""
        return await self._published().vectors(texts)

    async def turn_of(self, release: str, request: Mapping[str, Any]) -> TurnResult:
        """Run one turn with a certain release's bot, to try it. Raises as `similar` does."""
        return await self._serving(release).turn(request)

    @property
    def is_supervised(self) -> bool:
        """Whether a supervisor starts and stops bots here."""
        return self._state.exists()

    def is_warm(self, release: str) -> bool:
        """Whether a bot is ready that can serve this release."""
        learnt = self._learnt(release)
        return any(
            bot.is_ready and (bot.release == release or bot.learnt == learnt) for bot in self._running()
        )

    def was_given_up(self, release: str) -> bool:
        """Whether the supervisor tried this release, and it did not run here."""
        self._running()
        return bool(self._refused & {self._learnt(release), f"release {release}"})

    async def wait_until_warm(self, release: str, *, timeout_s: float) -> bool:
        """Wait until a bot can serve this release; False when the time is over first."""
        try:
            async with asyncio.timeout(timeout_s):
                while not self.is_warm(release):  # noqa: ASYNC110 (another process writes the file)
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            await client.close()

    def _serving(self, release: str | None) -> Bot:
        """The bot of a release; of the published one, if none is named."""
        bot = self._published() if release is None else self._of(release)
        if bot is None:
            raise BotUnreachable("this release has no bot now")
        return bot

    def _published(self) -> Bot:
        release = self._manifests.published()
        running = self._running()
        if not running:
            return self._only
        bot = self._of(release) or self._stand_in(running, release)
        if bot is None:
            raise BotUnreachable("the published release has no bot now")
        return bot

    def _stand_in(self, running: Sequence[Running], release: str) -> Bot | None:
        """Who answers until the published release's bot is ready (a start, `make train`).

        One that was published before, in its own release's words; never one that is only tried.
        """
        ours = [bot for bot in running if bot.release == release]
        earlier = [bot for bot in running if bot.is_ready and bot.release != self._tried()]
        return next((self._bot_at(bot.url) for bot in (*earlier, *ours)), None)

    def _tried(self) -> str:
        try:
            return self._candidate.read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def _of(self, release: str) -> Bot | None:
        running = self._running()
        if not running:
            return self._only if release == self._manifests.published() else None
        learnt = self._learnt(release)
        fitting = [bot for bot in running if bot.release == release or (learnt and bot.learnt == learnt)]
        fitting.sort(key=self._load)
        ready = fitting[:1] if fitting and (fitting[0].is_ready or len(running) == 1) else []
        return self._bot_at(ready[0].url) if ready else None

    def _load(self, bot: Running) -> tuple[bool, bool, int, int]:
        """What makes a bot the second choice: not ready, failed a moment ago, at work, asked lately."""
        failed_s = time.monotonic() - self._failed_at_s.get(bot.url, -FAILED_FOR_S)
        return (not bot.is_ready, failed_s < FAILED_FOR_S, self._at_work[bot.url], self._asked[bot.url])

    def _learnt(self, release: str) -> str:
        found = self._manifests.of(release)
        return found.learnt if found else ""

    def _running(self) -> list[Running]:
        try:
            seen = self._state.stat()
            mark = (seen.st_mtime_ns, seen.st_ino)
            if mark != self._seen[0]:
                data = json.loads(self._state.read_text(encoding="utf-8"))
                self._seen = (mark, [Running(**bot) for bot in data["bots"]])
                self._refused = frozenset(map(str, data.get("refused", ())))
        except FileNotFoundError:
            self._seen, self._refused = (None, []), frozenset()
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.error("The supervisor's list of bots cannot be read: %s", type(error).__name__)
        return self._seen[1]

    def _bot_at(self, url: str) -> Bot:
        if url not in self._clients:
            self._clients[url] = self._client(url)
        return self._clients[url]

    def _client(self, url: str) -> Bot:
        return Bot(url, token=self._token, timeout_s=self._timeout_s)
