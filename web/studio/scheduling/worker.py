"""Publishes what is scheduled when its time has come, or says why not."""

from __future__ import annotations

import logging
from datetime import timedelta

from web.context import AppContext
from web.core.background import PeriodicTask
from web.core.errors import Refused, ReleaseNotReady
from web.notifications.mailer import Mailer
from web.releases import publishing
from web.releases.builds import point_at_candidate
from web.studio.scheduling import publishes
from web.studio.scheduling.publishes import ScheduledPublish

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 15.0
# So long before its time a bot is asked for, so that the publishing itself takes a moment.
READY_BEFORE = timedelta(minutes=3)
PATIENCE = timedelta(minutes=30)  # with a bot that does not get ready


class PublishScheduler:
    """One task; with several processes, each publishing is claimed by one of them."""

    def __init__(self, context: AppContext, mailer: Mailer) -> None:
        self._context = context
        self._mailer = mailer
        self._warmed = ""
        self._task = PeriodicTask(
            self.look, failure="What is scheduled could not be looked at", every_s=LOOK_EVERY_S
        )

    def start(self) -> None:
        """Begin to look."""
        self._task.start()

    async def stop(self) -> None:
        """Look no more; what was not published is looked at after the next start."""
        await self._task.stop()

    def wake(self) -> None:
        """Look now."""
        self._task.wake()

    async def look(self) -> None:
        """Publish what is due."""
        context = self._context
        async with context.db.read() as tx:
            found = await publishes.latest(tx)
        if found is None or not found.is_open:
            return
        now = context.clock()
        self._get_ready(found, now >= found.at - READY_BEFORE)
        if now < found.at or not self._is_here(found):
            return
        async with context.db.write() as tx:
            due = await publishes.claim(tx, now=now)
        if due is not None:
            await self._publish(due)

    def _get_ready(self, due: ScheduledPublish, is_time: bool) -> None:
        """Ask for a bot, once; who tries another release meanwhile gets that one."""
        if is_time and due.state == "waiting" and self._warmed != due.id and self._is_here(due):
            point_at_candidate(self._context.settings.releases, due.release)
            self._warmed = due.id

    def _is_here(self, due: ScheduledPublish) -> bool:
        """Whether this machine has the release; after a while it is for any machine to refuse it."""
        is_late = self._context.clock() > due.at + PATIENCE
        return is_late or self._context.manifests.of(due.release) is not None

    async def _publish(self, due: ScheduledPublish) -> None:
        context = self._context
        refusal = ""
        if publishing.published(context) != due.release:  # else somebody did it by hand, or it crashed behind
            async with context.db.read() as tx:
                refusal = await publishes.objection(context, tx, due)
            try:
                if not refusal:
                    await publishing.publish(context, due.release, by=due.scheduled_by)
            except ReleaseNotReady as error:
                if context.clock() < due.at + PATIENCE:
                    await self._put_off(due)
                    return
                refusal = error.sentence
            except Refused as error:
                refusal = error.sentence
        async with context.db.write() as tx:
            await publishes.end(tx, context, due, refusal=refusal, now=context.clock())
        self._mailer.wake()
        logger.info("Release %s was scheduled and is %s", due.release, "refused" if refusal else "published")

    async def _put_off(self, due: ScheduledPublish) -> None:
        logger.warning("Release %s is due and its bot is not ready; it is tried again", due.release)
        async with self._context.db.write() as tx:
            await publishes.put_off(tx, due)
