"""A record as a busy clinic has it: 100,000 turns that are done, and what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, String, Table, cast, column, insert, literal, select
from sqlalchemy.sql.elements import ColumnElement

from tests.web.conftest import NOW
from web import schema
from web.core.db import Database, Transaction
from web.schema.base import UtcTime

TURNS = 100_000
TURNS_EACH = 5
# Times differ, as they do in a record: a planner looks at how many.
DAYS = 20


async def fill(db: Database, *, turns: int = TURNS) -> None:
    """Fill an empty record by bulk inserts."""
    for day in range(DAYS):
        async with db.write() as tx:
            await _fill_day(tx, day, turns=turns // DAYS)
    if not db.is_sqlite:
        async with db.write() as tx:
            await tx.exec_driver_sql("ANALYZE")


async def _fill_day(tx: Transaction, day: int, *, turns: int) -> None:
    number: ColumnElement[int] = column("number", Integer)
    first = day * turns
    chats, at = turns // TURNS_EACH, literal(NOW - timedelta(days=DAYS - day), UtcTime)
    of_chat = _name("c", first // TURNS_EACH + number % chats)
    message, said = _name("m", first + number), _name("s", first + number)
    seq = number / chats * 2
    base = {"conversation_id": of_chat, "language": literal("en"), "created_at": at}
    await _insert(tx, schema.conversations, chats, {
        "id": _name("c", first // TURNS_EACH + number), "token_hash": literal("-"), "language": literal("en"),
        "last_seq": literal(2 * TURNS_EACH), "events": _json([]), "created_at": at, "updated_at": at,
    })  # fmt: skip
    common = {**base, "kind": literal("text"), "text": literal("what is a crown and what does it cost"),
              "details": _json({})}  # fmt: skip
    await _insert(tx, schema.messages, turns, {
        **common, "id": message, "seq": seq + 1, "author": literal("visitor"), "client_id": message,
    })  # fmt: skip
    await _insert(tx, schema.messages, turns, {
        **common, "id": said, "seq": seq + 2, "author": literal("bot"), "in_reply_to": message,
        "utterance": literal("utter_faq/what_is_a_crown"),
    })  # fmt: skip
    await _insert(tx, schema.turns, turns, {
        "id": _name("t", first + number), "conversation_id": of_chat, "message_id": message, "seq": seq + 1,
        "state": literal("done"), "ask": _json({"text": "what is a crown"}), "soft_line": literal(False),
        "attempts": literal(1), "tell_by": at, "outcome": literal("answered"), "release": literal("r1"),
        "understood": _json({"intent": "faq/what_is_a_crown"}), "created_at": at, "done_at": at,
    })  # fmt: skip
    await _fill_requests(tx, day, number, chats, of_chat, at)


async def _fill_requests(
    tx: Transaction, day: int, number: ColumnElement[int], chats: int, of_chat: Any, at: Any
) -> None:
    """What is closed: one chat in five had a person, a call, a rating and more."""
    some = max(1, chats // 5)
    mine = {"conversation_id": of_chat, "id": _name(f"{day}-", number)}
    message = _name("m", day * chats * TURNS_EACH + number)
    await _insert(tx, schema.handoffs, some, {
        **mine, "message_id": message, "state": literal("resolved"), "reason": literal("asked"),
        "urgent": literal(False), "wants_person": literal(True), "requested_at": at, "opened_at": at,
        "resolved_at": at, "resolution": literal("resolved"),
    })  # fmt: skip
    await _insert(tx, schema.handoff_events, some, {
        **mine, "handoff_id": mine["id"], "did": literal("requested"), "details": _json({}), "at": at,
    })  # fmt: skip
    await _insert(tx, schema.callbacks, some, {
        **mine, "message_id": message, "state": literal("done"), "reason": literal("asked"),
        "phone": _name("+1555", number), "language": literal("en"), "created_at": at, "done_at": at,
    })  # fmt: skip
    await _insert(tx, schema.callback_events, some, {
        **mine, "callback_id": mine["id"], "number": literal(1), "did": literal("new"), "note": literal(""),
        "at": at,
    })  # fmt: skip
    await _insert(tx, schema.outbox, some, {
        **mine, "about": literal("handoff"), "about_id": mine["id"], "urgent": literal(False),
        "state": literal("sent"), "attempts": literal(1), "next_try_at": at, "created_at": at, "sent_at": at,
    })  # fmt: skip
    await _insert(tx, schema.push_messages, some, {
        **mine, "about": literal("handoff"), "urgent": literal(False), "state": literal("spread"),
        "attempts": literal(1), "next_try_at": at, "created_at": at, "sent_at": at,
    })  # fmt: skip
    await _insert(tx, schema.to_reads, some, {
        **mine, "message_id": message, "reason": literal("unsure"), "created_at": at, "read_at": at,
    })  # fmt: skip
    await _insert(tx, schema.ratings, some, {
        **mine, "message_id": message, "helpful": literal(True), "created_at": at,
    })  # fmt: skip
    await _insert(tx, schema.choices, some, {
        **mine, "message_id": message, "position": literal(0), "title": literal("What is a crown?"),
        "intent": literal("faq/what_is_a_crown"), "created_at": at,
    })  # fmt: skip
    await _insert(tx, schema.notes, some, {
        **mine, "name": literal("Nina Nurse"), "text": literal("called"), "created_at": at,
    })  # fmt: skip
    await _insert(tx, schema.conversation_tags, some, {
        **mine, "kind": literal("tag"), "name": _name("tag ", number), "by": literal("n1"), "created_at": at,
    })  # fmt: skip
    await _insert(tx, schema.visits, some, {"conversation_id": of_chat, "seen_at": at})
    await _insert(tx, schema.onlookers, some, {
        "conversation_id": of_chat, "staff_id": _name("n", number), "name": literal("Nina"), "seen_at": at,
    })  # fmt: skip
    await _insert(tx, schema.reply_contacts, some, {
        "conversation_id": of_chat, "way": literal("email"), "address": literal("sealed"),
        "consented_at": at,
    })  # fmt: skip
    await _insert(tx, schema.reply_links, some, {
        **mine, "message_id": message, "by": literal("n1"), "way": literal("email"),
        "address": literal("sealed"), "reply_address_hash": _name("h", number), "state": literal("sent"),
        "token_hash": _name(f"t{day}-", number), "created_at": at, "due_at": at, "expires_at": at,
    })  # fmt: skip
    await _insert(tx, schema.conversation_tokens, some, {
        **mine, "token_hash": _name(f"d{day}-", number), "created_at": at,
    })  # fmt: skip
    await _insert(tx, schema.missed_marks, some, {
        **mine, "message_id": message, "batch": mine["id"], "mark": literal("ignored"), "marked_at": at,
    })  # fmt: skip
    await _insert(tx, schema.missed_groups, some, {
        **mine, "message_id": message, "group_id": _name("g", number), "set_at": at,
    })  # fmt: skip
    await _insert(tx, schema.lost_message_marks, some, {
        **mine, "message_id": message, "release": literal("1"), "mark": literal("accepted"),
        "marked_by": literal("n1"), "marked_by_name": literal("Nina"), "marked_at": at,
    })  # fmt: skip
    await _insert(tx, schema.conversation_reviews, some, {
        **mine, "week": literal("2026-01-04"), "by": literal("n1"), "name": literal("Nina"),
        "created_at": at,
    })  # fmt: skip
    await _insert(tx, schema.false_alarms, some, {
        **mine, "message_id": message, "kind": literal("crisis"), "by": literal("n1"),
        "name": literal("Nina"), "created_at": at, "review": literal("dismissed"),
    })  # fmt: skip
    await _insert(tx, schema.wrong_answers, some, {
        **mine, "message_id": message, "question": literal("what is a crown"), "language": literal("en"),
        "remark": literal(""), "by": literal("n1"), "name": literal("Nina"), "created_at": at,
    })  # fmt: skip


async def _insert(tx: Transaction, table: Table, count: int, values: Mapping[str, Any]) -> None:
    numbers = select(literal(0).label("number")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < count - 1))
    names = [each.name for each in table.c if each.name in values]
    rows = select(*(values[name] for name in names)).select_from(numbers)
    await tx.execute(insert(table).from_select(names, rows))


def _name(start: str, number: Any) -> ColumnElement[str]:
    return literal(start) + cast(number, String)


def _json(value: Any) -> ColumnElement[Any]:
    return literal(value, schema.conversations.c.events.type)
