"""The table of what readers thought of the answers as pages."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from web.schema.base import Kept, UtcTime, metadata

answer_votes = Table(
    "answer_votes",
    metadata,
    Column("answer_id", String(60), primary_key=True),
    Column("day", UtcTime, primary_key=True),
    Column("yes", Integer, nullable=False),
    Column("no", Integer, nullable=False),
    info={"kept": Kept("how many found an answer's page helpful, by day; nothing of who", since="day")},
)
