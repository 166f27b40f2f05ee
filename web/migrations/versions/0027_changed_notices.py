"""Which notice a changed one stands for: the earlier one stays up until a clinical change is signed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build it."""
    with op.batch_alter_table("notices") as table:
        table.add_column(sa.Column("replaces", sa.String(length=32), nullable=True))


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("notices") as table:
        table.drop_column("replaces")
