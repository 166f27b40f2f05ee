"""What a crisis was and how it ended, the clinic's checklists, and false alarms that teach."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Build it."""
    op.add_column("handoffs", sa.Column("words_id", sa.String(length=32), nullable=True))
    op.add_column("handoffs", sa.Column("strength", sa.Float(), nullable=True))
    op.add_column("handoffs", sa.Column("outcome", sa.String(length=24), nullable=True))
    _crisis_steps()
    _false_alarms()
    _safety_examples()


def _crisis_steps() -> None:
    op.create_table(
        "crisis_steps",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_by_name", sa.String(length=200), nullable=False),
        sa.Column("changed_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_crisis_steps")),
    )


def _false_alarms() -> None:
    op.create_table(
        "false_alarms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("review", sa.String(length=16), nullable=True),
        sa.Column("reviewed_by", sa.String(length=64), nullable=True),
        sa.Column("reviewed_at", UTC_TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_false_alarms_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_false_alarms")),
        sa.UniqueConstraint("message_id", name=op.f("uq_false_alarms_message_id")),
    )
    op.create_index(op.f("ix_false_alarms_review_created_at"), "false_alarms", ["review", "created_at"])
    op.create_index(op.f("ix_false_alarms_conversation_id"), "false_alarms", ["conversation_id"])


def _safety_examples() -> None:
    op.create_table(
        "safety_examples",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("label", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("accepted_by", sa.String(length=32), nullable=False),
        sa.Column("accepted_by_name", sa.String(length=200), nullable=False),
        sa.Column("accepted_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_examples")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("safety_examples")
    op.drop_table("false_alarms")
    op.drop_table("crisis_steps")
    for column in ("outcome", "strength", "words_id"):
        op.drop_column("handoffs", column)
