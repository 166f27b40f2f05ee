"""Tables of what the clinic tells the service while it runs: facts, closures, presence, shifts, notices."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, UniqueConstraint
from sqlalchemy.sql import false

from web.schema.base import Kept, UtcTime, id_column, metadata

clinic_facts = Table(
    "clinic_facts",
    metadata,
    Column("name", String(40), primary_key=True),  # a key of clinic.yml
    Column("value", JSON, nullable=False),  # as clinic.yml writes it; null: not known
    Column("set_by", String(32)),
    Column("set_at", UtcTime, nullable=False),
    Column("signed_by_name", String(200)),  # of the clinician, where the value is clinical
    info={"kept": Kept("the clinic's own facts", since="set_at")},
)

fact_versions = Table(
    "fact_versions",
    metadata,
    id_column(),
    Column("name", String(40), nullable=False),
    Column("number", Integer, nullable=False),
    Column("value", JSON, nullable=False),
    Column("is_clinical", Boolean, nullable=False),
    Column("set_by", String(32)),
    Column("set_at", UtcTime, nullable=False),
    Column("signed_by", String(32)),
    Column("signed_by_name", String(200)),
    Column("signed_at", UtcTime),
    UniqueConstraint("name", "number"),
    info={"kept": Kept("who changed and who signed which fact", since="set_at")},
)

closures = Table(
    "closures",
    metadata,
    id_column(),
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("reason", String(120), nullable=False),  # shown to visitors; may be empty
    Column("made_by", String(32)),
    Column("made_at", UtcTime, nullable=False),
    Index(None, "ends_at"),
    info={"kept": Kept("over long ago", since="ends_at", days=400)},
)

presence = Table(
    "presence",
    metadata,
    Column("staff_id", String(32), primary_key=True),
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    info={"kept": Kept("who was at the desk", since="until", days=1)},
)

shifts = Table(
    "shifts",
    metadata,
    id_column(),
    Column("staff_id", String(32), nullable=False),
    Column("weekday", Integer, nullable=False),  # 0 is Monday
    Column("starts", String(5), nullable=False),  # "09:00" on the clinic's clock
    Column("ends", String(5), nullable=False),  # before `starts`: on the next day
    Column("set_by", String(32), nullable=False),
    Column("set_at", UtcTime, nullable=False),
    Index(None, "weekday"),
    info={"kept": Kept("who is at the desk when", since="set_at")},
)

shift_exceptions = Table(
    "shift_exceptions",
    metadata,
    id_column(),
    Column("staff_id", String(32), nullable=False),
    Column("kind", String(8), nullable=False),  # off, extra; away: they said so themselves
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("set_by", String(32), nullable=False),
    Column("set_at", UtcTime, nullable=False),
    Index(None, "ends_at"),
    info={"kept": Kept("over long ago", since="ends_at", days=400)},
)

notices = Table(
    "notices",
    metadata,
    id_column(),
    Column("texts", JSON, nullable=False),  # {language: sentence}
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("made_by", String(32)),
    Column("made_at", UtcTime, nullable=False),
    Column("is_clinical", Boolean, nullable=False, server_default=false()),
    Column("signed_by", String(32)),
    Column("signed_by_name", String(200)),
    Column("signed_at", UtcTime),
    Column("removed_at", UtcTime),
    Column("removed_by", String(32)),
    Column("replaces", String(32)),  # the notice that this one was changed from
    Index(None, "ends_at"),
    info={"kept": Kept("over long ago", since="ends_at", days=400)},
)
