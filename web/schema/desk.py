"""Tables of the desk: who is there, what was done with a handoff, what is to read, notes, drafts, wordings.

Everything that belongs to a conversation goes with it: a visitor who deletes a chat leaves nothing.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from web.schema.base import Kept, UtcTime, id_column, metadata, of_conversation
from web.schema.sealed import Sealed

visits = Table(
    "visits",
    metadata,
    Column(
        "conversation_id", String(32), ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("seen_at", UtcTime, nullable=False),  # the visitor's page asked for news then
)

handoff_events = Table(
    "handoff_events",
    metadata,
    id_column(),
    of_conversation(),
    Column("handoff_id", String(32), nullable=False),
    Column("did", String(24), nullable=False),  # requested, urgent, opened, claimed, lapsed, resolved, ...
    Column("by", String(64)),  # none: the system itself
    Column("name", String(200)),
    Column("details", JSON, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "conversation_id", "at"),
    Index(None, "at"),
)

to_reads = Table(
    "to_reads",
    metadata,
    id_column(),
    of_conversation(),
    Column("message_id", String(32)),
    Column("reason", String(24), nullable=False),  # unsure, not_helpful, left, unfinished, wished
    Column("created_at", UtcTime, nullable=False),
    Column("read_at", UtcTime),
    Column("read_by", String(64)),
    Index(None, "read_at", "created_at"),
    Index(None, "conversation_id"),
)

notes = Table(
    "notes",
    metadata,
    id_column(),
    of_conversation(),
    Column("by", String(64)),  # none: the system itself
    Column("name", String(200), nullable=False),
    Column("text", Sealed("notes/text"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "conversation_id", "created_at"),
)

drafts = Table(
    "drafts",
    metadata,
    of_conversation(),
    Column("staff_id", String(64), nullable=False),
    Column("field", String(8), nullable=False),  # reply, note
    Column("text", Sealed("drafts/text"), nullable=False),
    Column("answer_id", String(200)),  # an approved answer that was chosen to be sent instead
    Column("mark", String(32), nullable=False),  # another one with each save
    Column("tab", String(32), nullable=False),  # the window it was saved from
    Column("saved_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("conversation_id", "staff_id", "field"),
)

onlookers = Table(
    "onlookers",
    metadata,
    of_conversation(),
    Column("staff_id", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("typing_at", UtcTime),
    Column("read_seq", Integer),  # the last message that was before their eyes
    PrimaryKeyConstraint("conversation_id", "staff_id"),
)

at_desk = Table(
    "at_desk",
    metadata,
    Column("staff_id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("seen_at", UtcTime, nullable=False),  # a page of the desk asked for news then
    Column("locked_at", UtcTime),  # their screen was locked since: nobody is there
    info={"kept": Kept("who was last at the desk", since="seen_at", days=30)},
)

canned_replies = Table(
    "canned_replies",
    metadata,
    id_column(),
    Column("title", String(100), nullable=False),
    Column("language", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("changed_by", String(64), nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    info={"kept": Kept("wordings of the clinic", since="changed_at")},
)

crisis_steps = Table(
    "crisis_steps",
    metadata,
    Column("kind", String(24), primary_key=True),  # of danger
    Column("text", Text, nullable=False),  # one step a line
    Column("changed_by", String(64), nullable=False),
    Column("changed_by_name", String(200), nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    info={"kept": Kept("what the clinic does in a crisis", since="changed_at")},
)

desk_settings = Table(
    "desk_settings",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(400), nullable=False),
    Column("set_by", String(32), nullable=False),
    Column("set_at", UtcTime, nullable=False),
    info={"kept": Kept("how the desk works", since="set_at")},
)

false_alarms = Table(
    "false_alarms",
    metadata,
    id_column(),
    of_conversation(),
    Column("message_id", String(32), nullable=False),
    Column("kind", String(24), nullable=False),  # of danger, as safety heard it
    Column("by", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("review", String(16)),  # accepted, dismissed; none: open
    Column("reviewed_by", String(64)),
    Column("reviewed_at", UtcTime),
    UniqueConstraint("message_id"),
    Index(None, "review", "created_at"),
    Index(None, "conversation_id"),
)

undos = Table(
    "undos",
    metadata,
    id_column(),
    Column("staff_id", String(64), nullable=False),
    Column("did", String(24), nullable=False),
    Column("changes", JSON, nullable=False),  # ids and states of rows, no words
    Column("made_at", UtcTime, nullable=False),
    Index(None, "made_at"),
    info={"kept": Kept("what can be undone for a minute", since="made_at", days=1)},
)

wrong_answers = Table(
    "wrong_answers",
    metadata,
    id_column(),
    of_conversation(),
    Column("message_id", String(32), nullable=False),  # the bot's message that was wrong
    Column("question", Sealed("wrong_answers/question"), nullable=False),  # what the visitor had asked
    Column("language", String(8), nullable=False),
    Column("given", String(200)),  # the utterance that was given
    Column("right_answer", String(200)),  # the id of the answer that would have been right
    Column("remark", Sealed("wrong_answers/remark"), nullable=False),
    Column("by", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "created_at"),
    Index(None, "conversation_id"),
)
