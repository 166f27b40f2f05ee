"""What somebody who asks for a call wants to talk about, and how they put name, number and time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
# Of these what the visitor wrote may hold more than was taken down: a condition, a doubt, a "not".
DETAILS = frozenset({"inform", "correct_details", "hold", "refuse_details", "ask_about_call"})
MOST_TOLD = 8


@dataclass
class CallWords:
    """A visitor's own words: about the matter, and while they asked for the call."""

    about: str = ""
    told: list[str] = field(default_factory=list)


async def before_the_form(tx: Transaction, conversation_ids: Iterable[str]) -> dict[str, str]:
    """The last words of each visitor that were no detail of the form; else their first words."""
    return {id_: words.about for id_, words in (await in_their_words(tx, conversation_ids)).items()}


async def in_their_words(tx: Transaction, conversation_ids: Iterable[str]) -> dict[str, CallWords]:
    """What each visitor wants to talk about, and whole, what they wrote in the form."""
    found = await tx.execute(
        select(messages.c.conversation_id, messages.c.text, turns.c.understood)
        .outerjoin(turns, turns.c.message_id == messages.c.id)
        .where(messages.c.conversation_id.in_(list(conversation_ids)), messages.c.author == "visitor")
        .order_by(messages.c.conversation_id, messages.c.seq)
    )
    words: dict[str, CallWords] = {}
    for conversation_id, text, understood in found:
        intent = _intent(understood)
        if conversation_id not in words:
            words[conversation_id] = CallWords(text)
        elif intent and intent not in OF_THE_FORM:
            words[conversation_id].about = text
        if intent in DETAILS:
            words[conversation_id].told = [*words[conversation_id].told, text][-MOST_TOLD:]
    return words


def _intent(understood: Mapping[str, Any] | None) -> str:
    return str(understood.get("intent") or "none") if understood is not None else ""
