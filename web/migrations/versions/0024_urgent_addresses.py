"""How many urgent chats came from one address within the hour, for all web processes together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build it."""
    op.create_table(
        "urgent_addresses",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fold_id", sa.String(length=32), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_urgent_addresses")),
    )
    op.create_index(op.f("ix_urgent_addresses_since"), "urgent_addresses", ["since"], unique=False)


def downgrade() -> None:
    """Take it away."""
    op.drop_index(op.f("ix_urgent_addresses_since"), table_name="urgent_addresses")
    op.drop_table("urgent_addresses")
