"""Tables of working together in the studio: unsaved forms, who writes where, comments, reviews."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from web.schema.base import Kept, UtcTime, id_column, metadata, of_conversation

unsaved_forms = Table(
    "unsaved_forms",
    metadata,
    Column("account_id", String(32), primary_key=True),
    Column("answer_id", String(60), primary_key=True),  # "new" for one that has no id yet
    Column("fields", JSON, nullable=False),  # [name, value] in the order of the form
    Column("version", Integer, nullable=False),  # of the answer that was being changed
    Column("saved_at", UtcTime, nullable=False),
    info={"kept": Kept("what was typed and not saved", since="saved_at", days=30)},
)

editing_presence = Table(
    "editing_presence",
    metadata,
    Column("account_id", String(32), primary_key=True),
    Column("answer_id", String(60), primary_key=True),
    Column("is_typing", Integer, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Index(None, "answer_id"),
    info={"kept": Kept("who has an answer open", since="seen_at", days=1)},
)

question_views = Table(
    "question_views",
    metadata,
    id_column(),
    Column("answer_id", String(60), nullable=False),
    Column("version", Integer, nullable=False),  # whose questions were read
    Column("seen_by", String(32), nullable=False),
    Column("seen_by_name", String(200), nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Index(None, "answer_id"),
    info={"kept": Kept("who read which questions of a signed answer", since="seen_at")},
)

answer_comments = Table(
    "answer_comments",
    metadata,
    id_column(),
    Column("answer_id", String(60), nullable=False),
    Column("text", String(2000), nullable=False),
    Column("made_by", String(32), nullable=False),
    Column("made_by_name", String(200), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("closed_by_name", String(200)),
    Index(None, "answer_id"),
    info={"kept": Kept("what was said about an answer", since="made_at")},
)

review_requests = Table(
    "review_requests",
    metadata,
    id_column(),
    Column("answer_id", String(60), nullable=False),
    Column("asked_by", String(32), nullable=False),
    Column("asked_by_name", String(200), nullable=False),
    Column("asked_of", String(32), nullable=False),
    Column("asked_of_name", String(200), nullable=False),
    Column("note", String(500), nullable=False),
    Column("due", String(10), nullable=False),  # a date, or empty
    Column("asked_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    Column("done_by_name", String(200)),
    Index(None, "answer_id"),
    info={"kept": Kept("who was asked to look at which answer", since="asked_at")},
)

lost_message_marks = Table(
    "lost_message_marks",
    metadata,
    id_column(),
    of_conversation(),
    Column("message_id", String(32), nullable=False),
    Column("release", String(20), nullable=False),
    Column("mark", String(16), nullable=False),  # accepted, blocked
    Column("marked_by", String(32), nullable=False),
    Column("marked_by_name", String(200), nullable=False),
    Column("marked_at", UtcTime, nullable=False),
    Index(None, "release", "message_id", unique=True),
    Index(None, "conversation_id"),
)
