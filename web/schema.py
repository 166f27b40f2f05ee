"""The tables of the record, in SQLAlchemy Core; nothing here is special to one database.

Migrations in `web/migrations` build exactly this (a test compares). Ids are random, times UTC.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time, also on databases that forget the zone. A naive time is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone must not reach the record.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id() -> str:
    """Make a random id: 128 bits, safe in an address."""
    return secrets.token_urlsafe(16)


def _id() -> Column[str]:
    return Column("id", String(32), primary_key=True)


def _of_conversation() -> Column[str]:
    # Deleting a conversation deletes every row that belongs to it.
    return Column(
        "conversation_id",
        String(32),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
    )


conversations = Table(
    "conversations",
    metadata,
    _id(),
    Column("token_hash", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("events", JSON, nullable=False),  # the bot's own, opaque; handed back with the next turn
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Index(None, "updated_at"),
)

messages = Table(
    "messages",
    metadata,
    _id(),
    _of_conversation(),
    Column("seq", Integer, nullable=False),
    Column("author", String(16), nullable=False),  # visitor, bot, staff, system
    Column("kind", String(16), nullable=False),  # text, card, notice
    Column("client_id", String(64)),
    Column("choice_id", String(32)),
    Column("in_reply_to", String(32)),
    Column("utterance", String(200)),
    Column("language", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("details", JSON, nullable=False),  # sources, review mark, the card's buttons
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "client_id"),
)

turns = Table(
    "turns",
    metadata,
    _id(),
    _of_conversation(),
    Column("message_id", String(32), ForeignKey("messages.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # waiting, claimed, done
    Column("ask", JSON, nullable=False),  # what the bot is asked: {"text"} or {"choice"}
    Column("soft_line", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_by", String(32)),
    Column("lease_until", UtcTime),
    Column("tell_by", UtcTime, nullable=False),
    Column("told_at", UtcTime),  # a sentence, or a card, stood in for the answer
    Column("outcome", String(32)),  # of the bot, or "failed"
    Column("release", String(100)),
    Column("understood", JSON),
    Column("created_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    UniqueConstraint("message_id"),
    Index(None, "state", "tell_by"),
    Index(None, "conversation_id", "seq"),
)

choices = Table(
    "choices",
    metadata,
    _id(),
    _of_conversation(),
    Column("message_id", String(32)),  # none: a starting question
    Column("position", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("intent", String(200), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "conversation_id", "message_id"),
)

callbacks = Table(
    "callbacks",
    metadata,
    _id(),
    _of_conversation(),
    Column("message_id", String(32), nullable=False),
    Column("state", String(16), nullable=False),  # new, called, reached, done, cancelled
    Column("reason", String(200), nullable=False),
    Column("first_name", String(200)),
    Column("phone", String(40)),
    Column("email", String(320)),
    Column("best_time", String(500)),
    Column("channel", String(16)),
    Column("patient", String(16)),
    Column("may_leave_message", Boolean),
    Column("language", String(8), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    Index(None, "state", "created_at"),
)

handoffs = Table(
    "handoffs",
    metadata,
    _id(),
    _of_conversation(),
    Column("message_id", String(32), nullable=False),
    Column("state", String(16), nullable=False),  # requested, claimed, resolved
    Column("reason", String(200), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("claimed_by", String(64)),
    Column("claimed_at", UtcTime),
    Column("requested_at", UtcTime, nullable=False),
    Column("resolved_at", UtcTime),
    Index(None, "state", "requested_at"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _of_conversation(),
    Column("about", String(16), nullable=False),  # callback, handoff
    Column("about_id", String(32), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("state", String(16), nullable=False),  # waiting, sent, dead
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", UtcTime, nullable=False),
    Column("problem", String(200)),
    Column("created_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Index(None, "state", "next_try_at"),
)

staff_secrets = Table(
    "staff_secrets",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("password_hash", String(200), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("last_sign_in_at", UtcTime),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    _id(),
    Column("token_hash", String(64), nullable=False),
    Column("form_token", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    UniqueConstraint("token_hash"),
)
