"""Find the mails of the last minutes without reading all of them."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build it."""
    op.create_index(op.f("ix_outbox_created_at"), "outbox", ["created_at"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index(op.f("ix_outbox_created_at"), table_name="outbox")
