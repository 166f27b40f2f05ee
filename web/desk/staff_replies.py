"""What staff say to a visitor: their own words, or an approved answer of the published release.

The first words take the conversation over. Whoever speaks is named, and every step is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safety.cleaning import MAX_MESSAGE_CHARS, tidy
from web.accounts.staff import Person
from web.chat import handoff_events, handoffs, messages, turns
from web.chat.messages import Message
from web.chat.turns import GONE
from web.core.db import Transaction
from web.core.errors import IdTaken, MessageRefused, NotFound


@dataclass(frozen=True)
class Approved:
    """An approved answer that staff send: its words are the release's, not theirs."""

    utterance: str
    release: str
    text: str
    language: str
    details: Mapping[str, Any]


async def reply(
    tx: Transaction,
    conversation_id: str,
    *,
    by: Person,
    now: datetime,
    text: str = "",
    approved: Approved | None = None,
    client_id: str | None = None,
) -> Message:
    """Say something to the visitor, and hold the conversation from now on.

    A resend gives back what is stored. Raises HandoffTaken, MessageRefused, NotFound, IdTaken.
    """
    words = approved.text if approved else clean_lines(text, what="A message")
    held = await turns.lock(tx, conversation_id)
    if held is None:
        raise NotFound(GONE)
    known = await messages.by_client_id(tx, conversation_id, client_id) if client_id else None
    if known is not None:
        if known.author != "staff" or known.text != words:
            raise IdTaken("This was sent already with other words. Please send it again.")
        return known
    mine = await handoffs.claim(tx, conversation_id, by=by, now=now)
    said = await messages.append(
        tx,
        conversation_id,
        author="staff",
        text=words,
        language=approved.language if approved else held.language,
        client_id=client_id,
        utterance=approved.utterance if approved else None,
        details={"name": by.name, **_about(approved)},
        now=now,
    )
    did = "sent_answer" if approved else "replied"
    await handoff_events.note(
        tx, conversation_id, mine.handoff_id, did, by=by, now=now, details={"message_id": said.id}
    )
    return said


def clean_lines(raw: str, *, what: str, max_chars: int = MAX_MESSAGE_CHARS) -> str:
    """Clean a text of several lines. Raises MessageRefused with what is wrong."""
    lines = [tidy(line) for line in raw.splitlines()]
    text = "\n".join(lines).strip("\n")
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    if not text:
        raise MessageRefused(f"There is nothing to send yet. {what} needs a few words.")
    if len(text) > max_chars:
        raise MessageRefused(
            f"{what} has at most {max_chars:,} characters; this one has {len(text):,}. Nothing was sent."
        )
    return text


def _about(approved: Approved | None) -> dict[str, Any]:
    if approved is None:
        return {}
    return {**approved.details, "approved": True, "release": approved.release}
