"""Who calls whom and when, whose requests are one person's, what a physician reviewed, and tags."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_WORK: dict[str, sa.types.TypeEngine[Any]] = {
    "due_at": sa.DateTime(timezone=True),
    "claimed_by": sa.String(length=32),
    "claimed_name": sa.String(length=200),
    "claimed_at": sa.DateTime(timezone=True),
    "person_id": sa.String(length=32),
}
_LOOKED_UP = ("person_id",)


def upgrade() -> None:
    """Build it."""
    for name, kind in _WORK.items():
        op.add_column("callbacks", sa.Column(name, kind, nullable=True))
    op.add_column("callback_events", sa.Column("outcome", sa.String(length=16), nullable=True))
    for name in _LOOKED_UP:
        op.create_index(op.f(f"ix_callbacks_{name}"), "callbacks", [name])
    _join_the_same_ways()
    _conversation_reviews()
    _week_signoffs()
    _conversation_tags()
    _saved_searches()


def downgrade() -> None:
    """Take it away."""
    op.drop_table("saved_searches")
    op.drop_table("conversation_tags")
    op.drop_table("week_signoffs")
    op.drop_table("conversation_reviews")
    for name in _LOOKED_UP:
        op.drop_index(op.f(f"ix_callbacks_{name}"), "callbacks")
    op.drop_column("callback_events", "outcome")
    for name in reversed(_WORK):
        op.drop_column("callbacks", name)


def _join_the_same_ways() -> None:
    """Requests that were stored before with one number, or one address, are of one person."""
    calls = sa.table("callbacks", *(sa.column(name) for name in ("id", "phone", "email", "person_id")))
    record, people = op.get_bind(), dict[str, str]()
    found = record.execute(sa.select(calls.c.id, sa.func.coalesce(calls.c.phone, calls.c.email).label("way")))
    rows = [{"row": id_, "person": people.setdefault(way, id_)} for id_, way in found.all()]
    if rows:
        mine = sa.update(calls).where(calls.c.id == sa.bindparam("row"))
        record.execute(mine.values(person_id=sa.bindparam("person")), rows)


def _conversation_reviews() -> None:
    op.create_table(
        "conversation_reviews",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_reviews")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_conversation_reviews_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "conversation_id", "week", name=op.f("uq_conversation_reviews_conversation_id_week")
        ),
    )
    op.create_index(op.f("ix_conversation_reviews_week"), "conversation_reviews", ["week"])


def _week_signoffs() -> None:
    op.create_table(
        "week_signoffs",
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("sampled", sa.Integer(), nullable=False),
        sa.Column("reviewed", sa.Integer(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_week_signoffs")),
    )


def _conversation_tags() -> None:
    op.create_table(
        "conversation_tags",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_tags")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_conversation_tags_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "conversation_id", "kind", "name", name=op.f("uq_conversation_tags_conversation_id_kind_name")
        ),
    )
    for other in ("name", "created_at"):
        op.create_index(op.f(f"ix_conversation_tags_kind_{other}"), "conversation_tags", ["kind", other])


def _saved_searches() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.String(length=600), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["accounts.id"], name=op.f("fk_saved_searches_staff_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("staff_id", "name", name=op.f("uq_saved_searches_staff_id_name")),
    )
