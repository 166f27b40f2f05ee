"""Tables of how an answer reaches a visitor who has left: where they agreed to hear of it, links, tokens.

All of it belongs to a conversation and goes with it: after deleting, no link opens anything.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint

from web.schema.base import UtcTime, id_column, metadata, of_conversation
from web.schema.sealed import Sealed, hash_beside

reply_contacts = Table(
    "reply_contacts",
    metadata,
    Column(
        "conversation_id", String(32), ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("way", String(8), nullable=False),  # email, sms
    Column("address", Sealed("reply_contacts/address"), nullable=False),
    Column("consented_at", UtcTime, nullable=False),  # they sent the form that says what it is for
)

reply_links = Table(
    "reply_links",
    metadata,
    id_column(),
    of_conversation(),
    Column("message_id", String(32), nullable=False),  # the first words of staff that it tells of
    Column("by", String(32), nullable=False),  # who wrote them
    Column("way", String(8), nullable=False),
    Column("address", Sealed("reply_links/address"), nullable=False),
    hash_beside("reply_address_hash", of="address"),
    # watching: the visitor may still be there; then seen, or waiting, and sent or failed
    Column("state", String(8), nullable=False),
    Column("token", Sealed("reply_links/token")),  # until it was sent; then only its hash is left
    Column("token_hash", String(64), nullable=False),
    Column("problem", String(40)),  # the kind of failure, no address
    Column("created_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    UniqueConstraint("token_hash"),
    Index(None, "conversation_id"),
    Index(None, "state", "due_at"),
    Index(None, "reply_address_hash"),
)

conversation_tokens = Table(
    "conversation_tokens",
    metadata,
    id_column(),
    of_conversation(),
    Column("token_hash", String(64), nullable=False),  # of a device that came by a link
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("token_hash"),
    Index(None, "conversation_id"),
)
