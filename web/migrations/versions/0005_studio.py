"""Drafts, versions, signatures, releases and missed questions."""

from __future__ import annotations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build them."""


def downgrade() -> None:
    """Take them away."""
