"""What every table of the record shares: names of constraints, times in UTC, random ids."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, DateTime, ForeignKey, MetaData, String, literal_column
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time, also on databases that forget the zone. A naive time is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone must not reach the record.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass(frozen=True)
class Kept:
    """How long a table's rows are kept: `Table(..., info={"kept": Kept(...)})`.

    A table with `conversation_id` needs none: its rows go with their conversation. Any other says
    here for how many `days` after the time in column `since` a row stays, or, without days, `why` it
    may stay as long as the clinic wants.
    """

    why: str
    since: str
    days: int | None = None


def is_one_of(column: Column[Any], words: Iterable[str]) -> ColumnElement[bool]:
    """Compare with words of ours that stand in the statement itself.

    A partial index is used only when a statement says its condition, which a parameter does not.
    """
    return column.in_([literal_column(f"'{word}'") for word in words])


def new_id() -> str:
    """Make a random id: 128 bits, safe in an address."""
    return secrets.token_urlsafe(16)


def id_column() -> Column[str]:
    """Make the primary key of a table with random ids."""
    return Column("id", String(32), primary_key=True)


def of_conversation() -> Column[str]:
    """Make the column of a row that belongs to a conversation and is deleted with it."""
    return Column(
        "conversation_id",
        String(32),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
    )
