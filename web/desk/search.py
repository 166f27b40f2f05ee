"""Finds conversations: by words, date, reason, answer, confidence and rating."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from sqlalchemy import ColumnElement, RowMapping, Select, exists, func, or_, select

from web.bot.manifest import ANSWER_PREFIX
from web.core.db import Transaction, rows_of
from web.core.errors import BadRequest
from web.releases import replay_samples
from web.schema import callbacks, conversations, handoffs, messages, ratings, turns, wrong_answers
from web.schema.sealed import has_words, keys_of, searched_words

PER_PAGE = 25
MAX_EXPORTED = 1000
MAX_WORDS_CHARS = 200
# Of messages with the words, the newest so many are masked to see whether the words are still there.
MAX_LOOKED_THROUGH = 2000
REASONS = {
    "urgent": "Urgent",
    "person": "Asked for a person",
    "staff": "Staff answered",
    "call": "Asked for a call",
    "unsure": "The bot had no answer",
    "wrong": "An answer was marked wrong",
}
RATINGS = {"helpful": "Helpful", "not_helpful": "Not helpful"}
# Exported, one line for each message.
COLUMNS = (
    "conversation_id", "seq", "created_at", "author", "kind", "text", "language", "answer", "outcome",
    "understood_as", "confidence", "release", "rating",
)  # fmt: skip


@dataclass(frozen=True)
class Search:
    """What somebody looks for. Empty finds everything, the newest first."""

    words: str = ""
    since: date | None = None
    until: date | None = None
    reason: str = ""
    answer: str = ""
    below: int | None = None
    rating: str = ""
    page: int = 1


@dataclass(frozen=True)
class SearchHit:
    """One conversation that fits."""

    id: str
    began: datetime
    last: datetime
    language: str
    count: int
    first_words: str


def read(value: Callable[[str], str]) -> Search:
    """Read a search as it was filled in. Raises BadRequest in a sentence."""
    since, until = _day(value("since"), "From"), _day(value("until"), "To")
    if since and until and until < since:
        raise BadRequest("The search ends before it begins. Please exchange the two dates.")
    reason, rating = value("reason"), value("rating")
    if (reason and reason not in REASONS) or (rating and rating not in RATINGS):
        raise BadRequest("There is no such reason or rating to search for.")
    return Search(
        words=value("words").strip()[:MAX_WORDS_CHARS],
        since=since,
        until=until,
        reason=reason,
        answer=value("answer")[:MAX_WORDS_CHARS],
        below=_number(value("below"), "The confidence", most=100),
        rating=rating,
        page=_number(value("page"), "The page", most=100_000) or 1,
    )


async def find(
    tx: Transaction, search: Search, *, zone: ZoneInfo | None, is_masked: bool = False, country: str = "US"
) -> tuple[list[SearchHit], int]:
    """One page of the conversations that fit, the newest first; and how many there are.

    `is_masked`: words are looked for in what a reader sees who is shown no names and numbers.
    """
    fitting = _fitting(search, zone, None if is_masked else _left_for_a_call(tx, search.words, country))
    if is_masked and search.words:
        fitting = fitting.where(conversations.c.id.in_(await _saying(tx, search.words)))
    total = (await tx.execute(select(func.count()).select_from(fitting.subquery()))).scalar_one()
    page = fitting.order_by(conversations.c.updated_at.desc(), conversations.c.id)
    rows = await tx.execute(page.limit(PER_PAGE).offset((search.page - 1) * PER_PAGE))
    found = list(rows.mappings())
    first = await _first_words(tx, [row["id"] for row in found])
    return [_found(row, first.get(row["id"], "")) for row in found], int(total)


async def export_rows(
    tx: Transaction, search: Search, *, zone: ZoneInfo | None, country: str = "US"
) -> list[dict[str, Any]]:
    """Every message of the conversations that fit, at most so many conversations."""
    left = _left_for_a_call(tx, search.words, country)
    fitting = _fitting(search, zone, left).order_by(conversations.c.updated_at.desc()).limit(MAX_EXPORTED)
    ids = list((await tx.execute(select(fitting.subquery().c.id))).scalars())
    rows: list[dict[str, Any]] = []
    for start in range(0, len(ids), 200):
        rows += await _messages_of(tx, ids[start : start + 200])
    return rows


async def _saying(tx: Transaction, words: str) -> list[str]:
    """Conversations in which the words are still there when names and numbers are taken out."""
    query = select(messages.c.id, messages.c.conversation_id).where(_has(words))
    newest = query.order_by(messages.c.created_at.desc(), messages.c.id).limit(MAX_LOOKED_THROUGH)
    of = {row.id: row.conversation_id for row in await tx.execute(newest)}
    masked = await replay_samples.texts(tx, list(of))
    return sorted({of[each] for each, text in masked.items() if words.lower() in text.lower()})


def _has(words: str) -> ColumnElement[bool]:
    pattern = f"%{_escaped(words.lower())}%"
    return func.lower(messages.c.text).like(pattern, escape="\\")


def _left_for_a_call(tx: Transaction, words: str, country: str) -> ColumnElement[bool] | None:
    """Whether a callback has this name, number or address; None when the words can be none of them.

    These are sealed and found by their hashes: a name by its whole words, a number in any writing.
    """
    keys, c = keys_of(tx.dialect), callbacks.c
    if not words or not keys.names():
        return None
    number = _number_of(words, country)
    if number or "@" in words:
        return has_words(c.phone_hash, number, keys) if number else has_words(c.email_hash, words, keys)
    return has_words(c.first_name_hashes, words, keys) if searched_words(words) else None


def _number_of(words: str, country: str) -> str:
    """A number as a callback has it; empty for what is none."""
    try:
        number = phonenumbers.parse(words, country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _fitting(search: Search, zone: ZoneInfo | None, left: ColumnElement[bool] | None) -> Select[Any]:
    mine = conversations.c.id
    query = select(conversations).where(conversations.c.deleted_at.is_(None), conversations.c.last_seq > 0)
    if search.since:
        query = query.where(conversations.c.updated_at >= _midnight(search.since, zone))
    if search.until:
        query = query.where(conversations.c.created_at < _midnight(search.until + timedelta(days=1), zone))
    if search.words:
        said = exists().where(messages.c.conversation_id == mine, _has(search.words))
        found = said if left is None else or_(said, exists().where(callbacks.c.conversation_id == mine, left))
        query = query.where(found)
    if search.answer:
        given = (messages.c.conversation_id == mine, messages.c.utterance == ANSWER_PREFIX + search.answer)
        query = query.where(exists().where(*given))
    if search.below is not None:
        confidence = turns.c.understood["confidence"].as_float()
        is_answer = turns.c.outcome.in_(("answered", "asked_back", "declined"))
        query = query.where(
            exists().where(turns.c.conversation_id == mine, is_answer, confidence < search.below / 100)
        )
    if search.rating:
        rated = (ratings.c.conversation_id == mine, ratings.c.helpful.is_(search.rating == "helpful"))
        query = query.where(exists().where(*rated))
    if search.reason:
        query = query.where(_reason(search.reason))
    return query


def _reason(reason: str) -> Any:
    mine = conversations.c.id
    return {
        "urgent": exists().where(handoffs.c.conversation_id == mine, handoffs.c.urgent_at.is_not(None)),
        "person": exists().where(handoffs.c.conversation_id == mine, handoffs.c.wants_person.is_(True)),
        "staff": exists().where(messages.c.conversation_id == mine, messages.c.author == "staff"),
        "call": exists().where(callbacks.c.conversation_id == mine),
        "unsure": exists().where(
            turns.c.conversation_id == mine, turns.c.outcome.in_(("declined", "failed"))
        ),
        "wrong": exists().where(wrong_answers.c.conversation_id == mine),
    }[reason]


async def _first_words(tx: Transaction, ids: list[str]) -> dict[str, str]:
    first = (
        select(messages.c.conversation_id, func.min(messages.c.seq).label("seq"))
        .where(messages.c.conversation_id.in_(ids), messages.c.author == "visitor")
        .group_by(messages.c.conversation_id)
        .subquery()
    )
    found = await tx.execute(
        select(messages.c.conversation_id, messages.c.text).join(
            first,
            (messages.c.conversation_id == first.c.conversation_id) & (messages.c.seq == first.c.seq),
        )
    )
    return {row.conversation_id: row.text for row in found}


async def _messages_of(tx: Transaction, ids: list[str]) -> list[dict[str, Any]]:
    found = await tx.execute(
        select(messages, turns.c.outcome, turns.c.understood, turns.c.release, ratings.c.helpful)
        .outerjoin(turns, turns.c.message_id == messages.c.id)
        .outerjoin(ratings, ratings.c.message_id == messages.c.id)
        .where(messages.c.conversation_id.in_(ids))
        .order_by(messages.c.conversation_id, messages.c.seq)
    )
    return [_line(row) for row in await rows_of(found)]


def _line(row: RowMapping) -> dict[str, Any]:
    understood = row["understood"] or {}
    rating = {True: "helpful", False: "not_helpful"}.get(row["helpful"], "")
    return {
        **{name: row[name] for name in COLUMNS if name in row},
        "answer": (row["utterance"] or "").removeprefix(ANSWER_PREFIX),
        "understood_as": understood.get("intent"),
        "confidence": understood.get("confidence"),
        "rating": rating,
    }


def _found(row: RowMapping, first_words: str) -> SearchHit:
    return SearchHit(
        row["id"], row["created_at"], row["updated_at"], row["language"], row["last_seq"], first_words
    )


def _midnight(day: date, zone: ZoneInfo | None) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone or UTC)


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _day(text: str, what: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadRequest(f"“{what}” is not a date. Please write it like 2026-12-24.") from error


def _number(text: str, what: str, *, most: int) -> int | None:
    if not text.strip():
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) <= most):
        raise BadRequest(f"{what} is a whole number between 0 and {most:,}.")
    return int(text)
