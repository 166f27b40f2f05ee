"""The day until which something is to be done, as a form sends it."""

from __future__ import annotations

from datetime import date

from web.core.errors import BadRequest


def read_due(text: str, today: date) -> str:
    """A day that is not over, or nothing. Raises BadRequest."""
    if not text:
        return ""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadRequest("The day is not a date. Please write it like 2026-12-24.") from error
    if day < today:
        raise BadRequest("Choose a day that is not over yet.")
    return day.isoformat()
