"""Tables by which several web processes, on one machine or on several, keep to one another."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, String, Table

from web.schema.base import Kept, UtcTime, id_column, metadata

# Only on PostgreSQL anything stands here; a restart of the database may forget it.
rate_buckets = Table(
    "rate_buckets",
    metadata,
    Column("key", String(64), primary_key=True),  # a keyed hash: no address stands in the record
    Column("full_at", UtcTime, nullable=False),  # when the bucket is full again
    Index(None, "full_at"),
    info={"kept": Kept("who asked how much, for the rates", since="full_at", days=1)},
)

urgent_addresses = Table(
    "urgent_addresses",
    metadata,
    Column("key", String(64), primary_key=True),  # a keyed hash, as above
    Column("since", UtcTime, nullable=False),  # when its hour began
    Column("fold_id", String(32), nullable=False),  # what more of them share on the desk's list
    Column("shown", JSON, nullable=False),  # keyed hashes of the chats that stand by themselves
    Index(None, "since"),
    info={"kept": Kept("how many urgent chats came from one address", since="since", days=1)},
)

published_release = Table(
    "published_release",
    metadata,
    id_column(),  # "only"
    Column("release", String(100), nullable=False),
    Column("fingerprint", String(64), nullable=False),  # SHA-256 of the release's manifest
    Column("by", String(64), nullable=False),  # the process that pointed at it
    Column("pointed_at", UtcTime, nullable=False),
    info={"kept": Kept("which release speaks, for web halves on other machines", since="pointed_at")},
)
