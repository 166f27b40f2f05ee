"""Which release speaks, for web halves on several machines: the record says it, each points at its own copy.

Every machine has release folders of its own. A publish is written into the record with the hash of the
release's manifest; who finds another one there than it points at, and has exactly that release, warms
it up and points at it. Who has not says so, and goes on with what it has.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from web.context import AppContext
from web.core.background import PeriodicTask
from web.releases import publishing
from web.releases.publishing import fingerprint_of

logger = logging.getLogger(__name__)
LOOK_EVERY_S = 3.0


class Follower:
    """Looks at the record again and again, on PostgreSQL: with SQLite there is one machine."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._missing = ""
        self._task = PeriodicTask(
            self.look, failure="What is published elsewhere could not be checked",
            every_s=LOOK_EVERY_S, retry_after_s=LOOK_EVERY_S,
        )  # fmt: skip

    def start(self) -> None:
        """Begin to look."""
        if not self._context.db.is_sqlite:
            self._task.start()

    async def stop(self) -> None:
        """Look no more."""
        await self._task.stop()

    async def look(self) -> None:
        """Point at what the record says, when it is here. Raises ReleaseNotReady when no bot gets warm."""
        context = self._context
        folder = context.settings.releases
        async with context.db.read() as tx:
            row = await publishing.pointed_at(tx)
        if row is None or self._points_at(row):
            return
        # A publish of this machine moves the pointer before its commit: once more, when that is over.
        async with context.db.write() as tx:
            row = await publishing.pointed_at(tx, when_settled=True)
        if row is None or self._points_at(row):
            return
        before = publishing.published(context)
        if self._of(row.release) != row.fingerprint:
            self._say_missing(row.release)
            return
        if not await asyncio.to_thread(publishing.is_whole, folder / row.release):
            self._say_missing(row.release)
            return
        await publishing.warm_up(context, row.release)
        if publishing.published(context) != before:  # somebody published here meanwhile
            return
        publishing.point(folder, row.release)
        logger.info("Release %s was published on another machine; it speaks here too", row.release)

    def _points_at(self, row: Any) -> bool:
        now = publishing.published(self._context)
        return bool((row.release, row.fingerprint) == (now, self._of(now)))

    def _of(self, release: str) -> str:
        return fingerprint_of(self._context.settings.releases, release)

    def _say_missing(self, release: str) -> None:
        if self._missing != release:
            self._missing = release
            logger.error(
                "Alert: release %s was published on another machine and is incomplete here: copy it to %s.",
                release, self._context.settings.releases / release,
            )  # fmt: skip
