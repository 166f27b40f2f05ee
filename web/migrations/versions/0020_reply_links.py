"""Answers reach visitors who have left: where they agreed to hear of one, links, and tokens of devices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build it."""
    op.add_column("conversations", sa.Column("answered_away_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "reply_contacts",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_reply_contacts")),
        _of_conversation("reply_contacts"),
    )
    _reply_links()
    op.create_table(
        "conversation_tokens",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_tokens")),
        _of_conversation("conversation_tokens"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_conversation_tokens_token_hash")),
    )
    op.create_index(
        op.f("ix_conversation_tokens_conversation_id"), "conversation_tokens", ["conversation_id"]
    )


def downgrade() -> None:
    """Take it away."""
    for name in ("conversation_tokens", "reply_links", "reply_contacts"):
        op.drop_table(name)
    op.drop_column("conversations", "answered_away_at")


def _reply_links() -> None:
    op.create_table(
        "reply_links",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reply_address_hash", sa.String(length=400), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_links")),
        _of_conversation("reply_links"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_reply_links_token_hash")),
    )
    op.create_index(op.f("ix_reply_links_conversation_id"), "reply_links", ["conversation_id"])
    op.create_index(op.f("ix_reply_links_state_due_at"), "reply_links", ["state", "due_at"])
    op.create_index(op.f("ix_reply_links_reply_address_hash"), "reply_links", ["reply_address_hash"])


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_conversation_id")
    return sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=name, ondelete="CASCADE")
