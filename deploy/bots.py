"""Keeps the bots that the releases want: the published one, and one beside it to try or to go back.

Of the published release there may be several bots (`FRONT_DESK_BOTS`), all with the same model; beside
them never more than one of another release. A bot that is not wanted any more stays warm for a while,
so that an undo is a matter of moments; it is let go for a candidate, or while a build needs the memory,
but not before every turn that it may have begun is over. What runs is told to the web half in
`bots.json`.

A release that is to be tried and cannot run here (of an older version, for example) is given up, and
the pointer to it taken away; whoever points at it anew gets another try.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from deploy.processes import Child, ChildRefused, FileChanged, Say
from deploy.release_pointers import Pointers, WantedRelease, wanted

BESIDE = 1  # bots of another release: one to be tried, or to go back to
LOOK_EVERY_S = 0.2
# While nothing is going on: a pointer that moves is seen a second later, between bots that are warm.
IDLE_LOOK_EVERY_S = 1.0
# Longer than any turn: the web half gives a bot 20 s.
TURNS_END_AFTER_S = 30.0
KEEP_WARM_S = 1800.0
# Far longer than a bot takes to answer its first turn, also on a busy machine.
WARM_UP_WITHIN_S = 300.0
STATE_FILE = "bots.json"

# From what it serves (asked at each start: the newest folder with its model), its port, its number from 0.
StartBot = Callable[[Callable[[], WantedRelease], int, int], Child]
IsWarm = Callable[[str], Awaitable[bool]]  # asks the bot at an address for a turn


@dataclass
class Bot:
    """One bot process and what it serves."""

    serves: WantedRelease
    port: int
    number: int = 0
    child: Child = field(init=False)
    is_ready: bool = False
    was_ever_ready: bool = False
    began_s: float = field(default_factory=time.monotonic)
    unwanted_since_s: float | None = None
    has_had_visitors: bool = False
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Bots:
    """Starts and stops bots as the pointers say, until cancelled."""

    def __init__(
        self,
        releases: Path,
        start: StartBot,
        is_warm: IsWarm,
        *,
        first_port: int,
        copies: int = 1,
        turns_end_after_s: float = TURNS_END_AFTER_S,
        keep_warm_s: float = KEEP_WARM_S,
        warm_up_within_s: float = WARM_UP_WITHIN_S,
        state: Path | None = None,
    ) -> None:
        self._releases = releases
        self._state = state or releases / STATE_FILE  # elsewhere when the releases are read-only
        self._pointers = Pointers(releases)
        self._start_bot = start
        self._is_warm = is_warm
        self._first_port = first_port
        self._copies = copies  # of the published release's bot
        self._turns_end_after_s = turns_end_after_s
        self._keep_warm_s = keep_warm_s
        self._warm_up_within_s = warm_up_within_s
        self._bots: list[Bot] = []
        self._refused: dict[str, float] = {}  # since when, as `Pointers.tried_at_s` counts
        self._told = ""

    def published_url(self) -> str | None:
        """Address of the published release's bot, when it is ready."""
        learnt = next((entry.learnt for entry in wanted(self._releases)), None)
        return next((bot.url for bot in self._bots if bot.is_ready and bot.serves.learnt == learnt), None)

    async def keep(self, say: Say) -> None:
        """Look at the pointers again and again. Raises ChildRefused when the published bot cannot start."""
        try:
            while True:
                await self._look(say)
                self._tell()
                await asyncio.sleep(LOOK_EVERY_S if self._is_busy else IDLE_LOOK_EVERY_S)
        finally:
            await asyncio.gather(*(self._let_go(bot) for bot in list(self._bots)))
            self._state.unlink(missing_ok=True)

    @property
    def _is_busy(self) -> bool:
        """Whether a bot comes or goes."""
        going = any(bot.unwanted_since_s is not None for bot in self._bots)
        return not self._bots or going or not all(bot.is_ready for bot in self._bots)

    async def _look(self, say: Say) -> None:
        pointed_at = self._pointers.wanted()
        await self._reap_stale(pointed_at, say)
        await self._give_up_the_dead(pointed_at, say)
        asked_for = self._startable(pointed_at)
        counts = {entry.learnt: 1 if place else self._copies for place, entry in enumerate(asked_for)}
        self._mark_unwanted(counts)
        for place, entry in enumerate(asked_for):
            mine = self._bots_of(entry)
            for bot in mine:
                bot.serves = entry
                bot.has_had_visitors |= not place
            if len(mine) >= counts[entry.learnt]:
                continue
            if (place or mine) and not all(bot.is_ready for bot in self._bots):
                break  # one start at a time: the published bot comes first
            if len(self._bots) >= self._copies + BESIDE and not await self._make_room():
                break
            await self._begin(entry, say)
        await self._let_old_ones_go()

    def _startable(self, pointed_at: list[WantedRelease]) -> list[WantedRelease]:
        """What is pointed at without what cannot run here; a pointer to that goes."""
        refused = [entry for entry in pointed_at if self._is_refused(entry)]
        if refused:
            self._pointers.clear({entry.release for entry in refused})
        return [entry for entry in pointed_at if entry not in refused]

    def _is_refused(self, entry: WantedRelease) -> bool:
        since_s = self._refused.get(entry.learnt)
        return since_s is not None and self._pointers.tried_at_s() <= since_s

    def _refuse(self, entry: WantedRelease) -> None:
        self._refused[entry.learnt] = time.time()

    async def _give_up_the_dead(self, pointed_at: list[WantedRelease], say: Say) -> None:
        """Let a second bot go that was never ready and has had its time; asking it on would help nobody."""
        for bot in list(self._bots):
            is_published = bool(pointed_at) and bot.serves.learnt == pointed_at[0].learnt
            has_had_its_time = time.monotonic() - bot.began_s > self._warm_up_within_s
            if is_published or bot.was_ever_ready or not has_had_its_time:
                continue
            say(
                f"Release {bot.serves.release} was to be tried and does not answer: this version cannot"
                " run it. It is given up; a new build can be tried."
            )
            self._refuse(bot.serves)
            await self._let_go(bot)

    async def _begin(self, entry: WantedRelease, say: Say) -> None:
        if not await asyncio.to_thread(entry.is_whole):
            self._refuse_changed(entry, say)
            return
        port = self._first_port if all(b.port != self._first_port for b in self._bots) else _free_port()
        taken = {other.number for other in self._bots}
        usual = 0 if port == self._first_port else 1
        bot = Bot(entry, port, next(number for number in count(usual) if number not in taken))
        bot.child = self._start_bot(lambda: bot.serves, port, bot.number)
        # After a crash too: somebody may have changed the model meanwhile.
        bot.child.may_start = lambda: not bot.child.starts or bot.serves.is_whole()
        bot.tasks = [
            asyncio.create_task(bot.child.keep_running(say)),
            asyncio.create_task(self._watch(bot)),
        ]
        self._bots.append(bot)

    def _refuse_changed(self, entry: WantedRelease, say: Say) -> None:
        """Never start a model that was changed; the web half goes on without the bot, and says so."""
        self._refuse(entry)
        say(f"The model of release {entry.release} is not the one that was built: it is not started.")

    async def _watch(self, bot: Bot) -> None:
        """Note when a bot answers, and when it does not any more."""
        while True:
            starts = bot.child.starts
            # The first turn warms it up; only the second one counts.
            for _ in range(2):
                while not await self._is_warm(bot.url):  # noqa: ASYNC110 (another process)
                    await asyncio.sleep(LOOK_EVERY_S)
            bot.is_ready = bot.child.starts == starts
            bot.was_ever_ready |= bot.is_ready
            while bot.child.starts == starts and bot.child.is_running:  # noqa: ASYNC110
                await asyncio.sleep(LOOK_EVERY_S)
            bot.is_ready = False

    async def _reap_stale(self, pointed_at: list[WantedRelease], say: Say) -> None:
        """A bot that refuses to start ends everything when it is the published one, else only itself."""
        for bot in list(self._bots):
            for task in bot.tasks:
                error = task.exception() if task.done() and not task.cancelled() else None
                if error is None:
                    continue
                if isinstance(error, FileChanged):
                    self._refuse_changed(bot.serves, say)
                    await self._let_go(bot)
                    break
                if pointed_at and bot.serves.learnt == pointed_at[0].learnt:
                    raise error
                say(str(error) if isinstance(error, ChildRefused) else f"A bot's watch broke: {error!r}")
                self._refuse(bot.serves)
                await self._let_go(bot)
                break

    def _mark_unwanted(self, counts: Mapping[str, int]) -> None:
        """Of each model so many are wanted, those that are ready first."""
        left = dict(counts)
        for bot in sorted(self._bots, key=lambda bot: not bot.is_ready):
            if left.get(bot.serves.learnt, 0) > 0:
                left[bot.serves.learnt] -= 1
                bot.unwanted_since_s = None
            elif bot.unwanted_since_s is None:
                bot.unwanted_since_s = time.monotonic()

    async def _make_room(self) -> bool:
        """Let an unwanted bot go whose turns are over; False while there is none."""
        free = [bot for bot in self._bots if self._unwanted_for_s(bot) >= self._turns_end_after_s]
        if free and any(bot.is_ready for bot in self._bots if bot is not free[0]):
            await self._let_go(free[0])
            return True
        return False

    async def _let_old_ones_go(self) -> None:
        for bot in list(self._bots):
            others_ready = any(other.is_ready for other in self._bots if other is not bot)
            if others_ready and self._unwanted_for_s(bot) >= self._keeps_s(bot):
                await self._let_go(bot)

    def _keeps_s(self, bot: Bot) -> float:
        """How long a bot stays that is not wanted any more; a build needs the memory."""
        if not self._pointers.is_building:
            return max(self._keep_warm_s, self._turns_end_after_s)
        return self._turns_end_after_s if bot.has_had_visitors else 0.0

    async def _let_go(self, bot: Bot) -> None:
        # First out of the list that the web half reads, then out of the world.
        self._bots.remove(bot)
        self._tell()
        for task in bot.tasks:
            task.cancel()
        await asyncio.gather(*bot.tasks, return_exceptions=True)

    def _unwanted_for_s(self, bot: Bot) -> float:
        return time.monotonic() - bot.unwanted_since_s if bot.unwanted_since_s is not None else -1.0

    def _bots_of(self, entry: WantedRelease) -> list[Bot]:
        return [bot for bot in self._bots if bot.serves.learnt == entry.learnt]

    def _given_up(self) -> list[dict[str, str | float]]:
        """What is pointed at and cannot run here; whoever may change the pointer takes it away."""
        pointed_at = wanted(self._releases) if self._refused else []
        refused = [entry for entry in pointed_at if self._is_refused(entry)]
        return [{"release": entry.release, "tried_at_s": self._pointers.tried_at_s()} for entry in refused]

    def _tell(self) -> None:
        told = json.dumps(
            {
                "bots": [
                    {
                        "release": bot.serves.release,
                        "learnt": bot.serves.learnt,
                        "url": bot.url,
                        "is_ready": bot.is_ready,
                    }
                    for bot in self._bots
                ],
                # Tried here, and did not run; and which of them a pointer still names.
                "refused": sorted(self._refused),
                "given_up": self._given_up(),
            }
        )
        if told != self._told:
            draft = self._state.with_name(f"{STATE_FILE}.next")
            with contextlib.suppress(OSError):  # a full disk: the web half keeps the last list
                draft.write_text(told, encoding="utf-8")
                draft.replace(self._state)
                self._told = told


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
