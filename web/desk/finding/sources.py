"""Where words are looked for: the messages, and what stands beside them (notes, calls, ratings).

Beside the messages there is little: it is read whole and compared here, however it is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Text, exists, false, or_, select, type_coerce

from web.core import formatting
from web.core.db import Transaction
from web.desk.finding import patterns, words
from web.releases import replay_samples
from web.schema import callbacks, conversations, messages, notes, ratings
from web.schema.sealed import Sealable

# Of messages with a term, the newest so many are looked through here.
MAX_LOOKED_THROUGH = 2000
MAX_BESIDE = 5000
IS_SEALED = type_coerce(messages.c.text, Text).startswith(Sealable.MARK)
AUTHORS = {"visitor": "Visitor", "bot": "Bot", "staff": "Staff", "system": "Notice"}


class SearchedText(NamedTuple):
    """A text of a conversation, and what it is called."""

    conversation_id: str
    label: str
    text: str


async def fitting(tx: Transaction, looked_for: str, *, is_masked: bool) -> list[ColumnElement[bool]]:
    """What a conversation must meet to hold every word that is looked for, each wherever it stands."""
    terms = words.terms(looked_for)
    if is_masked:
        return [conversations.c.id.in_(await _saying_masked(tx, term)) for term in terms]
    beside = [*await _beside(tx), *await _sealed(tx)]
    found = await asyncio.to_thread(lambda: [_with(beside, term) for term in terms])
    return [
        or_(await _in_messages(tx, term), conversations.c.id.in_(ids) if ids else false())
        for term, ids in zip(terms, found, strict=True)
    ]


async def texts(tx: Transaction, ids: Sequence[str], *, is_masked: bool) -> list[SearchedText]:
    """Everything in which words are looked for, of some conversations."""
    query = select(messages.c.id, messages.c.conversation_id, messages.c.author, messages.c.text)
    said = (await tx.execute(query.where(messages.c.conversation_id.in_(ids)).order_by(messages.c.seq))).all()
    masked = await replay_samples.texts(tx, [row.id for row in said]) if is_masked else {}
    found = [
        SearchedText(
            row.conversation_id,
            AUTHORS.get(row.author, ""),
            masked.get(row.id, "") if is_masked else row.text,
        )
        for row in said
    ]
    return found if is_masked else [*found, *await _beside(tx, of=ids)]


async def _in_messages(tx: Transaction, term: str) -> ColumnElement[bool]:
    mine = messages.c.conversation_id == conversations.c.id
    has = patterns.says(tx.dialect.name, messages.c.text, term)
    if not words.is_number(term):
        return exists().where(mine, has)
    query = select(messages.c.conversation_id, messages.c.text).where(has)
    rows = (await tx.execute(query.order_by(messages.c.created_at.desc()).limit(MAX_LOOKED_THROUGH))).all()
    return conversations.c.id.in_({row.conversation_id for row in rows if words.has(row.text, term)})


async def _sealed(tx: Transaction) -> list[SearchedText]:
    """Messages that SQL cannot look into: they repeat a name or a number left for a call."""
    query = select(messages.c.conversation_id, messages.c.author, messages.c.text).where(IS_SEALED)
    rows = await tx.execute(query.order_by(messages.c.created_at.desc()).limit(MAX_LOOKED_THROUGH))
    return [SearchedText(row.conversation_id, AUTHORS.get(row.author, ""), row.text) for row in rows]


async def _saying_masked(tx: Transaction, term: str) -> list[str]:
    """Conversations in which a term is still there when names and numbers are taken out."""
    has = patterns.says(tx.dialect.name, messages.c.text, term)
    query = select(messages.c.id, messages.c.conversation_id).where(or_(has, IS_SEALED))
    newest = query.order_by(messages.c.created_at.desc(), messages.c.id).limit(MAX_LOOKED_THROUGH)
    of = {row.id: row.conversation_id for row in await tx.execute(newest)}
    masked = await replay_samples.texts(tx, list(of))
    return sorted({of[each] for each, text in masked.items() if words.has(text, term)})


async def _beside(tx: Transaction, *, of: Sequence[str] | None = None) -> list[SearchedText]:
    """Notes, requests for calls and the sentences of ratings; of some conversations, or the newest of all."""
    noted = select(notes.c.conversation_id, notes.c.text).order_by(notes.c.created_at.desc())
    asked = select(callbacks).order_by(callbacks.c.created_at.desc())
    rated = (
        select(ratings.c.conversation_id, ratings.c.sentence)
        .where(ratings.c.sentence.is_not(None))
        .order_by(ratings.c.created_at.desc())
    )
    if of is not None:
        noted = noted.where(notes.c.conversation_id.in_(of))
        asked = asked.where(callbacks.c.conversation_id.in_(of))
        rated = rated.where(ratings.c.conversation_id.in_(of))
    noted_rows = await tx.execute(noted.limit(MAX_BESIDE))
    found = [SearchedText(id_, "Private note", text) for id_, text in noted_rows]
    calls = (await tx.execute(asked.limit(MAX_BESIDE))).mappings().all()
    # Numbers are read in a thread: thousands of them would keep every visitor waiting.
    found += await asyncio.to_thread(lambda: [_of_call(row) for row in calls])
    rated_rows = await tx.execute(rated.limit(MAX_BESIDE))
    return [*found, *(SearchedText(id_, "Why it did not help", text) for id_, text in rated_rows)]


def _of_call(row: RowMapping) -> SearchedText:
    way = formatting.phone(row["phone"]) if row["phone"] else row["email"]
    told = (row["first_name"], way, row["note"], row["best_time"], _whole(row["phone"]))
    return SearchedText(row["conversation_id"], "Asked for a call", " · ".join(filter(None, told)))


def _whole(phone: str | None) -> str:
    """A number as somebody abroad looks for it, beside the way it is written here."""
    return phone if phone and formatting.phone(phone) != phone else ""


def _with(beside: Iterable[SearchedText], term: str) -> set[str]:
    return {each.conversation_id for each in beside if words.has(each.text, term)}
