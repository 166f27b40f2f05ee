"""The table of what visitors thought of single answers."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, UniqueConstraint

from web.schema.base import UtcTime, id_column, metadata, of_conversation

ratings = Table(
    "ratings",
    metadata,
    id_column(),
    of_conversation(),
    Column("message_id", String(32), ForeignKey("messages.id", ondelete="CASCADE"), nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("sentence", String(500)),  # what was missing, in the visitor's words
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("message_id"),
    Index(None, "conversation_id"),
    Index(None, "created_at"),
)
