"""What staff should read when there is time: nobody waits for it.

Unsure turns, answers that did not help, visitors who wanted a person and left without a number, and
those who wanted a person or a call and left before anything was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update

from web.accounts.staff import Person
from web.chat import callbacks, handoffs
from web.chat.person_requests import PERSON_INTENT, asks_for_a_person
from web.core.db import Transaction
from web.schema import conversations, new_id, to_reads

UNSURE_OUTCOMES = ("declined", "failed")
UNFINISHED, FORM, WAYS = "unfinished", "callback_form", ("callback_phone", "callback_email")
# They wanted a person or a call, were asked something back, and said no more.
WISHED, WISH_INTENTS = "wished", frozenset({PERSON_INTENT, "callback"})
OPEN_WISHES = (UNFINISHED, WISHED)
MAX_LISTED = 300


async def enqueue(
    tx: Transaction, conversation_id: str, *, reason: str, now: datetime, message_id: str | None = None
) -> None:
    """Put something on the list."""
    await tx.execute(
        insert(to_reads).values(
            id=new_id(),
            conversation_id=conversation_id,
            message_id=message_id,
            reason=reason,
            created_at=now,
        )
    )


async def after_turn(
    tx: Transaction,
    conversation_id: str,
    *,
    message_id: str,
    outcome: str,
    now: datetime,
    events: Iterable[Any] = (),
    asked: Mapping[str, Any] | None = None,
    offered: Iterable[str] = (),
) -> None:
    """Put a turn on the list that the bot could not make anything of, or that leaves a wish open.

    `asked` is what the bot was asked, `offered` the intents of the choices that it gave.
    """
    if outcome in UNSURE_OUTCOMES:
        await enqueue(tx, conversation_id, reason="unsure", now=now, message_id=message_id)
    # Only the last turn says whether a wish is open: it stands on the list when the visitor is gone
    # (`web/desk/queues.py`).
    mine = (to_reads.c.conversation_id == conversation_id, to_reads.c.reason.in_(OPEN_WISHES))
    await tx.execute(delete(to_reads).where(*mine, to_reads.c.read_at.is_(None)))
    wish = _open_wish(events, outcome, asked, offered)
    if wish and not await _is_passed_on(tx, conversation_id, wish):
        await enqueue(tx, conversation_id, reason=wish, now=now, message_id=message_id)


def _open_wish(
    events: Iterable[Any], outcome: str, asked: Mapping[str, Any] | None, offered: Iterable[str]
) -> str:
    """Which wish for a person or a call a turn leaves open; empty for none."""
    is_open, has_number = _form_of(events)
    if is_open:
        return UNFINISHED if has_number else WISHED
    is_meant = bool(asked and asks_for_a_person(asked)) or not WISH_INTENTS.isdisjoint(offered)
    return WISHED if outcome == "asked_back" and is_meant else ""


async def _is_passed_on(tx: Transaction, conversation_id: str, wish: str) -> bool:
    """Whether the team has it already: a call to make or, without a number, somebody who waits."""
    if await callbacks.open_in(tx, conversation_id):
        return True
    return wish == WISHED and await handoffs.open_one(tx, conversation_id) is not None


def _form_of(events: Iterable[Any]) -> tuple[bool, bool]:
    """Whether the form for a call is open, and whether a number or an address was left in it."""
    form, has_number = None, False
    for event in events:
        if event.get("event") == "active_loop":
            form = event.get("name")
        elif event.get("event") == "slot" and event.get("name") in WAYS:
            has_number = has_number or bool(event.get("value"))
    return form == FORM, has_number


async def mark_read(tx: Transaction, conversation_id: str, *, by: Person, now: datetime) -> int:
    """Take a conversation off the list; the answer is how many things were unread."""
    unread = (to_reads.c.conversation_id == conversation_id, to_reads.c.read_at.is_(None))
    read = await tx.execute(update(to_reads).where(*unread).values(read_at=now, read_by=by.id))
    return read.rowcount


async def unread(tx: Transaction, *, of: str | None = None) -> list[RowMapping]:
    """What nobody has read yet, the newest first: of one conversation, or of all."""
    mine = (to_reads.c.conversation_id == of,) if of is not None else ()
    found = await tx.execute(
        select(to_reads, conversations.c.language)
        .join(conversations, conversations.c.id == to_reads.c.conversation_id)
        .where(to_reads.c.read_at.is_(None), *mine)
        .order_by(to_reads.c.created_at.desc())
        .limit(MAX_LISTED)
    )
    return list(found.mappings())
