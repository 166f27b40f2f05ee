"""The tables of the record, in SQLAlchemy Core; nothing here is special to one database.

Migrations in `web/migrations` build exactly this (a test compares). Ids are random, times UTC.
"""

from web.schema.base import Kept, UtcTime, metadata, new_id
from web.schema.chat import choices, conversations, messages, turns
from web.schema.desk import (
    at_desk,
    canned_replies,
    handoff_events,
    notes,
    onlookers,
    to_reads,
    visits,
    wrong_answers,
)
from web.schema.hours import clinic_facts, closures, notices, presence
from web.schema.requests import callbacks, handoffs, outbox
from web.schema.staff import staff_secrets, staff_sessions
from web.schema.studio import (
    answer_versions,
    answers,
    missed_marks,
    reminders,
    signatures,
    studio_settings,
)

__all__ = [
    "Kept",
    "UtcTime",
    "answer_versions",
    "answers",
    "at_desk",
    "callbacks",
    "canned_replies",
    "choices",
    "clinic_facts",
    "closures",
    "conversations",
    "handoff_events",
    "handoffs",
    "messages",
    "metadata",
    "missed_marks",
    "new_id",
    "notes",
    "notices",
    "onlookers",
    "outbox",
    "presence",
    "reminders",
    "signatures",
    "staff_secrets",
    "staff_sessions",
    "studio_settings",
    "to_reads",
    "turns",
    "visits",
    "wrong_answers",
]
