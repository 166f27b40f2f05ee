"""Tables of the chat: conversations, their messages, turns and choices."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from web.schema.base import UtcTime, id_column, metadata, of_conversation
from web.schema.sealed import Sealable, SealedJson

# The few turns that are not done; everything the sweeps ask for is among them.
_OPEN = text("state IN ('waiting', 'claimed')")

conversations = Table(
    "conversations",
    metadata,
    id_column(),
    Column("token_hash", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("time_zone", String(64)),  # of the visitor's browser, when it said one
    Column("last_seq", Integer, nullable=False),
    # The bot's own, opaque; handed back with the next turn.
    Column("events", SealedJson("conversations/events"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("deleted_at", UtcTime),  # every word is gone; the row stays a while as a stone
    Column("deleted_by", String(16)),  # visitor
    # Staff wrote while the visitor was gone: what they write next is for staff, on any device.
    Column("answered_away_at", UtcTime),
    Index(None, "updated_at"),
)

messages = Table(
    "messages",
    metadata,
    id_column(),
    of_conversation(),
    Column("seq", Integer, nullable=False),
    Column("author", String(16), nullable=False),  # visitor, bot, staff, system
    Column("kind", String(16), nullable=False),  # text, card, check, notice
    Column("client_id", String(64)),
    Column("choice_id", String(32)),
    Column("in_reply_to", String(32)),
    Column("utterance", String(200)),
    Column("language", String(8), nullable=False),
    Column("text", Sealable("messages/text"), nullable=False),
    Column("details", JSON, nullable=False),  # sources, review mark, the card's buttons
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "client_id"),
)

turns = Table(
    "turns",
    metadata,
    id_column(),
    of_conversation(),
    Column("message_id", String(32), ForeignKey("messages.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # waiting, claimed, done
    Column("ask", SealedJson("turns/ask"), nullable=False),  # what the bot is asked: {"text"} or {"choice"}
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
    Index(None, "conversation_id", "seq"),
    Index("ix_turns_open_tell_by", "tell_by", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_turns_open_conversation", "conversation_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
)

choices = Table(
    "choices",
    metadata,
    id_column(),
    of_conversation(),
    Column("message_id", String(32)),  # none: a starting question
    Column("position", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("intent", String(200), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "conversation_id", "message_id"),
)
