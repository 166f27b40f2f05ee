"""Mails somebody the link by which they choose a password.

It leaves at once and not through the outbox: the record keeps only a hash of the link, and whoever
invites sees whether it left, with the link to hand on otherwise.
"""

from __future__ import annotations

import logging
from email.utils import formataddr

import aiosmtplib

from web.core.settings import Settings
from web.notifications import reply_contacts
from web.notifications.mailing import blank_mail, send_mail

logger = logging.getLogger(__name__)
_TEXT = """Hello {name},

{clinic} uses Front Desk to answer the visitors of its website. With this link you choose your password:

{link}

It works once, within {days} days. Whoever has it can choose the password, so please forward it to nobody.
You sign in as {sign_in_name}. If you did not expect this, please ask your clinic.
"""


def can_mail(settings: Settings, sign_in_name: str) -> bool:
    """Whether there is a mailbox, and the sign-in name is an address."""
    return settings.has_mailbox and reply_contacts.read(sign_in_name, ("email",)) is not None


async def send_invitation(
    settings: Settings, *, name: str, sign_in_name: str, link: str, clinic: str
) -> bool:
    """Mail a link; False when the mail server did not take it, which the log says by its kind."""
    mail = blank_mail(settings, f"{clinic}: choose your password for Front Desk")
    sender = str(mail["From"])
    mail.replace_header("From", formataddr((clinic, sender)))
    mail["To"] = sign_in_name
    days = round(settings.limits.invitation_days)
    mail.set_content(_TEXT.format(name=name, clinic=clinic, link=link, days=days, sign_in_name=sign_in_name))
    try:
        await send_mail(settings, mail)
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        logger.warning("An invitation could not be mailed: %s", type(error).__name__)
        return False
    return True
