"""The clinic's own notices to visitors ("closed on Friday afternoon"): a sentence and its time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from content.texts import TextRules
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
    made_at: datetime | None = None
    is_clinical: bool = False
    signed_by: str | None = None
    signed_by_name: str | None = None
    signed_at: datetime | None = None
    removed_at: datetime | None = None
    replaces: str | None = None  # what it was changed from

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
    rules: TextRules,
) -> Notice:
    """Show a sentence to visitors for a time; a clinical one once a clinician has signed it.

    Raises ProblemsError with what is wrong.
    """
    notice = _made(texts, starts_at, ends_at, by=by, now=now, rules=rules)
    await _insert(tx, notice)
    return notice


async def change(
    tx: Transaction,
    before: Notice,
    *,
    texts: Mapping[str, str],
    starts_at: datetime,
    ends_at: datetime,
    by: str,
    now: datetime,
    rules: TextRules,
) -> Notice:
    """Put a notice in the place of one that is up, which stays in the history. Raises ProblemsError.

    Other words that are clinical wait for a signature, and until then the earlier ones stay up; the same
    words keep theirs.
    """
    made = _made(texts, starts_at, ends_at, by=by, now=now, rules=rules)
    if (made.texts, made.starts_at, made.ends_at) == (before.texts, before.starts_at, before.ends_at):
        return before
    if made.texts == before.texts:
        made = replace(before, id=made.id, starts_at=made.starts_at, ends_at=made.ends_at)
    was_waiting = waits(before, rules)
    made = replace(made, replaces=before.replaces if was_waiting else before.id)
    await _insert(tx, made)
    if was_waiting:
        await remove(tx, before.id, by=by, now=now)
    if not waits(made, rules):
        await _take_its_place(tx, made, by=by, now=now)
    return made


async def _take_its_place(tx: Transaction, notice: Notice, *, by: str, now: datetime) -> None:
    """Take down what a notice was changed from; another change of it that waits stands for this one now."""
    if notice.replaces is None:
        return
    await remove(tx, notice.replaces, by=by, now=now)
    others = (
        notices.c.replaces == notice.replaces,
        notices.c.id != notice.id,
        notices.c.removed_at.is_(None),
    )
    await tx.execute(update(notices).where(*others).values(replaces=notice.id))


async def remove(tx: Transaction, notice_id: str, *, by: str, now: datetime) -> bool:
    """Take a notice down; False when it is not up. It stays in the history."""
    mine = (notices.c.id == notice_id, notices.c.removed_at.is_(None))
    gone = await tx.execute(update(notices).where(*mine).values(removed_at=now, removed_by=by))
    return gone.rowcount == 1


async def put_back(tx: Transaction, notice_id: str) -> bool:
    """Show a notice again that was taken down, in the words and with the signature it had."""
    mine = (notices.c.id == notice_id, notices.c.removed_at.is_not(None))
    back = await tx.execute(update(notices).where(*mine).values(removed_at=None, removed_by=None))
    return back.rowcount == 1


async def get(tx: Transaction, notice_id: str) -> Notice | None:
    """One notice, or None."""
    found = await tx.execute(select(notices).where(notices.c.id == notice_id))
    row = found.mappings().first()
    return _of(row) if row else None


async def sign(tx: Transaction, notice: Notice, *, by: str, name: str, now: datetime) -> bool:
    """Put a clinician's signature under a notice, which then takes its place; False when it has one."""
    mine = (notices.c.id == notice.id, notices.c.signed_by.is_(None))
    values = {"signed_by": by, "signed_by_name": name, "signed_at": now}
    if (await tx.execute(update(notices).where(*mine).values(**values))).rowcount != 1:
        return False
    await _take_its_place(tx, notice, by=by, now=now)
    return True


async def list_all(tx: Transaction, *, now: datetime) -> Sequence[Notice]:
    """Every notice that is up and not over yet, shown now or later, or waiting for a signature."""
    return await _read(tx, notices.c.ends_at > now, notices.c.removed_at.is_(None))


async def taken_down(tx: Transaction, *, now: datetime) -> Sequence[Notice]:
    """What was taken down and is not over yet: each can be shown again."""
    return await _read(tx, notices.c.ends_at > now, notices.c.removed_at.is_not(None))


async def past(tx: Transaction, *, now: datetime) -> Sequence[Notice]:
    """What is over, as long as it is kept."""
    return await _read(tx, notices.c.ends_at <= now)


async def shown(tx: Transaction, *, now: datetime, rules: TextRules) -> Sequence[Notice]:
    """The notices that visitors see now: none that is clinical and that nobody signed."""
    started = [notice for notice in await list_all(tx, now=now) if notice.starts_at <= now]
    return [notice for notice in started if not waits(notice, rules)]


def waits(notice: Notice, rules: TextRules) -> bool:
    """Whether a notice is clinical and not signed, whatever an earlier version thought of it."""
    is_clinical = notice.is_clinical or any(rules.judge.of_text(text) for text in notice.texts.values())
    return is_clinical and not notice.signed_by_name


async def _read(tx: Transaction, *conditions: Any) -> Sequence[Notice]:
    query = select(notices).where(*conditions).order_by(notices.c.starts_at, notices.c.id)
    return [_of(row) for row in (await tx.execute(query)).mappings()]


async def _insert(tx: Transaction, notice: Notice) -> None:
    row = {name: getattr(notice, name) for name in Notice.__dataclass_fields__}
    await tx.execute(insert(notices).values(**row))


def _made(
    texts: Mapping[str, str],
    starts_at: datetime,
    ends_at: datetime,
    *,
    by: str | None,
    now: datetime,
    rules: TextRules,
) -> Notice:
    if ends_at <= starts_at:
        raise _problem("This notice ends before it starts.")
    if ends_at <= now:
        raise _problem("This notice is over already.")
    kept = {language: _sentence(text) for language, text in texts.items() if text.strip()}
    if DEFAULT_LANGUAGE not in kept:
        raise _problem("Please write the notice in English; other languages can be added to it.")
    for text in (problem for sentence in kept.values() for problem in rules.problems(sentence)):
        raise _problem(text)
    is_clinical = any(rules.judge.of_text(sentence) for sentence in kept.values())
    span = (starts_at.astimezone(UTC), ends_at.astimezone(UTC))
    return Notice(new_id(), kept, *span, made_by=by, made_at=now, is_clinical=is_clinical)


def _of(row: RowMapping) -> Notice:
    return Notice(**{name: row[name] for name in Notice.__dataclass_fields__})


def _sentence(text: str) -> str:
    sentence = " ".join(text.split())
    if len(sentence) > MAX_CHARS:
        raise _problem(f"A notice has at most {MAX_CHARS} characters: say it in a sentence or two.")
    if re.search(r"[{}]", sentence):
        raise _problem("A notice may not hold { or }.")
    return sentence


def _problem(text: str) -> ProblemsError:
    return ProblemsError([Problem("notice", 1, text)])
