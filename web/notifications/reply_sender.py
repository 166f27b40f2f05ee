"""Sends a visitor the link to an answer: by mail, or to whoever sends text messages for the clinic.

What leaves names the clinic and holds the link; no word of the chat, no name, nothing about health.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from email.message import EmailMessage
from email.utils import formataddr

import aiosmtplib
import httpx

from web.core.i18n import say
from web.core.settings import Settings
from web.notifications.mailing import blank_mail, send_mail
from web.notifications.reply_links import ReplyLetter

# Who sends text messages may refuse one for good; what is busy or too slow is asked again.
_ASK_AGAIN = (408, 425, 429)


async def deliver(
    settings: Settings, letter: ReplyLetter, *, parcel_id: str, clinic: str, now: datetime
) -> None:
    """Send one. Raises SMTPException, HTTPError or OSError when it did not arrive."""
    if letter.way == "email":
        await send_mail(settings, compose(settings, letter, parcel_id=parcel_id, clinic=clinic))
    else:
        await post(settings, letter, parcel_id=parcel_id, clinic=clinic, now=now)


def compose(settings: Settings, letter: ReplyLetter, *, parcel_id: str, clinic: str) -> EmailMessage:
    """Write the mail: who writes, the link, how long it is good."""
    values = {"clinic": clinic, "link": link_of(settings, letter), "days": _days(settings)}
    mail = blank_mail(settings, say("reply_mail_subject", letter.language, **values), message_id=parcel_id)
    mail["To"] = letter.address
    sender = str(mail["From"])
    del mail["From"]
    mail["From"] = formataddr((clinic, sender))
    mail.set_content(say("reply_mail_text", letter.language, **values))
    return mail


async def post(
    settings: Settings, letter: ReplyLetter, *, parcel_id: str, clinic: str, now: datetime
) -> None:
    """Hand a text message to the webhook (docs/operators.md has the contract). Raises HTTPError, OSError."""
    values = {"clinic": clinic, "link": link_of(settings, letter)}
    text = say("reply_sms_text", letter.language, **values)
    body = json.dumps({"id": parcel_id, "to": letter.address, "text": text}).encode()
    sent_at = str(int(now.timestamp()))
    headers = {
        "content-type": "application/json",
        "x-front-desk-timestamp": sent_at,
        "x-front-desk-signature": f"sha256={signature_of(settings.sms_webhook_secret, sent_at, body)}",
    }
    async with httpx.AsyncClient(timeout=settings.limits.mail_timeout_s, trust_env=False) as client:
        (await client.post(settings.sms_webhook_url, content=body, headers=headers)).raise_for_status()


def signature_of(secret: str, sent_at: str, body: bytes) -> str:
    """The HMAC-SHA-256 over the time, a point and the body, in hexadecimal digits."""
    return hmac.new(secret.encode(), f"{sent_at}.".encode() + body, hashlib.sha256).hexdigest()


def link_of(settings: Settings, letter: ReplyLetter) -> str:
    """The page that opens the chat. What stands behind the # is sent to no server, and stands in no log."""
    return f"{settings.public_url}/chat/back?language={letter.language}#{letter.token}"


def is_final(error: Exception) -> bool:
    """Whether trying again is of no use: the address was refused for good."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(each.code >= 500 for each in error.recipients)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return error.code in (550, 551, 553)
    if isinstance(error, httpx.HTTPStatusError):
        status = error.response.status_code
        return 400 <= status < 500 and status not in _ASK_AGAIN
    return False


def _days(settings: Settings) -> str:
    return str(round(settings.limits.reply_link_days))
