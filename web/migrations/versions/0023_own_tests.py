"""The clinic's own tests, and how they went with each build."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
TIME = sa.DateTime(timezone=True)


def text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def upgrade() -> None:
    """Build them."""
    op.create_table(
        "test_conversations",
        text("id", 32),
        text("name", 120),
        text("language", 8),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        text("made_by", 32),
        text("made_by_name", 200),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_conversations")),
    )
    op.create_table(
        "test_results",
        text("id", 32),
        text("release", 100),
        text("test_id", 32),
        text("result", 8),
        text("said", 400),
        text("now", 400),
        text("wanted", 400),
        sa.Column("held_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_results")),
        sa.UniqueConstraint("release", "test_id", name=op.f("uq_test_results_release_test_id")),
    )
    op.create_index(op.f("ix_test_results_held_at"), "test_results", ["held_at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("test_results")
    op.drop_table("test_conversations")
