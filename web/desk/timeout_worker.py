"""Watches the clock of the desk: notes which visitors are there, applies the handoff timeouts."""

from __future__ import annotations

import logging

from web.chat import handoffs
from web.context import House
from web.core.background import Stopper, Unfinished
from web.core.pubsub import DESK
from web.desk import handoff_timeouts, visitor_presence
from web.notifications.mailer import Postman

logger = logging.getLogger(__name__)


class DeskWatch:
    """One task for all conversations; every process has one, and they do not get in each other's way."""

    def __init__(self, house: House, postman: Postman) -> None:
        self._house = house
        self._postman = postman
        self._sightings = visitor_presence.Sightings()
        self._stopper = Stopper()
        self._running = Unfinished()

    def start(self) -> None:
        """Begin to watch."""
        self._running.start(self._work())

    async def stop(self) -> None:
        """Write down what is in memory, then stop."""
        self._stopper.stop()
        await self._running.all_done()

    def saw(self, conversation_id: str) -> None:
        """Note that a visitor's page asked for news."""
        self._sightings.saw(conversation_id, self._house.clock())

    async def look(self) -> None:
        """Do everything that is due now."""
        house, now = self._house, self._house.clock()
        seen = self._sightings.take(now)
        if seen:
            async with house.db.write() as tx:
                if await visitor_presence.note(tx, seen):
                    house.hub.publish(DESK)
        async with house.db.read() as tx:
            is_any_open = bool(await handoffs.watched_ones(tx))
            state = await house.hours(tx) if is_any_open else None
        if state is None:
            return
        async with house.db.write() as tx:
            changed = await handoff_timeouts.sweep(
                tx,
                patience=house.settings.limits.patience,
                is_open=state.is_open,
                tell=house.settings.can_tell,
                now=now,
            )
        for conversation_id in changed:
            house.hub.publish(conversation_id)
        if changed:
            self._postman.wake()

    async def _work(self) -> None:
        is_over = False
        while not is_over:
            is_over = await self._stopper.pause(self._house.settings.limits.desk_look_every_s)
            try:
                await self.look()
            except Exception as error:  # the next look tries again
                logger.error("The desk's watch failed: %s", type(error).__name__)
