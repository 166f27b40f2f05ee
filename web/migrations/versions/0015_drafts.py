"""Drafts, what staff have read, who gave them what, locked screens, and what can be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build it."""
    op.create_table(
        "drafts",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer_id", sa.String(length=200), nullable=True),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("tab", sa.String(length=32), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_drafts_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "staff_id", "field", name=op.f("pk_drafts")),
    )

    op.create_table(
        "undos",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("did", sa.String(length=24), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undos")),
    )
    op.create_index(op.f("ix_undos_made_at"), "undos", ["made_at"])
    op.add_column("at_desk", sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("onlookers", sa.Column("read_seq", sa.Integer(), nullable=True))
    op.add_column("handoffs", sa.Column("assigned_by", sa.String(length=200), nullable=True))
    op.add_column("handoffs", sa.Column("back_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("handoffs", "back_at")
    op.drop_column("handoffs", "assigned_by")
    op.drop_column("onlookers", "read_seq")
    op.drop_column("at_desk", "locked_at")
    op.drop_table("undos")
    op.drop_table("drafts")
