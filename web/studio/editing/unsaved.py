"""What somebody typed into the form of an answer and has not saved: kept for each person, on the server."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from web.core.db import Transaction, upsert
from web.schema import unsaved_forms

NEW = "new-"  # no id of an answer holds a hyphen
MAX_FIELDS, MAX_CHARS = 2_000, 200_000
_KEY = re.compile(r"[a-z0-9_]{1,60}|new-[0-9a-f]{8,32}")
_NOT_KEPT = frozenset({"form_token", "version", "unsaved", "typing", "back"})
Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class UnsavedForm:
    """The fields of a form as they stood, and of which version of the answer."""

    key: str  # the answer's id, or one of its own for an answer that has none yet
    fields: Fields
    version: int
    saved_at: datetime

    def values(self, name: str) -> Sequence[str]:
        """Every value of a field, in the order of the page."""
        return [value for each, value in self.fields if each == name]

    @property
    def title(self) -> str:
        return next(iter(self.values("title")), "")


def new_key() -> str:
    """A key for a form of an answer that has no id yet."""
    return f"{NEW}{secrets.token_hex(6)}"


def is_key(text: str) -> bool:
    """Whether a text can name a form."""
    return bool(_KEY.fullmatch(text))


def fields_of(names: Sequence[str], values: Callable[[str], Sequence[str]]) -> Fields:
    """The fields of a sent form that are worth keeping, bounded."""
    kept = [(name, value) for name in names if name not in _NOT_KEPT for value in values(name)][:MAX_FIELDS]
    return kept if sum(len(value) for _, value in kept) <= MAX_CHARS else []


async def keep(tx: Transaction, key: str, fields: Fields, *, version: int, by: str, now: datetime) -> None:
    """Keep what stands in a form, in place of what was kept of it."""
    values = {"fields": [list(pair) for pair in fields], "version": version, "saved_at": now}
    await upsert(tx, unsaved_forms, {"account_id": by, "answer_id": key}, values)


async def get(tx: Transaction, key: str, *, by: str) -> UnsavedForm | None:
    """What somebody typed into this form; None when nothing is kept."""
    mine = (unsaved_forms.c.account_id == by, unsaved_forms.c.answer_id == key)
    return next(iter(await _read(tx, *mine)), None)


async def all_of(tx: Transaction, *, by: str) -> list[UnsavedForm]:
    """Every form that somebody left unsaved, the newest first."""
    return await _read(tx, unsaved_forms.c.account_id == by)


async def drop(tx: Transaction, key: str, *, by: str) -> None:
    """Forget what is kept of a form: it was saved, or nobody wants it."""
    mine = (unsaved_forms.c.account_id == by, unsaved_forms.c.answer_id == key)
    await tx.execute(delete(unsaved_forms).where(*mine))


async def _read(tx: Transaction, *conditions: object) -> list[UnsavedForm]:
    rows = select(unsaved_forms).where(*conditions).order_by(unsaved_forms.c.saved_at.desc())  # type: ignore[arg-type]
    return [
        UnsavedForm(
            row["answer_id"], [(str(a), str(b)) for a, b in row["fields"]], row["version"], row["saved_at"]
        )
        for row in (await tx.execute(rows)).mappings()
    ]
