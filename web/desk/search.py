"""Finds conversations: by words, date, reason, answer, confidence and rating; each with its hit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, Select, exists, func, select

from web.bot.manifest import ANSWER_PREFIX
from web.core import pii
from web.core.db import Transaction
from web.core.errors import BadRequest
from web.desk.finding import sources, tags, words
from web.desk.finding.sources import SearchedText
from web.desk.finding.words import Pieces
from web.desk.queue_views import shortened
from web.schema import (
    callbacks,
    conversation_tags,
    conversations,
    handoffs,
    messages,
    ratings,
    turns,
    wrong_answers,
)

PER_PAGE = 25
MAX_WORDS_CHARS = 200
REASONS = {
    "urgent": "Urgent",
    "person": "Asked for a person",
    "staff": "Staff answered",
    "call": "Asked for a call",
    "unsure": "The bot had no answer",
    "wrong": "An answer was marked wrong",
}
RATINGS = {"helpful": "Helpful", "not_helpful": "Not helpful"}


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
    tag: str = ""
    outcome: str = ""
    page: int = 1


@dataclass(frozen=True)
class SearchHit:
    """One conversation that fits."""

    id: str
    began: datetime
    last: datetime
    language: str
    count: int
    label: str  # whose words they are; none: the visitor's first ones
    pieces: Pieces


def read(value: Callable[[str], str]) -> Search:
    """Read a search as it was filled in. Raises BadRequest in a sentence."""
    since, until = _day(value("since"), "From"), _day(value("until"), "To")
    if since and until and until < since:
        raise BadRequest("The search ends before it begins. Please swap the two dates.")
    reason, rating = value("reason"), value("rating")
    if value("outcome") and value("outcome") not in tags.OUTCOMES:
        raise BadRequest("There is no such outcome to search for.")
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
        tag=value("tag").strip().lower()[: tags.MAX_TAG_CHARS],
        outcome=value("outcome"),
        page=_number(value("page"), "The page", most=100_000) or 1,
    )


async def find(
    tx: Transaction, search: Search, *, zone: ZoneInfo | None, is_masked: bool = False
) -> tuple[list[SearchHit], int]:
    """One page of the conversations that fit, the newest first; and how many there are.

    `is_masked`: words are looked for in what a reader sees who is shown no names and numbers.
    """
    fitting = await _fitting(tx, search, zone, is_masked=is_masked)
    total = (await tx.execute(select(func.count()).select_from(fitting.subquery()))).scalar_one()
    page = fitting.order_by(conversations.c.updated_at.desc(), conversations.c.id)
    rows = await tx.execute(page.limit(PER_PAGE).offset((search.page - 1) * PER_PAGE))
    found = list(rows.mappings())
    ids = [row["id"] for row in found]
    if search.words:
        told = await sources.texts(tx, ids, is_masked=is_masked)
        shown = await asyncio.to_thread(_best, told, search.words)
    else:
        first = await _first_words(tx, ids)
        shown = {id_: ("", [(_plain(said, is_masked=is_masked), False)]) for id_, said in first.items()}
    return [_found(row, *shown.get(row["id"], ("", []))) for row in found], int(total)


async def all_ids(tx: Transaction, search: Search, *, zone: ZoneInfo | None) -> list[str]:
    """Every conversation that fits, the newest first."""
    newest_first = (conversations.c.updated_at.desc(), conversations.c.id)
    fitting = (await _fitting(tx, search, zone)).order_by(*newest_first)
    return list((await tx.execute(fitting.with_only_columns(conversations.c.id))).scalars())


def _plain(said: str, *, is_masked: bool) -> str:
    return shortened(pii.mask(said) if is_masked else said)


def _best(told: list[SearchedText], looked_for: str) -> dict[str, tuple[str, Pieces]]:
    """Of each conversation the text with most of the words; of two alike the later one."""
    terms, best = words.terms(looked_for), dict[str, tuple[int, SearchedText]]()
    for each in told:
        count = sum(words.has(each.text, term) for term in terms)
        if count and count >= best.get(each.conversation_id, (0, each))[0]:
            best[each.conversation_id] = (count, each)
    return {id_: (each.label, words.snippet(each.text, looked_for)) for id_, (_, each) in best.items()}


async def _fitting(
    tx: Transaction, search: Search, zone: ZoneInfo | None, *, is_masked: bool = False
) -> Select[Any]:
    mine = conversations.c.id
    query = select(conversations).where(conversations.c.deleted_at.is_(None), conversations.c.last_seq > 0)
    if search.since:
        query = query.where(conversations.c.updated_at >= _midnight(search.since, zone))
    if search.until:
        query = query.where(conversations.c.created_at < _midnight(search.until + timedelta(days=1), zone))
    if search.words:
        query = query.where(*await sources.fitting(tx, search.words, is_masked=is_masked))
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
    for kind, name in ((tags.TAG, search.tag), (tags.OUTCOME, search.outcome)):
        if name:
            said = (conversation_tags.c.kind == kind, conversation_tags.c.name == name)
            query = query.where(exists().where(conversation_tags.c.conversation_id == mine, *said))
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


def _found(row: RowMapping, label: str, pieces: Pieces) -> SearchHit:
    return SearchHit(
        row["id"], row["created_at"], row["updated_at"], row["language"], row["last_seq"], label, pieces
    )


def _midnight(day: date, zone: ZoneInfo | None) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone or UTC)


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
