"""Tags of conversations and how they ended, as staff say: to be found again and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from web.accounts.staff import Person
from web.chat import turns
from web.core.db import Transaction
from web.core.errors import BadRequest
from web.schema import conversation_tags, new_id

TAG, OUTCOME = "tag", "outcome"
MAX_TAGS, MAX_TAG_CHARS, MAX_KNOWN = 8, 40, 100
LATELY = 2_000  # so many tags that were given last, of which the names are offered
OUTCOMES = {
    "answered": "Question answered",
    "booked": "Appointment made",
    "call": "We will call them",
    "passed_on": "Passed on to somebody else",
    "gone": "Visitor left before the end",
    "not_ours": "Not for us",
}


@dataclass(frozen=True)
class Labels:
    """What staff said of a conversation."""

    tags: list[str] = field(default_factory=list)
    outcome: str = ""


def read_tags(text: str) -> list[str]:
    """Read tags that are separated by commas. Raises BadRequest in a sentence."""
    tags = list(dict.fromkeys(" ".join(each.split()).lower() for each in text.split(",") if each.strip()))
    if len(tags) > MAX_TAGS or any(len(tag) > MAX_TAG_CHARS for tag in tags):
        raise BadRequest(f"At most {MAX_TAGS} tags of {MAX_TAG_CHARS} characters. Nothing was saved.")
    return tags


async def save(
    tx: Transaction, conversation_id: str, *, tags: Sequence[str], outcome: str, by: Person, now: datetime
) -> None:
    """Set tags and outcome of a conversation. Raises BadRequest, and NotFound when it is gone."""
    if outcome and outcome not in OUTCOMES:
        raise BadRequest("There is no such outcome.")
    await turns.lock_known(tx, conversation_id)
    mine = conversation_tags.c.conversation_id == conversation_id
    await tx.execute(delete(conversation_tags).where(mine))
    named = [(TAG, tag) for tag in tags] + ([(OUTCOME, outcome)] if outcome else [])
    common = {"conversation_id": conversation_id, "by": by.id, "created_at": now}
    for kind, name in named:
        await tx.execute(insert(conversation_tags).values(id=new_id(), kind=kind, name=name, **common))


async def of_conversation(tx: Transaction, conversation_id: str) -> Labels:
    """The tags and the outcome of a conversation."""
    mine = conversation_tags.c.conversation_id == conversation_id
    query = select(conversation_tags.c.kind, conversation_tags.c.name).where(mine)
    rows = (await tx.execute(query.order_by(conversation_tags.c.name))).all()
    outcome = next((row.name for row in rows if row.kind == OUTCOME), "")
    return Labels([row.name for row in rows if row.kind == TAG], outcome)


async def known(tx: Transaction) -> list[str]:
    """The tags that were given lately, the most used first."""
    newest = (
        select(conversation_tags.c.name)
        .where(conversation_tags.c.kind == TAG)
        .order_by(conversation_tags.c.created_at.desc())
        .limit(LATELY)
        .subquery()
    )
    query = select(newest.c.name).group_by(newest.c.name).order_by(func.count().desc(), newest.c.name)
    return list((await tx.execute(query.limit(MAX_KNOWN))).scalars())
