"""What the delivery contract and the hours need."""

from __future__ import annotations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build them."""


def downgrade() -> None:
    """Take them away."""
