"""A reply in a chat whose visitor has gone: it is told by a link, and staff see what became of that.

Who was there when staff wrote, and did not read on, has gone too: the link follows by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from web.accounts.staff import Person
from web.chat.away import returning
from web.chat.messages import Message
from web.core import formatting
from web.core.db import Transaction
from web.core.settings import Settings
from web.desk import visitor_presence
from web.desk.conversation_view import Transcript
from web.notifications import reply_contacts, reply_links
from web.notifications.reply_contacts import ReplyContact

_WAYS = {"email": "e-mail", "sms": "text message"}
_PROBLEMS = {"refused": "the address was refused"}


async def after_reply(
    tx: Transaction, conversation_id: str, said: Message, *, by: Person, settings: Settings, now: datetime
) -> None:
    """Tell the visitor of a reply that they are not there to read."""
    # Who has just written is there, though after a start of ours nobody has seen them yet.
    is_here = visitor_presence.is_here(await visitor_presence.last_here(tx, conversation_id), now)
    if not is_here:
        await returning.answered_away(tx, conversation_id, now=now)
    contact = await reply_contacts.of_conversation(tx, conversation_id, settings)
    if contact is None:
        return
    lasts = timedelta(days=settings.limits.reply_link_days)
    await reply_links.plan(
        tx, conversation_id, contact, message_id=said.id, by=by.id, is_here=is_here, lasts=lasts, now=now
    )


async def sweep(tx: Transaction, *, now: datetime) -> list[str]:
    """Send the links of visitors who did not read on; the conversations in which something changed."""
    links = await reply_links.due(tx, now=now)
    seen = await visitor_presence.seen_at(tx, {link["conversation_id"] for link in links})
    for link in links:
        of, seen_at = link["conversation_id"], seen.get(link["conversation_id"])
        if seen_at is not None and seen_at > link["created_at"]:
            await reply_links.was_seen(tx, link["id"])
        else:
            await returning.answered_away(tx, of, now=now)
            await reply_links.send(tx, link, now=now)
    return [link["conversation_id"] for link in links]


async def outlook(
    tx: Transaction, conversation_id: str, settings: Settings, *, now: datetime
) -> tuple[str, str]:
    """By which way and to whom a reply goes now; without an address where no further one is sent today."""
    contact: ReplyContact | None = await reply_contacts.of_conversation(tx, conversation_id, settings)
    if contact is None:
        return "", ""
    may_send = await reply_links.may_send(tx, conversation_id, contact, now=now)
    is_on_its_way = not may_send and await _is_on_its_way(tx, conversation_id, now=now)
    return _WAYS[contact.way], contact.address if may_send or is_on_its_way else ""


async def with_links(tx: Transaction, shown: Transcript, zone: ZoneInfo | None) -> Transcript:
    """Say beside each reply what became of its link."""
    links = await reply_links.of_conversation(tx, shown.conversation_id)
    if not links:
        return shown
    lines = [replace(line, sent=words_of(links.get(line.id), zone)) for line in shown.lines]
    return replace(shown, lines=lines)


def words_of(link: Mapping[str, object] | RowMapping | None, zone: ZoneInfo | None) -> str:
    """What became of a link, in words: "Sent by e-mail 9:14 am, opened 9:20 am"."""
    if link is None or link["state"] == "seen":
        return ""
    way = _WAYS[str(link["way"])]
    if link["state"] == "watching":
        return f"A link goes by {way} unless the visitor reads this in the next minute"
    if link["state"] == "failed":
        why = _PROBLEMS.get(str(link["problem"]), "it could not be delivered")
        return f"Not sent by {way}: {why}"
    opened = f", opened {_at(link['used_at'], zone)}" if link["used_at"] else ""
    if link["state"] == "sent":
        return f"Sent by {way} {_at(link['sent_at'], zone)}{opened}"
    return f"Being sent by {way}"


async def _is_on_its_way(tx: Transaction, conversation_id: str, *, now: datetime) -> bool:
    links = (await reply_links.of_conversation(tx, conversation_id)).values()
    return any(
        link["state"] in ("watching", "waiting", "sent") and not link["used_at"] and link["expires_at"] > now
        for link in links
    )


def _at(moment: object, zone: ZoneInfo | None) -> str:
    return formatting.clock(moment, zone) if isinstance(moment, datetime) else ""
