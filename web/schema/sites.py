"""The websites on which the chat may stand, as far as they were named while the service ran."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from web.schema.base import Kept, UtcTime, metadata

sites = Table(
    "sites",
    metadata,
    Column("origin", String(300), primary_key=True),
    Column("added_by", String(32), nullable=False),
    Column("added_at", UtcTime, nullable=False),
    info={"kept": Kept("the clinic's own websites", since="added_at")},
)
