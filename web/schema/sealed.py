"""Columns that are sealed in the record, and hashes to find them by.

Who writes and reads them sees plain words: sealing happens at the border to the database, with the
keys that its `Database` was given. What is sealed cannot be compared, sorted or searched by SQL.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, String, Text, type_coerce
from sqlalchemy.types import TypeDecorator, TypeEngine

from content.folding import folded
from web.core.errors import KeyProblem
from web.core.keys.record_keys import RecordKeys

logger = logging.getLogger(__name__)
# What is read where the key is lost: pages go on, and say what they cannot show.
UNREADABLE = "(sealed; the key that opens it is missing)"


def keys_of(dialect: Any) -> RecordKeys:
    """The keys of a dialect's record. Raises KeyProblem when it was opened without."""
    keys: RecordKeys | None = getattr(dialect, "front_desk_record_keys", None)
    if keys is None:
        raise KeyProblem("This record was opened without the keys of what is sealed in it.")
    return keys


class _NotCompared(TypeEngine.Comparator[Any]):
    """Sealed twice, the same words are not the same text: a comparison would never be true."""

    def operate(self, op: Any, *other: Any, **options: Any) -> Any:
        if op.__name__ in ("is_", "is_not"):
            return super().operate(op, *other, **options)
        raise TypeError("A sealed column cannot be compared; compare its hash.")

    reverse_operate = operate


class Sealed(TypeDecorator[str]):
    """Words that only the key shows. `where` names the column for ever."""

    impl = Text
    cache_ok = True
    comparator_factory = _NotCompared

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return keys_of(dialect).seal(value, where=self.where) if value else value

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        return _opened(value, self.where, dialect, otherwise=UNREADABLE) if value else value


class SealedJson(TypeDecorator[Any]):
    """Plain values that only the key shows, kept as one text; nothing in them is nothing to hide."""

    impl = JSON
    cache_ok = True
    comparator_factory = _NotCompared

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if not value:
            return value
        words = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return keys_of(dialect).seal(words, where=self.where)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        if not isinstance(value, str):
            return value
        return json.loads(_opened(value, self.where, dialect, otherwise=json.dumps(self.empty)))

    @property
    def empty(self) -> Any:
        """What stands in for what cannot be opened."""
        return [] if self.where.endswith("/events") else {}


class Secret(str):
    """Words that a column of the type `Sealable` seals."""


class Sealable(TypeDecorator[str]):
    """Words that stand open, unless they were written as a `Secret`: then only the key shows them."""

    impl = Text
    cache_ok = True
    MARK = "\x1asealed "

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        if isinstance(value, Secret) or (value and value.startswith(self.MARK)):
            return self.MARK + keys_of(dialect).seal(str(value), where=self.where)
        return value

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        if value is None or not value.startswith(self.MARK):
            return value
        return _opened(value.removeprefix(self.MARK), self.where, dialect, otherwise=UNREADABLE)


def _opened(value: str, where: str, dialect: Any, *, otherwise: str) -> str:
    try:
        return keys_of(dialect).open(value, where=where)
    except KeyProblem as problem:  # the desk must go on: somebody in danger may be on the same page
        logger.error("Alert: %s cannot be read: %s", where, problem)
        return otherwise


class KeyedHash(TypeDecorator[str]):
    """A hash of column `of`, a number or an address, to find it by (`is_made_of`); never read back."""

    impl = String(400)
    cache_ok = True

    def __init__(self, where: str, of: str) -> None:
        super().__init__()
        self.where = where
        self.of = of

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else keys_of(dialect).hash_of(compared(value), where=self.where)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        return value


def compared(text: str) -> str:
    """A number or an address as it is looked for: small letters, no accents."""
    return folded(text).strip()


def hash_beside(name: str, of: str) -> Column[str]:
    """Make the column of the hash of another one of its table; an INSERT fills it by itself."""
    return Column(name, KeyedHash(name, of), default=lambda row: row.get_current_parameters().get(of))


def is_made_of(column: Column[Any], text: str, keys: RecordKeys) -> ColumnElement[bool]:
    """Whether a column of hashes was made of this number or address: an index finds it."""
    kind: Any = column.type
    return type_coerce(column, String).in_(keys.hashes_of(compared(text), where=kind.where))
