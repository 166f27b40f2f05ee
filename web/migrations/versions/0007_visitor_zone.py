"""The time zone of a visitor's browser, with the conversation and with what was asked for in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("conversations", "callbacks")


def upgrade() -> None:
    """Build it."""
    for table in TABLES:
        op.add_column(table, sa.Column("time_zone", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Take it away."""
    for table in TABLES:
        op.drop_column(table, "time_zone")
