"""Handoffs and notes as the desk works them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
OPEN = sa.text("state <> 'resolved'")
HANDOFF_COLUMNS: dict[str, Any] = {
    "claimed_name": sa.String(length=200),
    "urgent_at": UTC_TIME,
    "opened_at": UTC_TIME,
    "told_again_at": UTC_TIME,
    "resolved_by": sa.String(length=64),
    "resolution": sa.String(length=24),
}


def upgrade() -> None:
    """Build them."""
    with op.batch_alter_table("handoffs") as table:
        table.add_column(sa.Column("wants_person", sa.Boolean(), nullable=False, server_default=sa.true()))
        for name, kind in HANDOFF_COLUMNS.items():
            table.add_column(sa.Column(name, kind))
    with op.batch_alter_table("handoffs") as table:
        table.alter_column("wants_person", server_default=None)
    op.create_index(
        "uq_handoffs_open",
        "handoffs",
        ["conversation_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    _of_conversation("visits", sa.Column("seen_at", UTC_TIME, nullable=False), key=("conversation_id",))
    _of_conversation(
        "handoff_events",
        _id(),
        sa.Column("handoff_id", sa.String(length=32), nullable=False),
        sa.Column("did", sa.String(length=24), nullable=False),
        sa.Column("by", sa.String(length=64)),
        sa.Column("name", sa.String(length=200)),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
    )
    _index("handoff_events", "conversation_id", "at")
    _index("handoff_events", "at")
    _of_conversation(
        "to_reads",
        _id(),
        sa.Column("message_id", sa.String(length=32)),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("read_at", UTC_TIME),
        sa.Column("read_by", sa.String(length=64)),
    )
    _index("to_reads", "read_at", "created_at")
    _index("to_reads", "conversation_id")
    _of_conversation(
        "notes",
        _id(),
        sa.Column("by", sa.String(length=64)),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
    )
    _index("notes", "conversation_id", "created_at")
    _of_conversation(
        "onlookers",
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("seen_at", UTC_TIME, nullable=False),
        sa.Column("typing_at", UTC_TIME),
        key=("conversation_id", "staff_id"),
    )
    _of_conversation(
        "wrong_answers",
        _id(),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("given", sa.String(length=200)),
        sa.Column("right_answer", sa.String(length=200)),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
    )
    _index("wrong_answers", "created_at")
    op.create_table(
        "at_desk",
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("seen_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_at_desk")),
    )
    op.create_table(
        "canned_replies",
        _id(),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_replies")),
    )


def downgrade() -> None:
    """Take them away."""
    for name in (
        "canned_replies", "at_desk", "wrong_answers", "onlookers", "notes", "to_reads", "handoff_events",
        "visits",
    ):  # fmt: skip
        op.drop_table(name)
    op.drop_index("uq_handoffs_open", table_name="handoffs")
    with op.batch_alter_table("handoffs") as table:
        for name in ("wants_person", *HANDOFF_COLUMNS):
            table.drop_column(name)


def _id() -> sa.Column:
    return sa.Column("id", sa.String(length=32), nullable=False)


def _of_conversation(name: str, *columns: sa.Column, key: tuple[str, ...] = ("id",)) -> None:
    """Build a table whose rows are deleted with their conversation."""
    op.create_table(
        name,
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f(f"fk_{name}_conversation_id"),
            ondelete="CASCADE",
        ),
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)
