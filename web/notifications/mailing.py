"""Mails: how each one begins, and how it is handed to the server of SMTP_URL."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

import aiosmtplib

from web.core.settings import Settings, is_loopback


def recipients_of(settings: Settings) -> list[str]:
    """Whom the clinic's own mails go to."""
    return [address.strip() for address in settings.mail_to.split(",")]


def blank_mail(settings: Settings, subject: str, *, message_id: str | None = None) -> EmailMessage:
    """Begin a mail that is to nobody yet and says nothing."""
    user = unquote(urlsplit(settings.smtp_url).username or "")
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = user if "@" in user else recipients_of(settings)[0]
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(idstring=message_id, domain="front-desk.invalid")
    mail["Auto-Submitted"] = "auto-generated"
    return mail


async def send_mail(settings: Settings, mail: EmailMessage) -> None:
    """Hand one mail to the server of SMTP_URL. Raises SMTPException or OSError."""
    parts = urlsplit(settings.smtp_url)
    host = parts.hostname or ""
    is_tls = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    await aiosmtplib.send(
        mail,
        hostname=host,
        port=parts.port or (465 if is_tls else 587),
        username=user or None,
        password=password or None,
        use_tls=is_tls,
        # A password travels encrypted, or only inside this machine.
        start_tls=None if is_tls or is_loopback(host) or not password else True,
        timeout=settings.limits.mail_timeout_s,
    )
