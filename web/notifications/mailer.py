"""What is told outside of the desk, by mail or webhook: a link, no name, no number.

Mail is the first way. What nobody opened in time is told again through the other one, the webhook,
if there is one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr

import aiosmtplib
import httpx

from web.accounts import accounts
from web.core.background import PeriodicTask
from web.core.db import Database, Transaction
from web.core.errors import NotFound
from web.core.settings import Settings
from web.notifications import invitation_mail, on_call, outbox, reply_links, reply_sender
from web.notifications.mailing import blank_mail, recipients_of, send_mail
from web.notifications.on_call import EscalationRule
from web.notifications.outbox import Notification
from web.notifications.push.sender import PushSender

logger = logging.getLogger(__name__)

POLL_S = 15.0
_SUBJECTS = {
    ("callback", False): "Front Desk: somebody asks for a call",
    ("callback", True): "Front Desk: somebody asks for a call",
    ("handoff", False): "Front Desk: somebody asks for a person",
    ("handoff", True): "Front Desk, urgent: please look at the desk",
    ("on_call", False): "Front Desk, on call: a visitor waits and nobody on duty has answered",
    ("on_call", True): "Front Desk, on call, urgent: nobody on duty has answered, please look now",
    ("again", False): "Front Desk: somebody still waits for a person",
    ("again", True): "Front Desk, urgent and still not opened: please look now",
    ("passed", False): "Front Desk: a visitor waits, and the schedule has you at the desk now",
    ("passed_urgent", False): "Front Desk, urgent: the schedule has you at the desk now, please look now",
    ("review", False): "Front Desk: a colleague asks you to look at an answer",
    ("assigned", False): "Front Desk: an answer was assigned to you",
    ("due", False): "Front Desk: an answer that is assigned to you is due",
    ("comment", False): "Front Desk: somebody wrote about an answer",
    ("published", False): "Front Desk: the scheduled release is published",
    ("not_published", False): "Front Desk: the scheduled release was not published",
}


class Mailer:
    """Empties the outbox, one parcel after the other."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        clock: Callable[[], datetime],
        *,
        clinic: Callable[[], str] = lambda: "Front Desk",
        push: PushSender | None = None,
    ) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._clinic = clinic  # its name, for mails to visitors
        self._push = push  # tells devices of the same things
        self._task = PeriodicTask(self._send_all, failure="Outbox could not be read", every_s=POLL_S)

    def start(self) -> None:
        """Begin to work, if there is a way to tell anybody."""
        if self._settings.can_tell or self._settings.reply_ways:
            self._task.start()
        if self._push:
            self._push.start()

    async def stop(self) -> None:
        """Stop working; what is not sent stays in the outbox."""
        await self._task.stop()
        if self._push:
            await self._push.stop()

    def wake(self) -> None:
        """Say that there may be mail. Call it after the commit."""
        self._task.wake()
        if self._push:
            self._push.wake()

    async def _send_all(self) -> None:
        while await self.send_one():
            pass

    async def send_one(self) -> bool:
        """Send the next mail that is due; False when there is none."""
        limits = self._settings.limits
        lease = timedelta(seconds=2 * limits.mail_timeout_s)
        async with self._db.write() as tx:
            parcel = await outbox.claim_due(tx, now=self._clock(), lease=lease)
            to = await _address_of(tx, parcel) if parcel else ""
        if parcel is None:
            return False
        try:
            await self._task.wait_for(self._deliver(parcel, to=to))
        except (aiosmtplib.SMTPException, httpx.HTTPError, OSError, ValueError) as error:
            await self._failed(parcel, error)
        else:
            async with self._db.write() as tx:
                await outbox.mark_sent(tx, parcel, now=self._clock())
                if parcel.about == reply_links.ABOUT:
                    await reply_links.mark_sent(tx, parcel.about_id, now=self._clock())
        return True

    async def send_invitation(self, *, name: str, sign_in_name: str, link: str) -> bool | None:
        """Mail somebody the link to choose a password; None where mail cannot reach them."""
        if not invitation_mail.can_mail(self._settings, sign_in_name):
            return None
        return await invitation_mail.send_invitation(
            self._settings, name=name, sign_in_name=sign_in_name, link=link, clinic=self._clinic()
        )

    async def _deliver(self, parcel: Notification, *, to: str) -> None:
        if parcel.about == on_call.ABOUT:
            async with self._db.read() as tx:
                rule = await on_call.rule(tx)
            await deliver(self._settings, parcel, rule=rule)
            return
        if parcel.about != reply_links.ABOUT:
            await deliver(self._settings, parcel, to=to)
            return
        async with self._db.read() as tx:
            letter = await reply_links.letter_of(tx, parcel.about_id)
        if letter is not None:  # else the chat was deleted, or the visitor wants no mail any more
            now = self._clock()
            await reply_sender.deliver(
                self._settings, letter, parcel_id=parcel.id, clinic=self._clinic(), now=now
            )

    async def _failed(self, parcel: Notification, error: Exception) -> None:
        # A mail server's words may quote an address: the record keeps the kind of failure only.
        problem = type(error).__name__
        is_reply = parcel.about == reply_links.ABOUT
        is_final = is_reply and reply_sender.is_final(error)
        retries_s = () if is_final else self._settings.limits.mail_retries_s
        async with self._db.write() as tx:
            is_dead = await outbox.mark_failed(
                tx, parcel, problem=problem, retries_s=retries_s, now=self._clock()
            )
            if is_dead and is_reply:
                await reply_links.mark_failed(tx, parcel.about_id, problem="refused" if is_final else problem)
        if is_dead:
            logger.error("Mail %s about %s %s is given up: %s", parcel.id, parcel.about,
                         parcel.about_id, problem)  # fmt: skip
        else:
            logger.warning("Mail %s not sent yet: %s", parcel.id, problem)


