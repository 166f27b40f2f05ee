"""A member of staff as the record names them: in handoffs, notes, replies and the audit log."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A member of staff, as the record names them."""

    id: str
    name: str
