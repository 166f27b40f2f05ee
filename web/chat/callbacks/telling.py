"""What the bot may tell of a request, and messages that tell who is to be called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Any

from sqlalchemy import RowMapping, select, update

from content.opening_hours import SPANISH_MONTHS, clock_in_words
from web.chat.callbacks.fields import TELLING
from web.core.db import Transaction
from web.core.pii import tells
from web.schema import callbacks, messages
from web.schema.sealed import Secret


def facts_of(requests: Sequence[RowMapping], *, zone: tzinfo | None, language: str) -> dict[str, Any]:
    """What the bot may tell a visitor of an open request: that there is one, since when, if it is seen."""
    if not requests:
        return {"call_is_open": False, "call_is_seen": False}
    newest = requests[0]
    is_seen = newest["state"] != "new" or newest["claimed_at"] is not None
    local = (newest["consented_at"] or newest["created_at"]).astimezone(zone or UTC)
    day, clock = f"{local:%B} {local.day}", clock_in_words(local.time())
    words = f"{day} at {clock}"
    if language == "es":
        words = f"{local.day} de {SPANISH_MONTHS[local.month - 1]}, {clock}"
    known = {"call_is_open": True, "call_is_seen": is_seen}
    return known | ({"call_sent_at": words} if zone else {})


async def seal_messages(tx: Transaction, conversation_id: str) -> None:
    """Seal the messages of a chat that repeat a name, number or address left for a call."""
    mine = callbacks.c.conversation_id == conversation_id
    left = await tx.execute(select(*(callbacks.c[name] for name in TELLING)).where(mine))
    details = [detail for row in left for detail in row if detail]
    said = select(messages.c.id, messages.c.text).where(messages.c.conversation_id == conversation_id)
    for row in (await tx.execute(said)).all() if details else ():
        if tells(row.text, details):
            change = update(messages).where(messages.c.id == row.id)
            await tx.execute(change.values(text=Secret(row.text)))
