"""Indexes that keep the cost of a message flat, and urgent handoffs that are folded into one row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN_TURNS = sa.text("state IN ('waiting', 'claimed')")
FOLDED = sa.text("fold_id IS NOT NULL")
# Every message and every deletion asks for the rows of one conversation.
BY_CONVERSATION = (
    "callbacks",
    "callback_events",
    "handoffs",
    "outbox",
    "ratings",
    "wrong_answers",
    "missed_marks",
)


def upgrade() -> None:
    """Build it."""
    op.drop_index(op.f("ix_turns_state_tell_by"), table_name="turns")
    for name, column in (
        ("ix_turns_open_tell_by", "tell_by"),
        ("ix_turns_open_conversation", "conversation_id"),
    ):
        op.create_index(name, "turns", [column], sqlite_where=OPEN_TURNS, postgresql_where=OPEN_TURNS)
    op.add_column("handoffs", sa.Column("fold_id", sa.String(length=32), nullable=True))
    folded = ["fold_id", "urgent_at"]
    op.create_index("ix_handoffs_folded", "handoffs", folded, sqlite_where=FOLDED, postgresql_where=FOLDED)
    for table in BY_CONVERSATION:
        op.create_index(op.f(f"ix_{table}_conversation_id"), table, ["conversation_id"])
    op.create_index(op.f("ix_ratings_created_at"), "ratings", ["created_at"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index(op.f("ix_ratings_created_at"), table_name="ratings")
    for table in BY_CONVERSATION:
        op.drop_index(op.f(f"ix_{table}_conversation_id"), table_name=table)
    op.drop_index("ix_handoffs_folded", table_name="handoffs")
    op.drop_column("handoffs", "fold_id")
    for name in ("ix_turns_open_tell_by", "ix_turns_open_conversation"):
        op.drop_index(name, table_name="turns")
    op.create_index(op.f("ix_turns_state_tell_by"), "turns", ["state", "tell_by"])
