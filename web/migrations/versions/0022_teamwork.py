"""Publishing at a time, assignments of answers, mails to colleagues."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
TIME = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")


def text(name: str, length: int, *, is_open: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=is_open)


def time(name: str, *, is_open: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, TIME, nullable=is_open)


def upgrade() -> None:
    """Build them."""
    op.create_table(
        "answer_assignments",
        text("id", 32),
        text("answer_id", 60),
        text("assigned_to", 32),
        text("assigned_to_name", 200),
        text("assigned_by", 32),
        text("assigned_by_name", 200),
        text("note", 500),
        text("due", 10),
        time("assigned_at"),
        time("reminded_at", is_open=True),
        time("ended_at", is_open=True),
        text("ended_by_name", 200, is_open=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_assignments")),
    )
    op.create_index(
        "uq_answer_assignments_open",
        "answer_assignments",
        ["answer_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "studio_mails",
        text("id", 32),
        text("account_id", 32),
        text("about", 16),
        text("path", 200),
        text("state", 16),
        sa.Column("attempts", sa.Integer(), nullable=False),
        time("next_try_at"),
        text("problem", 200, is_open=True),
        time("created_at"),
        time("sent_at", is_open=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_mails")),
    )
    op.create_index(op.f("ix_studio_mails_state_next_try_at"), "studio_mails", ["state", "next_try_at"])
    op.create_table(
        "scheduled_publishes",
        text("id", 32),
        text("slot", 8, is_open=True),
        text("state", 16),
        text("release", 100),
        text("fingerprint", 64),
        text("before", 100),
        time("at"),
        text("scheduled_by", 32),
        text("scheduled_by_name", 200),
        time("scheduled_at"),
        time("claimed_at", is_open=True),
        time("ended_at", is_open=True),
        text("ended_by_name", 200, is_open=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_publishes")),
        sa.UniqueConstraint("slot", name=op.f("uq_scheduled_publishes_slot")),
    )


def downgrade() -> None:
    """Take them away."""
    for table in ("scheduled_publishes", "studio_mails", "answer_assignments"):
        op.drop_table(table)
