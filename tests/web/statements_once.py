"""Compiles each SQL statement once for all services of the tests, not once for each.

SQLAlchemy keeps compiled statements with an engine's dialect; every test makes an engine of its own,
and compiling was a fifth of what a test cost.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from web.core import db

_first: dict[str, AsyncEngine] = {}


def _engine(url: Any, **options: Any) -> AsyncEngine:
    made = create_async_engine(url, **options)
    first = _first.setdefault(made.dialect.name, made).sync_engine
    made.sync_engine.dialect = first.dialect
    made.sync_engine._compiled_cache = first._compiled_cache
    return made


def remember() -> None:
    """Have the record's engines share what they compiled."""
    db.create_async_engine = _engine  # type: ignore[attr-defined]
