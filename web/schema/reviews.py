"""Tables of what staff say of conversations: tags and outcomes, reviews, weeks signed off."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from web.schema.base import Kept, UtcTime, id_column, metadata, of_conversation

conversation_tags = Table(
    "conversation_tags",
    metadata,
    id_column(),
    of_conversation(),
    Column("kind", String(8), nullable=False),  # tag, outcome
    Column("name", String(40), nullable=False),
    Column("by", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("conversation_id", "kind", "name"),
    Index(None, "kind", "name"),
    Index(None, "kind", "created_at"),
)

saved_searches = Table(
    "saved_searches",
    metadata,
    id_column(),
    Column("staff_id", String(32), ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(40), nullable=False),
    Column("query", String(600), nullable=False),  # as it stands in an address
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("staff_id", "name"),
    info={"kept": Kept("until their owner removes them", since="created_at")},
)

conversation_reviews = Table(
    "conversation_reviews",
    metadata,
    id_column(),
    of_conversation(),
    Column("week", String(10), nullable=False),  # its last day
    Column("by", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("conversation_id", "week"),
    Index(None, "week"),
)

week_signoffs = Table(
    "week_signoffs",
    metadata,
    Column("week", String(10), primary_key=True),
    Column("sampled", Integer, nullable=False),
    Column("reviewed", Integer, nullable=False),
    Column("remark", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("signed_at", UtcTime, nullable=False),
    info={"kept": Kept("that a physician looked at the week", since="signed_at")},
)
