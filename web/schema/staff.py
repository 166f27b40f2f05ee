"""Tables of the people at the desk."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint

from web.schema.base import Kept, UtcTime, id_column, metadata

staff_secrets = Table(
    "staff_secrets",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("password_hash", String(200), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("last_sign_in_at", UtcTime),
    info={"kept": Kept("the one password", since="made_at")},
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    id_column(),
    Column("token_hash", String(64), nullable=False),
    Column("form_token", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    UniqueConstraint("token_hash"),
    info={"kept": Kept("signed out long ago", since="seen_at", days=30)},
)
