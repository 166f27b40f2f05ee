"""A gate before publishing: its name, whether it is open, and a sentence and rows for the owner."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class FailedMessage:
    """One message that fails a gate; `was` and `now` are in words."""

    text: str
    now: str
    was: str = ""
    wanted: str = ""
    id: str = ""  # of a visitor's message, whose words stay in the record


@dataclass(frozen=True)
class Gate:
    """One reason not to publish, or one that does not hold."""

    name: str
    passed: bool
    sentence: str
    rows: list[FailedMessage] = field(default_factory=list)
    needs_clinician: bool = False  # only a clinician may publish over it
    is_awaited: bool = False  # nobody knows yet: what it asks is still being found out

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
