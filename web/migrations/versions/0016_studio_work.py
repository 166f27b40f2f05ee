"""Unsaved forms, who writes where, questions seen, comments, requests for review, marks on lost messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
TIME = sa.DateTime(timezone=True)


def text(name: str, length: int, *, is_open: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=is_open)


def upgrade() -> None:
    """Build them."""
    op.create_table(
        "unsaved_forms",
        text("account_id", 32),
        text("answer_id", 60),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "answer_id", name=op.f("pk_unsaved_forms")),
    )
    op.create_table(
        "editing_presence",
        text("account_id", 32),
        text("answer_id", 60),
        sa.Column("is_typing", sa.Integer(), nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "answer_id", name=op.f("pk_editing_presence")),
    )
    op.create_index(op.f("ix_editing_presence_answer_id"), "editing_presence", ["answer_id"])
    op.create_table(
        "question_views",
        text("id", 32),
        text("answer_id", 60),
        sa.Column("version", sa.Integer(), nullable=False),
        text("seen_by", 32),
        text("seen_by_name", 200),
        sa.Column("seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_views")),
    )
    op.create_index(op.f("ix_question_views_answer_id"), "question_views", ["answer_id"])
    op.create_table(
        "answer_comments",
        text("id", 32),
        text("answer_id", 60),
        text("text", 2000),
        text("made_by", 32),
        text("made_by_name", 200),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        text("closed_by_name", 200, is_open=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_comments")),
    )
    op.create_index(op.f("ix_answer_comments_answer_id"), "answer_comments", ["answer_id"])
    op.create_table(
        "review_requests",
        text("id", 32),
        text("answer_id", 60),
        text("asked_by", 32),
        text("asked_by_name", 200),
        text("asked_of", 32),
        text("asked_of_name", 200),
        text("note", 500),
        text("due", 10),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("done_at", TIME, nullable=True),
        text("done_by_name", 200, is_open=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_requests")),
    )
    op.create_index(op.f("ix_review_requests_answer_id"), "review_requests", ["answer_id"])
    op.create_table(
        "lost_message_marks",
        text("id", 32),
        text("conversation_id", 32),
        text("message_id", 32),
        text("release", 20),
        text("mark", 16),
        text("marked_by", 32),
        text("marked_by_name", 200),
        sa.Column("marked_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_lost_message_marks_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lost_message_marks")),
    )
    op.create_index(op.f("ix_lost_message_marks_conversation_id"), "lost_message_marks", ["conversation_id"])
    op.create_index(
        op.f("ix_lost_message_marks_release_message_id"),
        "lost_message_marks",
        ["release", "message_id"],
        unique=True,
    )


def downgrade() -> None:
    """Take them away."""
    for table in (
        "lost_message_marks",
        "review_requests",
        "answer_comments",
        "question_views",
        "editing_presence",
        "unsaved_forms",
    ):
        op.drop_table(table)
