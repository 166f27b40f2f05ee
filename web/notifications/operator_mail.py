"""What the machine tells whoever looks after it, by mail and webhook at once: a sentence, no details."""

from __future__ import annotations

import logging
from collections.abc import Awaitable

import aiosmtplib
import httpx

from web.core.settings import Settings
from web.notifications import mailer
from web.notifications.mailing import send_mail

logger = logging.getLogger(__name__)

# By the name of the chore that failed.
TOLD = {
    "backup": (
        "Front Desk: the nightly backup failed",
        "Since the last backup nothing is safe against a broken disk.\n\n"
        "On the server: front-desk doctor; journalctl -u front-desk-backup",
    ),
    "drill": (
        "Front Desk: the newest backup could not be restored when it was tried",
        "A backup that cannot be restored is none.\n\n"
        "On the server: front-desk doctor; journalctl -u front-desk-drill",
    ),
}


async def tell(settings: Settings, name: str) -> bool:
    """Tell of a chore that failed, by every way there is; False when none worked."""
    subject, text = TOLD[name]
    arrived = False
    if settings.has_mailbox:
        arrived |= await _tried("mail", send_mail(settings, mailer.letter(settings, subject, f"{text}\n")))
    if settings.webhook_url:
        arrived |= await _tried("webhook", mailer.post(settings, f"{subject}. {text}"))
    return arrived


async def _tried(way: str, work: Awaitable[None]) -> bool:
    try:
        await work
    except (aiosmtplib.SMTPException, httpx.HTTPError, OSError, ValueError) as error:
        logger.warning("The operator was not told by %s: %s", way, type(error).__name__)
        return False
    return True
