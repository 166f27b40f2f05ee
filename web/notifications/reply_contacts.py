"""Where a visitor agreed to hear of an answer: left in the chat, or with a request for a call.

A number that was left for a call is not agreed to for text messages, unless they asked for one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import phonenumbers
from sqlalchemy import delete, select

from web.core.db import Transaction, upsert
from web.core.settings import Settings
from web.schema import callbacks, reply_contacts, reply_links

MAX_ADDRESS_CHARS = 254  # of a mail, RFC 5321
_MAIL = re.compile(r"[^@\s<>,;:\"'()\\]+@[^@\s<>,;.]+(\.[^@\s<>,;.]+)+")
_NOT_ON_ITS_WAY = ("watching", "waiting")


@dataclass(frozen=True)
class ReplyContact:
    """A way to a visitor, and the address there."""

    way: str
    address: str

    @property
    def hint(self) -> str:
        """Enough for its owner to know it again: "r…@example.com", "…4567"."""
        name, at, host = self.address.partition("@")
        return f"{name[0]}…@{host}" if at else f"…{self.address[-4:]}"


def read(text: object, ways: tuple[str, ...]) -> ReplyContact | None:
    """An address or a number as people write it; None when it is none, or there is no way to it."""
    plain = text.strip() if isinstance(text, str) else ""
    if "@" in plain:
        is_good = "email" in ways and len(plain) <= MAX_ADDRESS_CHARS and _MAIL.fullmatch(plain)
        return ReplyContact("email", plain) if is_good else None
    try:
        number = phonenumbers.parse(plain[:40], "US")
    except phonenumbers.NumberParseException:
        return None
    if "sms" not in ways or not phonenumbers.is_valid_number(number):
        return None
    return ReplyContact("sms", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


async def keep(tx: Transaction, conversation_id: str, contact: ReplyContact, *, now: datetime) -> None:
    """Keep where a visitor wants to hear of an answer; another one takes its place."""
    values = {"way": contact.way, "address": contact.address, "consented_at": now}
    await upsert(tx, reply_contacts, {"conversation_id": conversation_id}, values)


async def take_back(tx: Transaction, conversation_id: str) -> None:
    """Forget it, and send nothing any more that has not left."""
    await tx.execute(delete(reply_contacts).where(reply_contacts.c.conversation_id == conversation_id))
    mine = (reply_links.c.conversation_id == conversation_id, reply_links.c.state.in_(_NOT_ON_ITS_WAY))
    await tx.execute(delete(reply_links).where(*mine))


async def left_in_chat(tx: Transaction, conversation_id: str) -> ReplyContact | None:
    """What the visitor left in the chat for this."""
    mine = reply_contacts.c.conversation_id == conversation_id
    row = (await tx.execute(select(reply_contacts.c.way, reply_contacts.c.address).where(mine))).first()
    return ReplyContact(row.way, row.address) if row else None


async def of_conversation(tx: Transaction, conversation_id: str, settings: Settings) -> ReplyContact | None:
    """Where this visitor is told of an answer; None when they agreed to nothing that can be used."""
    left = await left_in_chat(tx, conversation_id)
    if left is not None and left.way in settings.reply_ways:
        return left
    agreed = (callbacks.c.conversation_id == conversation_id, callbacks.c.consented_at.is_not(None))
    query = select(callbacks.c.email, callbacks.c.phone, callbacks.c.channel)
    mine = query.where(*agreed, callbacks.c.state != "cancelled").order_by(callbacks.c.created_at.desc())
    for row in await tx.execute(mine):
        if row.email and "email" in settings.reply_ways:
            return ReplyContact("email", row.email)
        if row.phone and row.channel == "text" and "sms" in settings.reply_ways:
            return ReplyContact("sms", row.phone)
    return None
