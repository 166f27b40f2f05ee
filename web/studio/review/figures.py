"""What became of an answer with visitors: how often it was given, rated, handed over, asked on about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from web.core.db import Transaction
from web.help_center import votes
from web.schema import choices, handoffs, messages, ratings, turns

DAYS = 30


@dataclass(frozen=True)
class Figures:
    """Of the last thirty days; `helped` and `not_helped` of the chat and of the answer's page."""

    given: int
    chats: int
    helped: int
    not_helped: int
    handed_over: int
    asked_back: int  # offered when the bot asked which answer was meant
    chosen: int  # and pressed then


async def of_answer(tx: Transaction, answer_id: str, *, now: datetime) -> Figures:
    """Count what stands in the record; what was deleted is not in it."""
    said = (
        messages.c.utterance == f"utter_faq/{answer_id}",
        messages.c.created_at > now - timedelta(days=DAYS),
    )
    rows = select(func.count(), func.count(func.distinct(messages.c.conversation_id))).where(*said)
    given, chats = (await tx.execute(rows)).one()
    rated = select(ratings.c.helpful, func.count()).join(messages, messages.c.id == ratings.c.message_id)
    rows_by_helpful = await tx.execute(rated.where(*said).group_by(ratings.c.helpful))
    counted: dict[bool, int] = {bool(helpful): int(count) for helpful, count in rows_by_helpful}
    after = (
        select(func.count(func.distinct(handoffs.c.conversation_id)))
        .join(messages, messages.c.conversation_id == handoffs.c.conversation_id)
        .where(*said, handoffs.c.wants_person.is_(True), handoffs.c.requested_at >= messages.c.created_at)
    )
    asked_back, chosen = await _offered(tx, answer_id, since=now - timedelta(days=DAYS))
    page = await votes.of(tx, answer_id)
    return Figures(
        given,
        chats,
        counted.get(True, 0) + page.yes,
        counted.get(False, 0) + page.no,
        (await tx.execute(after)).scalar_one(),
        asked_back,
        chosen,
    )


async def _offered(tx: Transaction, answer_id: str, *, since: datetime) -> tuple[int, int]:
    """How often an answer stood among the choices when the bot asked back, and was pressed there."""
    asking, pressed = messages.alias(), messages.alias()
    is_pressed = (pressed.c.choice_id == choices.c.id) & (
        pressed.c.conversation_id == choices.c.conversation_id
    )
    query = (
        select(func.count(func.distinct(asking.c.id)), func.count(func.distinct(pressed.c.id)))
        .select_from(choices)
        .join(asking, asking.c.id == choices.c.message_id)
        .join(turns, turns.c.message_id == asking.c.in_reply_to)
        .outerjoin(pressed, is_pressed)
        .where(
            choices.c.intent == f"faq/{answer_id}",
            choices.c.created_at > since,
            turns.c.outcome == "asked_back",
        )
    )
    offered, taken = (await tx.execute(query)).one()
    return int(offered), int(taken)
