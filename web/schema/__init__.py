"""The tables of the record, in SQLAlchemy Core; nothing here is special to one database.

Migrations in `web/migrations` build exactly this (a test compares). Ids are random, times UTC.
"""

from web.schema.base import Kept, UtcTime, metadata, new_id
from web.schema.chat import choices, conversations, messages, turns
from web.schema.hours import clinic_facts, closures, notices, presence
from web.schema.requests import callbacks, handoffs, outbox
from web.schema.staff import staff_secrets, staff_sessions

__all__ = [
    "Kept", "UtcTime", "callbacks", "choices", "clinic_facts", "closures", "conversations", "handoffs",
    "messages", "metadata", "new_id", "notices", "outbox", "presence", "staff_secrets", "staff_sessions",
    "turns",
]  # fmt: skip
