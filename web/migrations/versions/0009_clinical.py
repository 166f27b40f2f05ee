"""Facts and notices that a clinician signs; signatures that cover what is read and no questions."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
SIGNED = ("id", "title", "wordings", "sources", "offer_call")
OF_NOTICES: tuple[sa.Column[Any], ...] = (
    sa.Column("is_clinical", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("signed_by", sa.String(length=32), nullable=True),
    sa.Column("signed_by_name", sa.String(length=200), nullable=True),
    sa.Column("signed_at", UTC_TIME, nullable=True),
    sa.Column("removed_at", UTC_TIME, nullable=True),
    sa.Column("removed_by", sa.String(length=32), nullable=True),
)


def upgrade() -> None:
    """Build it."""
    op.add_column("clinic_facts", sa.Column("signed_by_name", sa.String(length=200), nullable=True))
    op.create_table(
        "fact_versions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("is_clinical", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=True),
        sa.Column("set_at", UTC_TIME, nullable=False),
        sa.Column("signed_by", sa.String(length=32), nullable=True),
        sa.Column("signed_by_name", sa.String(length=200), nullable=True),
        sa.Column("signed_at", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_versions")),
        sa.UniqueConstraint("name", "number", name=op.f("uq_fact_versions_name_number")),
    )
    for column in OF_NOTICES:
        op.add_column("notices", column._copy())
    _mark(op.get_bind())


def downgrade() -> None:
    """Take it away. The fingerprints stay as they are: what was signed is to be signed again."""
    for column in OF_NOTICES:
        op.drop_column("notices", column.name)
    op.drop_table("fact_versions")
    op.drop_column("clinic_facts", "signed_by_name")


def _mark(db: sa.Connection) -> None:
    """Give every version, and every signature under one, the fingerprint of what is read in it."""
    versions = sa.table(
        "answer_versions", sa.column("id"), sa.column("answer_id"), sa.column("fingerprint"),
        sa.column("content", sa.JSON()),
    )  # fmt: skip
    signatures = sa.table("signatures", sa.column("answer_id"), sa.column("fingerprint"))
    for row in db.execute(sa.select(versions)).mappings().all():
        new = _fingerprint(row["content"])
        mine = (signatures.c.answer_id == row["answer_id"], signatures.c.fingerprint == row["fingerprint"])
        db.execute(signatures.update().where(*mine).values(fingerprint=new))
        db.execute(versions.update().where(versions.c.id == row["id"]).values(fingerprint=new))


def _fingerprint(content: dict[str, Any]) -> str:
    """As `content.answers.fingerprint` makes it at this step."""
    read = {name: content[name] for name in SIGNED if name in content}
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()
