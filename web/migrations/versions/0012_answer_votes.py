"""How many readers found an answer's page helpful."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build it."""
    op.create_table(
        "answer_votes",
        sa.Column("answer_id", sa.String(length=60), nullable=False),
        sa.Column("day", sa.DateTime(timezone=True), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("answer_id", "day", name=op.f("pk_answer_votes")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("answer_votes")
