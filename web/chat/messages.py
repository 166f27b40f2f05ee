"""The messages of a conversation: appended with the next `seq`, read in order, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, RowMapping, Select, bindparam, func, insert, select, update

from safety.replies import asked_as
from web.bot.client import Offer
from web.core.db import Transaction
from web.core.errors import NotFound
from web.core.i18n import say
from web.schema import choices, conversations, messages, new_id
from web.schema.base import UtcTime

ALL = 2**31 - 1  # more than a conversation can hold
# Under this name stands what safety found in a visitor's message; a browser is never told.
SAFETY = "safety"


def _reading(condition: ColumnElement[bool]) -> Select[Any]:
    mine = messages.c.conversation_id == bindparam("conversation")
    return select(messages).where(mine, condition).order_by(messages.c.seq)


# Of every message and every look for news: made once, for making a statement costs more than it does.
_AFTER = _reading(messages.c.seq > bindparam("after")).limit(bindparam("most", type_=Integer))
_BY_CLIENT_ID = _reading(messages.c.client_id == bindparam("client"))
_REPLIES_TO = _reading(messages.c.in_reply_to == bindparam("message"))
_CARDS_SHOWN = (
    select(messages.c.details)
    .where(messages.c.conversation_id == bindparam("conversation"), messages.c.kind == "card")
    .order_by(messages.c.seq)
)
# A check and the normal answer beside it: no more than these follow a visitor's message.
_SINCE_ASKED = (
    select(messages.c.author, messages.c.kind, messages.c.details)
    .where(messages.c.conversation_id == bindparam("conversation"))
    .order_by(messages.c.seq.desc())
    .limit(8)
)
_INSERT, _OFFER = insert(messages), insert(choices)
# The update locks the row until the commit, so numbers come without holes and in commit order.
_NEXT_SEQ = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"), conversations.c.deleted_at.is_(None))
    .values(last_seq=conversations.c.last_seq + 1, updated_at=bindparam("at", type_=UtcTime))
    .returning(conversations.c.last_seq)
)
_OFFERED = (
    select(choices.c.message_id, choices.c.id, choices.c.title)
    .where(
        choices.c.conversation_id == bindparam("conversation"),
        choices.c.message_id.in_(bindparam("messages", expanding=True)),
    )
    .order_by(choices.c.position)
)


@dataclass(frozen=True)
class Message:
    """One message as clients and staff see it."""

    id: str
    seq: int
    author: str
    kind: str
    text: str
    language: str
    created_at: datetime
    client_id: str | None = None
    choice_id: str | None = None
    in_reply_to: str | None = None
    utterance: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Mapping[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The form of `docs/protocol.md`."""
        return {
            "id": self.id,
            "seq": self.seq,
            "author": self.author,
            "kind": self.kind,
            "text": self.text,
            "language": self.language,
            "client_id": self.client_id,
            "in_reply_to": self.in_reply_to,
            "utterance": self.utterance,
            "choices": [dict(choice) for choice in self.choices],
            "details": {name: value for name, value in self.details.items() if name != SAFETY},
            "created_at": self.created_at.isoformat(),
        }


async def cards_shown(tx: Transaction, conversation_id: str) -> list[str]:
    """The kind of every card that this conversation was shown, in order."""
    found = await tx.execute(_CARDS_SHOWN, {"conversation": conversation_id})
    return [str(row.details.get("kind")) for row in found]


async def open_check(tx: Transaction, conversation_id: str) -> str | None:
    """The check that was asked after the visitor's last message, or that it left open, if there is one."""
    found = await tx.execute(_SINCE_ASKED, {"conversation": conversation_id})
    asked = None
    for row in found:
        if row.author == "visitor":
            why = row.details.get(SAFETY) or {}
            if asked is None:
                return why.get("still_asked")
            return asked_as(asked, rule=why.get("rule"), danger=why.get("danger"))
        if row.kind == "check" and asked is None:
            asked = str(row.details.get("kind"))
    return asked


