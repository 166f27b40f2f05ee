"""Who calls whom and when, what came of each attempt, and which requests are of one person."""

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
_LOOKED_UP = ("person_id", "phone", "email")


def upgrade() -> None:
    """Build it."""
    for name, kind in _WORK.items():
        op.add_column("callbacks", sa.Column(name, kind, nullable=True))
    op.add_column("callback_events", sa.Column("outcome", sa.String(length=16), nullable=True))
    for name in _LOOKED_UP:
        op.create_index(op.f(f"ix_callbacks_{name}"), "callbacks", [name])
    _join_the_same_ways()


def downgrade() -> None:
    """Take it away."""
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
