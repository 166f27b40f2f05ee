"""Reminds by mail of reviews and assigned work that are due; the studio's first page says it too."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from email.message import EmailMessage

import aiosmtplib

from web.context import AppContext
from web.core.background import PeriodicTask
from web.notifications import mailer
from web.notifications.mailing import send_mail
from web.studio import review_dates, workspace
from web.studio.review_dates import Due
from web.studio.teamwork import assignments

logger = logging.getLogger(__name__)

EVERY_S = 3600.0
FIRST_AFTER_S = 30.0


class ReviewReminders:
    """One task; with several processes, each reminder is claimed by one of them."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._task = PeriodicTask(
            self.look,
            failure="Reminders could not be looked up",
            every_s=EVERY_S,
            first_after_s=FIRST_AFTER_S,
        )

    def start(self) -> None:
        """Begin, if there is a mailbox at all."""
        if self._context.settings.has_mailbox:
            self._task.start()

    async def stop(self) -> None:
        """Stop; what was not sent is sent after the next start."""
        await self._task.stop()

    async def look(self) -> int:
        """Send what is due now; the answer is of how many answers the mail speaks."""
        context = self._context
        now = context.clock()
        async with context.db.read(long=True) as tx:  # with thousands of answers nobody may write meanwhile
            seen = await workspace.load(tx, context.settings, today=now.date())
        async with context.db.write() as tx:
            told = await review_dates.claim(tx, review_dates.due(seen), now=now)
            await assignments.remind(tx, context.settings, now=now, today=now.date())
        if not told:
            return 0
        try:
            await send_mail(context.settings, self._compose(told))
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            logger.warning("Reminders did not leave yet: %s", type(error).__name__)
            async with context.db.write() as tx:
                await review_dates.give_back(tx, told)
            return 0
        return len(told)

    def _compose(self, told: Sequence[Due]) -> EmailMessage:
        count = len(told)
        what = "1 answer is" if count == 1 else f"{count} answers are"
        lines = [f"- {each.title}: {each.in_words}" for each in told]
        body = [f"{what} due for review:", "", *lines, "", f"{self._context.settings.public_url}/studio"]
        return mailer.letter(self._context.settings, f"Front Desk: {what} due for review", "\n".join(body))
