"""Tables of Web Push: which devices of staff are told, and what is on its way to them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from web.schema.base import Kept, UtcTime, id_column, metadata, of_conversation
from web.schema.sealed import Sealed, hash_beside

push_subscriptions = Table(
    "push_subscriptions",
    metadata,
    id_column(),
    Column("account_id", String(32), ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    # Whoever has the address and the two keys can write to the device.
    Column("endpoint", Sealed("push_subscriptions/endpoint"), nullable=False),
    hash_beside("push_endpoint_hash", of="endpoint"),
    Column("p256dh", Sealed("push_subscriptions/p256dh"), nullable=False),
    Column("auth", Sealed("push_subscriptions/auth"), nullable=False),
    Column("label", String(100), nullable=False),  # "Firefox on Android", for its owner to know it by
    Column("created_at", UtcTime, nullable=False),
    Column("used_at", UtcTime, nullable=False),  # the push service took something for it then
    Column("failed_at", UtcTime),  # what was sent was given up; none: it can be reached, as far as we know
    Index(None, "push_endpoint_hash"),
    Index(None, "account_id"),
    info={"kept": Kept("devices that nothing was sent to for long", since="used_at", days=400)},
)

push_messages = Table(
    "push_messages",
    metadata,
    id_column(),
    of_conversation(),
    Column(
        "about", String(16), nullable=False
    ),  # as in the outbox: callback, handoff, again, passed, on_call
    Column("urgent", Boolean, nullable=False),
    Column("account_id", String(32)),  # whom alone it is for; none: whoever is on duty
    # None: still to be spread over the devices. Then each device has a row of its own.
    Column("subscription_id", String(32), ForeignKey("push_subscriptions.id", ondelete="CASCADE")),
    Column("state", String(16), nullable=False),  # planned, spread; waiting, sent, over, dead
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", UtcTime, nullable=False),
    Column("problem", String(200)),
    Column("created_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Index(None, "state", "next_try_at"),
    Index(None, "conversation_id"),
    Index(None, "subscription_id", "state"),
)
