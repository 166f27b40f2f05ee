"""Tables of working together in the studio: unsaved forms, comments, reviews, assignments, mails."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

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

answer_assignments = Table(
    "answer_assignments",
    metadata,
    id_column(),
    Column("answer_id", String(60), nullable=False),
    Column("assigned_to", String(32), nullable=False),
    Column("assigned_to_name", String(200), nullable=False),
    Column("assigned_by", String(32), nullable=False),
    Column("assigned_by_name", String(200), nullable=False),
    Column("note", String(500), nullable=False),
    Column("due", String(10), nullable=False),  # a date, or empty
    Column("assigned_at", UtcTime, nullable=False),
    Column("reminded_at", UtcTime),  # told on the day that it is due
    Column("ended_at", UtcTime),
    Column("ended_by_name", String(200)),
    # One person at a time works on an answer.
    Index(
        "uq_answer_assignments_open",
        "answer_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    info={"kept": Kept("who was to work on which answer", since="assigned_at")},
)

studio_mails = Table(
    "studio_mails",
    metadata,
    id_column(),
    Column("account_id", String(32), nullable=False),  # whom to tell
    Column("about", String(16), nullable=False),  # review, assigned, due, comment, published, ...
    Column("path", String(200), nullable=False),  # where to read it: nothing else is in the mail
    Column("state", String(16), nullable=False),  # waiting, sent, dead
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", UtcTime, nullable=False),
    Column("problem", String(200)),
    Column("created_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Index(None, "state", "next_try_at"),
    info={"kept": Kept("that a colleague was told", since="created_at", days=90)},
)

scheduled_publishes = Table(
    "scheduled_publishes",
    metadata,
    id_column(),
    Column("slot", String(8)),  # "only" until it has ended: one at a time
    Column("state", String(16), nullable=False),  # waiting, publishing, done, refused, cancelled
    Column("release", String(100), nullable=False),
    Column("fingerprint", String(64), nullable=False),  # of the release as it was scheduled
    Column("before", String(100), nullable=False),  # what was published then
    Column("at", UtcTime, nullable=False),
    Column("scheduled_by", String(32), nullable=False),
    Column("scheduled_by_name", String(200), nullable=False),
    Column("scheduled_at", UtcTime, nullable=False),
    Column("claimed_at", UtcTime),  # a process has begun to publish it
    Column("ended_at", UtcTime),
    Column("ended_by_name", String(200)),  # who cancelled it
    Column("sentence", Text),  # why it was not published
    UniqueConstraint("slot"),
    info={"kept": Kept("what was to be published when", since="scheduled_at")},
)

test_conversations = Table(
    "test_conversations",
    metadata,
    id_column(),
    Column("name", String(120), nullable=False),
    Column("language", String(8), nullable=False),
    Column("steps", JSON, nullable=False),  # masked words, and what is to come: web/studio/testing/steps.py
    Column("is_on", Boolean, nullable=False),
    Column("made_by", String(32), nullable=False),
    Column("made_by_name", String(200), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    info={"kept": Kept("the clinic's own tests, without names and numbers", since="changed_at")},
)

test_results = Table(
    "test_results",
    metadata,
    id_column(),
    Column("release", String(100), nullable=False),
    Column("test_id", String(32), nullable=False),
    Column("result", String(8), nullable=False),  # passed, failed, lost
    Column("said", String(400), nullable=False),
    Column("now", String(400), nullable=False),
    Column("wanted", String(400), nullable=False),
    Column("held_at", UtcTime, nullable=False),
    UniqueConstraint("release", "test_id"),
    Index(None, "held_at"),
    info={"kept": Kept("how the clinic's own tests went", since="held_at", days=400)},
)
