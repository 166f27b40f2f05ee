"""Tables of releases: builds, what was published when, and what was withdrawn at once."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, String, Table, Text, UniqueConstraint

from web.schema.base import Kept, UtcTime, id_column, metadata

builds = Table(
    "builds",
    metadata,
    id_column(),
    Column("slot", String(8)),  # "only" while it runs: one at a time, whoever starts it
    Column("state", String(16), nullable=False),  # running, cancelling, done, failed, cancelled
    Column("step", String(16), nullable=False),  # check, train, evaluate, report
    Column("share", Float, nullable=False),  # of the step, 0 to 1
    Column("release", String(100)),
    Column("sentence", Text),  # why it failed, for the owner
    Column("problems", JSON, nullable=False),  # path, line, text
    Column("started_by", String(32), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("alive_at", UtcTime, nullable=False),  # the process that runs it was there
    Column("ended_at", UtcTime),
    UniqueConstraint("slot"),
    Index(None, "started_at"),
    info={"kept": Kept("what was tried", since="started_at", days=400)},
)

publications = Table(
    "publications",
    metadata,
    id_column(),
    Column("release", String(100), nullable=False),
    Column("before", String(100)),
    Column("is_undo", Boolean, nullable=False),
    Column("override", Text),  # the reason for publishing over a failed gate
    Column("published_by", String(32), nullable=False),
    Column("published_at", UtcTime, nullable=False),
    Index(None, "published_at"),
    info={"kept": Kept("which release spoke when", since="published_at")},
)

withdrawals = Table(
    "withdrawals",
    metadata,
    id_column(),
    Column("answer_id", String(60)),  # none: the whole bot is off
    Column("reason", Text, nullable=False),
    Column("by", String(32), nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime),
    Column("until_by", String(32)),
    Index(None, "until"),
    info={"kept": Kept("what visitors were not told, and why", since="since")},
)
