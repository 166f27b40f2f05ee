"""The clinic's own notices to visitors ("closed on Friday afternoon"): a sentence and its time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from content.wording import DEFAULT_LANGUAGE
from content.yaml_files import Problem, ProblemsError
from web.core.db import Transaction
from web.schema import new_id, notices

MAX_CHARS = 300


@dataclass(frozen=True)
class Notice:
    """What visitors read from `starts_at` until `ends_at`; `texts` by language."""

    id: str
    texts: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    made_by: str | None = None

    def text(self, language: str) -> str:
        """The sentence in a language, else in English."""
        return self.texts.get(language) or self.texts[DEFAULT_LANGUAGE]


async def add(
    tx: Transaction,
    *,
    texts: Mapping[str, str],
    starts_at: datetime,
    ends_at: datetime,
    by: str | None,
    now: datetime,
) -> Notice:
    """Show a sentence to visitors for a time. Raises ProblemsError with what is wrong."""
    if ends_at <= starts_at:
        raise _problem("This notice ends before it starts.")
    if ends_at <= now:
        raise _problem("This notice is over already.")
    kept = {language: _sentence(text) for language, text in texts.items() if text.strip()}
    if DEFAULT_LANGUAGE not in kept:
        raise _problem("Please write the notice in English; other languages can be added to it.")
    notice = Notice(new_id(), kept, starts_at.astimezone(UTC), ends_at.astimezone(UTC), by)
    await tx.execute(
        insert(notices).values(
            id=notice.id,
            texts=kept,
            starts_at=notice.starts_at,
            ends_at=notice.ends_at,
            made_by=by,
            made_at=now,
        )
    )
    return notice


async def remove(tx: Transaction, notice_id: str) -> bool:
    """Take a notice down; False when it is unknown."""
    gone = await tx.execute(delete(notices).where(notices.c.id == notice_id))
    return gone.rowcount == 1


async def all(tx: Transaction, *, now: datetime) -> Sequence[Notice]:
    """Every notice that is not over yet, shown now or later."""
    found = await tx.execute(
        select(notices).where(notices.c.ends_at > now).order_by(notices.c.starts_at, notices.c.id)
    )
    names = ("id", "texts", "starts_at", "ends_at", "made_by")
    return [Notice(**{name: row[name] for name in names}) for row in found.mappings()]


async def shown(tx: Transaction, *, now: datetime) -> Sequence[Notice]:
    """The notices that visitors see now."""
    return [notice for notice in await all(tx, now=now) if notice.starts_at <= now]


def _sentence(text: str) -> str:
    sentence = " ".join(text.split())
    if len(sentence) > MAX_CHARS:
        raise _problem(f"A notice has at most {MAX_CHARS} characters: say it in a sentence or two.")
    if re.search(r"[{}]", sentence):
        raise _problem("A notice may not hold { or }.")
    return sentence


def _problem(text: str) -> ProblemsError:
    return ProblemsError([Problem("notice", 1, text)])
