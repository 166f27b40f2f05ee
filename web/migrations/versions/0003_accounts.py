"""People at the desk: accounts, roles, sessions, audit."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build them."""


def downgrade() -> None:
    """Take them away."""
