"""Who is at the desk when: shifts by weekday, and the days that differ."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build it."""
    op.create_table(
        "shifts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    op.create_index(op.f("ix_shifts_weekday"), "shifts", ["weekday"], unique=False)
    op.create_table(
        "shift_exceptions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_exceptions")),
    )
    op.create_index(op.f("ix_shift_exceptions_ends_at"), "shift_exceptions", ["ends_at"], unique=False)


def downgrade() -> None:
    """Take it away."""
    op.drop_index(op.f("ix_shift_exceptions_ends_at"), table_name="shift_exceptions")
    op.drop_table("shift_exceptions")
    op.drop_index(op.f("ix_shifts_weekday"), table_name="shifts")
    op.drop_table("shifts")
