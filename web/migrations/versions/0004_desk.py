"""Handoffs, callbacks and notes as the desk works them."""

from __future__ import annotations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build them."""


def downgrade() -> None:
    """Take them away."""
