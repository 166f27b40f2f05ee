"""What a visitor wishes for a call, in their own words, and the extension of their number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build it."""
    op.add_column("callbacks", sa.Column("note", sa.String(length=600), nullable=True))
    op.add_column("callbacks", sa.Column("extension", sa.String(length=12), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("callbacks", "note")
    op.drop_column("callbacks", "extension")
