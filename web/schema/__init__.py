"""The tables of the record, in SQLAlchemy Core; nothing here is special to one database.

Migrations in `web/migrations` build exactly this (a test compares). Ids are random, times UTC.
"""

from web.schema.base import UtcTime, metadata, new_id
from web.schema.chat import choices, conversations, messages, turns
from web.schema.requests import callbacks, handoffs, outbox
from web.schema.staff import staff_secrets, staff_sessions

__all__ = [
    "UtcTime", "callbacks", "choices", "conversations", "handoffs", "messages", "metadata", "new_id",
    "outbox", "staff_secrets", "staff_sessions", "turns",
]  # fmt: skip
