"""Finds out about all answers before anybody opens the studio: with thousands that takes seconds, once."""

from __future__ import annotations

import asyncio

from web.context import AppContext
from web.core.background import PeriodicTask
from web.studio import workspace

FIRST_AFTER_S = 5.0  # visitors and the bot come first at a start
# Again for what another process stored meanwhile, and for dates that are over since midnight; when
# nothing has changed a look is four short statements.
EVERY_S = 300.0


class WorkspaceWarmUp:
    """One task in each process: what it finds out is kept in this process (`web/studio/workspace.py`)."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._task = PeriodicTask(
            self.look,
            failure="The studio could not be made ready",
            every_s=EVERY_S,
            first_after_s=FIRST_AFTER_S,
        )

    def start(self) -> None:
        """Begin, some seconds from now."""
        self._task.start()

    async def stop(self) -> None:
        """Let a look that is under way end."""
        await self._task.stop()

    async def look(self) -> None:
        """Judge every answer, and find what is wrong with it."""
        context = self._context
        async with context.db.read(long=True) as tx:
            desk = await workspace.load(tx, context.settings, today=context.clock().date())
        await asyncio.to_thread(desk.stops)
