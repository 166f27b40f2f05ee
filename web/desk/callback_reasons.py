"""What somebody who asks for a call wants to talk about: their words before name, number and "yes"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from web.core.db import Transaction
from web.schema import messages, turns

# What is said inside the callback form says nothing about the matter.
OF_THE_FORM = frozenset(
    {
        "affirm",
        "ask_about_call",
        "cancel_callback",
        "correct_details",
        "deny",
        "hold",
        "inform",
        "refuse_details",
        "thank",
    }
)


async def before_the_form(tx: Transaction, conversation_ids: Iterable[str]) -> dict[str, str]:
    """The last words of each visitor that were no detail of the form; else their first words."""
    found = await tx.execute(
        select(messages.c.conversation_id, messages.c.text, turns.c.understood)
        .outerjoin(turns, turns.c.message_id == messages.c.id)
        .where(messages.c.conversation_id.in_(list(conversation_ids)), messages.c.author == "visitor")
        .order_by(messages.c.conversation_id, messages.c.seq)
    )
    words: dict[str, str] = {}
    for conversation_id, text, understood in found:
        if conversation_id not in words or _is_about_something(understood):
            words[conversation_id] = text
    return words


def _is_about_something(understood: Mapping[str, Any] | None) -> bool:
    return understood is not None and understood.get("intent") not in OF_THE_FORM