async def _address_of(tx: Transaction, parcel: Notification) -> str:
    """The mail address of whom it is for; none: it goes to the clinic's mailbox."""
    if not parcel.account_id:
        return ""
    try:
        account = await accounts.get(tx, parcel.account_id)
    except NotFound:
        return ""
    is_address = account.is_open and "@" in parseaddr(account.sign_in_name)[1]
    return account.sign_in_name if is_address else ""


def by_webhook(settings: Settings, parcel: Notification) -> bool:
    """Whether a parcel goes to the webhook: the second way, and the only one without mail."""
    return bool(settings.webhook_url) and (parcel.about == "again" or not settings.has_mailbox)


async def deliver(
    settings: Settings, parcel: Notification, *, to: str = "", rule: EscalationRule | None = None
) -> None:
    """Tell of one parcel. Raises SMTPException, HTTPError or OSError when it did not arrive."""
    way = on_call.can_reach(settings, rule) if rule else ""
    if way == "webhook" or (not way and by_webhook(settings, parcel)):
        await call(settings, parcel)
        return
    address = rule.address if rule and way == "address" else to
    await send_mail(settings, compose(settings, parcel, to=address))


async def call(settings: Settings, parcel: Notification) -> None:
    """Post one sentence and the link to the webhook, in the form that team chats take."""
    await post(settings, f"{_SUBJECTS[parcel.about, parcel.urgent]}. {settings.public_url}{parcel.path}")


async def post(settings: Settings, words: str) -> None:
    """Post a sentence to the webhook. Raises HTTPError or OSError."""
    async with httpx.AsyncClient(timeout=settings.limits.mail_timeout_s, trust_env=False) as client:
        (await client.post(settings.webhook_url, json={"text": words})).raise_for_status()


def compose(settings: Settings, parcel: Notification, *, to: str = "") -> EmailMessage:
    """Write the mail about one thing: what kind of thing, and where to read it."""
    is_studio = parcel.account_id and not parcel.path.startswith("/desk")
    where = "in the studio" if is_studio else "at the desk of the website's chat"
    return letter(
        settings,
        _SUBJECTS[parcel.about, parcel.urgent],
        f"There is something new {where}.\n\n"
        f"{settings.public_url}{parcel.path}\n\n"
        "This mail holds no name and no number on purpose: please read it there.\n",
        message_id=parcel.id,
        to=to,
    )


def letter(
    settings: Settings, subject: str, text: str, *, message_id: str | None = None, to: str = ""
) -> EmailMessage:
    """Write a mail to the clinic, or `to` one person there."""
    mail = blank_mail(settings, subject, message_id=message_id)
    mail["To"] = to or ", ".join(recipients_of(settings))
    mail.set_content(text)
    return mail
