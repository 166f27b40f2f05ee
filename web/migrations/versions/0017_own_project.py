"""What a clinic brings: its own rules and words, imports that can be undone, groups put by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Build it."""
    _project_parts()
    _answer_imports()
    _missed_groups()


def _project_parts() -> None:
    op.create_table(
        "project_parts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(length=32), nullable=False),
        sa.Column("changed_by_name", sa.String(length=200), nullable=False),
        sa.Column("changed_at", UTC_TIME, nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_parts")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_project_parts_name_version")),
    )


def _answer_imports() -> None:
    op.create_table(
        "answer_imports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("taken_by", sa.String(length=32), nullable=False),
        sa.Column("taken_by_name", sa.String(length=200), nullable=False),
        sa.Column("taken_at", UTC_TIME, nullable=False),
        sa.Column("undone_at", UTC_TIME),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_imports")),
    )


def _missed_groups() -> None:
    op.create_table(
        "missed_groups",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("set_by", sa.String(length=32)),
        sa.Column("set_at", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_missed_groups_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_groups")),
        sa.UniqueConstraint("message_id", name=op.f("uq_missed_groups_message_id")),
    )
    op.create_index(op.f("ix_missed_groups_conversation_id"), "missed_groups", ["conversation_id"])


def downgrade() -> None:
    """Take it away."""
    for table in ("missed_groups", "answer_imports", "project_parts"):
        op.drop_table(table)