async def append(
    tx: Transaction,
    conversation_id: str,
    *,
    author: str,
    text: str,
    language: str,
    now: datetime,
    kind: str = "text",
    client_id: str | None = None,
    choice_id: str | None = None,
    in_reply_to: str | None = None,
    utterance: str | None = None,
    details: Mapping[str, Any] | None = None,
    offers: Iterable[Offer] = (),
) -> Message:
    """Store a message under the conversation's next `seq`, with the choices it offers."""
    seq = await _next_seq(tx, conversation_id, now=now)
    message_id = new_id()
    row: dict[str, Any] = {
        "id": message_id,
        "seq": seq,
        "author": author,
        "kind": kind,
        "client_id": client_id,
        "choice_id": choice_id,
        "in_reply_to": in_reply_to,
        "utterance": utterance,
        "language": language,
        "text": text,
        "details": dict(details or {}),
        "created_at": now,
    }
    await tx.execute(_INSERT, {"conversation_id": conversation_id, **row})
    issued = await offer(tx, conversation_id, offers, message_id=message_id, now=now)
    return Message(**row, choices=tuple(issued))


async def offer(
    tx: Transaction,
    conversation_id: str,
    offers: Iterable[Offer],
    *,
    now: datetime,
    message_id: str | None = None,
) -> list[dict[str, str]]:
    """Issue choices to one conversation; the answer is what a client needs: id and title."""
    rows = [
        {
            "id": new_id(),
            "conversation_id": conversation_id,
            "message_id": message_id,
            "position": position,
            "title": choice.title,
            "intent": choice.intent,
            "created_at": now,
        }
        for position, choice in enumerate(offers)
    ]
    if rows:
        await tx.execute(_OFFER, rows)
    return [{"id": str(row["id"]), "title": str(row["title"])} for row in rows]


async def after(tx: Transaction, conversation_id: str, seq: int = 0, *, most: int = ALL) -> list[Message]:
    """The messages with a higher `seq`, in order; `most` of them."""
    return await _read(tx, conversation_id, _AFTER, after=seq, most=most)


async def last_seq(tx: Transaction, conversation_id: str) -> int:
    """The `seq` of the last message; 0 without any."""
    mine = messages.c.conversation_id == conversation_id
    return int((await tx.execute(select(func.max(messages.c.seq)).where(mine))).scalar_one() or 0)


async def by_client_id(tx: Transaction, conversation_id: str, client_id: str) -> Message | None:
    """The message a client stored under its own id."""
    found = await _read(tx, conversation_id, _BY_CLIENT_ID, client=client_id)
    return found[0] if found else None


async def replies_to(tx: Transaction, conversation_id: str, message_id: str) -> list[Message]:
    """What was said in reply to one message so far."""
    return await _read(tx, conversation_id, _REPLIES_TO, message=message_id)


async def _next_seq(tx: Transaction, conversation_id: str, *, now: datetime) -> int:
    taken = await tx.execute(_NEXT_SEQ, {"conversation": conversation_id, "at": now})
    seq = taken.scalar_one_or_none()
    if seq is None:
        raise NotFound(say("no_conversation"))
    return int(seq)


async def _read(
    tx: Transaction, conversation_id: str, statement: Select[Any], **wanted: Any
) -> list[Message]:
    found = await tx.execute(statement, {"conversation": conversation_id, **wanted})
    rows = found.mappings().all()
    # A visitor offers nothing.
    speaking = [row["id"] for row in rows if row["author"] != "visitor"]
    offered = await _choices_under(tx, conversation_id, speaking)
    return [_message(row, offered.get(row["id"], [])) for row in rows]


async def _choices_under(
    tx: Transaction, conversation_id: str, message_ids: list[str]
) -> dict[str, list[Mapping[str, str]]]:
    under: dict[str, list[Mapping[str, str]]] = {}
    if not message_ids:
        return under
    found = await tx.execute(_OFFERED, {"conversation": conversation_id, "messages": message_ids})
    for message_id, choice_id, title in found:
        under.setdefault(message_id, []).append({"id": choice_id, "title": title})
    return under


def _message(row: RowMapping, offered: list[Mapping[str, str]]) -> Message:
    columns = {name: value for name, value in row.items() if name != "conversation_id"}
    return Message(**columns, choices=tuple(offered))
