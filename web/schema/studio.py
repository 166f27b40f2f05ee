"""Tables of the studio: answers with all their versions, signatures, what was done about missed questions."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, UniqueConstraint

from web.schema.base import Kept, UtcTime, id_column, metadata, of_conversation

answers = Table(
    "answers",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("content", JSON, nullable=False),  # content.answers.Answer.as_data()
    Column("tests", JSON, nullable=False),  # two messages that are never trained on
    Column("is_on", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_by", String(32)),  # none: the starter content
    Column("created_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    info={"kept": Kept("the clinic's own words", since="changed_at")},
)

answer_versions = Table(
    "answer_versions",
    metadata,
    id_column(),
    Column("answer_id", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", JSON, nullable=False),
    Column("tests", JSON, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("fingerprint", String(64), nullable=False),  # of all that a signature stands for
    Column("changed_by", String(32)),
    Column("changed_by_name", String(200), nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("why", String(300), nullable=False),
    UniqueConstraint("answer_id", "version"),
    info={"kept": Kept("who changed which words, and why", since="changed_at")},
)

signatures = Table(
    "signatures",
    metadata,
    id_column(),
    Column("answer_id", String(60), nullable=False),
    Column("language", String(8), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("signed_by", String(32), nullable=False),
    Column("signed_by_name", String(200), nullable=False),
    Column("rule", String(16), nullable=False),  # another: not its author; own: a solo practice
    Column("review_by", String(10), nullable=False),
    Column("signed_at", UtcTime, nullable=False),
    Column("taken_back_at", UtcTime),
    Column("taken_back_by", String(32)),
    Index(None, "answer_id", "fingerprint"),
    info={"kept": Kept("who stood for which words", since="signed_at")},
)

studio_settings = Table(
    "studio_settings",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
    Column("set_by", String(32)),
    Column("set_at", UtcTime, nullable=False),
    info={"kept": Kept("how the clinic works", since="set_at")},
)

reminders = Table(
    "reminders",
    metadata,
    id_column(),
    Column("answer_id", String(60), nullable=False),
    Column("review_by", String(10), nullable=False),
    Column("days", Integer, nullable=False),  # 14, 7, 0 before it
    Column("reminded_at", UtcTime, nullable=False),
    UniqueConstraint("answer_id", "review_by", "days"),
    info={"kept": Kept("that owners were told once", since="reminded_at", days=400)},
)

safety_examples = Table(
    "safety_examples",
    metadata,
    id_column(),
    Column("text", String(2000), nullable=False),  # masked, and read by whoever accepted it
    Column("label", String(8), nullable=False),  # as in safety/corpus
    Column("kind", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("accepted_by", String(32), nullable=False),
    Column("accepted_by_name", String(200), nullable=False),
    Column("accepted_at", UtcTime, nullable=False),
    info={"kept": Kept("what the clinic teaches safety", since="accepted_at")},
)

missed_marks = Table(
    "missed_marks",
    metadata,
    id_column(),
    of_conversation(),
    Column("message_id", String(32), nullable=False),
    Column("batch", String(32), nullable=False),  # marked in one press, undone in one
    Column("mark", String(16), nullable=False),  # drafted, added, not_ours, ignored
    Column("answer_id", String(60)),
    Column("marked_by", String(32)),
    Column("marked_at", UtcTime, nullable=False),
    UniqueConstraint("message_id"),
    Index(None, "batch"),
    Index(None, "conversation_id"),
)

missed_groups = Table(
    "missed_groups",
    metadata,
    id_column(),
    of_conversation(),
    Column("message_id", String(32), nullable=False),
    Column("group_id", String(32), nullable=False),  # put together, or apart, by somebody's hand
    Column("set_by", String(32)),
    Column("set_at", UtcTime, nullable=False),
    UniqueConstraint("message_id"),
    Index(None, "conversation_id"),
)

answer_imports = Table(
    "answer_imports",
    metadata,
    id_column(),
    Column("file_name", String(200), nullable=False),
    Column("rows", JSON, nullable=False),  # of each answer: its id, and its versions before and after
    Column("taken_by", String(32), nullable=False),
    Column("taken_by_name", String(200), nullable=False),
    Column("taken_at", UtcTime, nullable=False),
    Column("undone_at", UtcTime),
    info={"kept": Kept("what came in with which file", since="taken_at", days=400)},
)

project_parts = Table(
    "project_parts",
    metadata,
    id_column(),
    Column("name", String(40), nullable=False),
    Column("version", Integer, nullable=False),  # the highest one holds
    Column("content", JSON, nullable=False),
    Column("changed_by", String(32), nullable=False),
    Column("changed_by_name", String(200), nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("why", String(300), nullable=False),
    UniqueConstraint("name", "version"),
    info={"kept": Kept("the clinic's own rules and words, and who changed them", since="changed_at")},
)
