"""Who an unanswered request was passed to, when on-call was told, and the clinic's rule for it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_PASSED: dict[str, sa.types.TypeEngine[Any]] = {
    "escalated_to": sa.String(length=32),
    "escalated_name": sa.String(length=200),
    "escalated_at": sa.DateTime(timezone=True),
    "on_call_at": sa.DateTime(timezone=True),
}


def upgrade() -> None:
    """Build it."""
    for name, kind in _PASSED.items():
        op.add_column("handoffs", sa.Column(name, kind, nullable=True))
    op.create_table(
        "desk_settings",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=400), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_desk_settings")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("desk_settings")
    for name in reversed(_PASSED):
        op.drop_column("handoffs", name)
