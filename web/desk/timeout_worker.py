"""Watches the clock of the desk: notes which visitors are there, applies the handoff timeouts."""

from __future__ import annotations

from web.chat import handoffs
from web.context import AppContext
from web.core.background import PeriodicTask
from web.core.pubsub import DESK
from web.desk import away_replies, handoff_timeouts, visitor_presence
from web.notifications import reply_links
from web.notifications.mailer import Mailer


class TimeoutWorker:
    """One task for all conversations; every process has one, and they do not get in each other's way."""

    def __init__(self, context: AppContext, mailer: Mailer) -> None:
        self._context = context
        self._mailer = mailer
        self._sightings = visitor_presence.Sightings()
        self._task = PeriodicTask(
            self.look,
            failure="The desk's watch failed",
            every_s=context.settings.limits.desk_look_every_s,
            first_after_s=context.settings.limits.desk_look_every_s,
        )

    def start(self) -> None:
        """Begin to watch."""
        self._task.start()

    async def stop(self) -> None:
        """Write down what is in memory, then stop."""
        await self._task.stop()
        await self._task.run_once()

    def saw(self, conversation_id: str) -> None:
        """Note that a visitor's page asked for news."""
        self._sightings.saw(conversation_id, self._context.clock())

    async def look(self) -> None:
        """Do everything that is due now."""
        context, now = self._context, self._context.clock()
        seen = self._sightings.take(now)
        if seen:
            async with context.db.write() as tx:
                if await visitor_presence.note_seen(tx, seen):
                    context.pubsub.publish(DESK)
        await self._tell_who_left()
        async with context.db.read() as tx:
            is_any_open = bool(await handoffs.watched_ones(tx))
            state = await context.hours(tx) if is_any_open else None
            scheduled = await context.scheduled(tx) if is_any_open else ()
        if state is None:
            return
        async with context.db.write() as tx:
            changed = await handoff_timeouts.sweep(
                tx,
                patience=context.settings.limits.patience,
                is_open=state.is_open,
                scheduled=scheduled,
                tell=context.settings.can_tell,
                now=now,
            )
        for conversation_id in changed:
            context.pubsub.publish(conversation_id)
        if changed:
            self._mailer.wake()

    async def _tell_who_left(self) -> None:
        """Send links to visitors who did not read what staff wrote."""
        context, now = self._context, self._context.clock()
        async with context.db.read() as tx:
            if not await reply_links.due(tx, now=now):
                return
        async with context.db.write() as tx:
            changed = await away_replies.sweep(tx, now=now)
        for conversation_id in changed:
            context.pubsub.publish(conversation_id)
        self._mailer.wake()
