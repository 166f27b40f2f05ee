"""An import: the fate of every row before anything is stored, then the same rows taken in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from content.answers import LANGUAGES, Answer
from content.clinical import Judge, in_words
from web.core.db import Database, Transaction
from web.studio import answers
from web.studio.answers import Draft, EditedMeanwhile, Editor
from web.studio.diff import Change, changes
from web.studio.import_export import Row

Kind = Literal["new", "changed", "same", "refused"]
AT_ONCE = 50  # rows of one transaction: visitors' messages go in between
WHY = "imported"


@dataclass(frozen=True)
class Fate:
    """What becomes of one row."""

    place: str
    kind: Kind
    title: str = ""
    why: str = ""
    changes: tuple[Change, ...] = ()
    draft: Draft | None = None  # as it will be stored


def fates(rows: Iterable[Row], drafts: Sequence[Draft], judge: Judge) -> list[Fate]:
    """The fate of every row against what stands in the record; what is clinical its text says."""
    standing = {draft.id: draft for draft in drafts}
    seen: dict[str, str] = {}
    found = []
    for row in rows:
        if row.answer is None:
            found.append(Fate(row.place, "refused", why=row.refused))
            continue
        if row.answer.id and row.answer.id in seen:
            why = f"The id “{row.answer.id}” stands in {seen[row.answer.id]} too."
            found.append(Fate(row.place, "refused", row.answer.title, why))
            continue
        seen[row.answer.id] = row.place
        found.append(_fate(row, row.answer, standing.get(row.answer.id), judge))
    return found


def as_seen(found: Iterable[Fate], seen: Mapping[str, int]) -> list[Fate]:
    """The fates with the versions that the dry run showed: what was changed since is not overwritten."""
    return [
        replace(fate, draft=replace(fate.draft, version=seen.get(fate.draft.id, 0)))
        if fate.draft and fate.kind == "changed"
        else fate
        for fate in found
    ]


def _fate(row: Row, answer: Answer, old: Draft | None, judge: Judge) -> Fate:
    locked = judge.locked(replace(answer, not_clinical={}), old.answer if old else None)
    fate = _compared(row, locked, old)
    if fate.draft is None or not locked.clinical or answer.clinical:
        return fate
    why = in_words(judge.of_answer(locked)) or "it was clinical before"
    return replace(fate, why=f"Locked as clinical: {why}. A clinician signs it.")


def _compared(row: Row, answer: Answer, old: Draft | None) -> Fate:
    if old is None:
        # Nobody's signature comes in with a file: a clinician signs here.
        draft = Draft(answer.unsigned(), row.tests or (), row.is_on is not False, 0, None, _never())
        return Fate(row.place, "new", answer.title, draft=draft)
    stays = {name: getattr(old.answer, name) for name in row.lacks}
    kept = replace(answer, reviewed_by=old.answer.reviewed_by, **stays)
    if sorted(_said(kept)) == sorted(_said(old.answer)) and _grouped(kept) == _grouped(old.answer):
        kept = replace(kept, wordings=old.answer.wordings)
    tests = old.tests if row.tests is None else row.tests
    is_on = old.is_on if row.is_on is None else row.is_on
    if (kept, tests, is_on) == (old.answer, old.tests, old.is_on):
        return Fate(row.place, "same", answer.title)
    differences = tuple(changes(old.answer, kept, was_on=old.is_on, is_on=is_on))
    draft = replace(old, answer=kept, tests=tests, is_on=is_on)
    return Fate(row.place, "changed", answer.title, changes=differences, draft=draft)


def _said(answer: Answer) -> list[tuple[str, str]]:
    return [(wording.language, wording.text) for wording in answer.wordings]


def _grouped(answer: Answer) -> dict[str, list[str]]:
    """A table holds wordings by language; between languages their order says nothing."""
    return {lang: [text for each, text in _said(answer) if each == lang] for lang in LANGUAGES}


def _never() -> datetime:
    return datetime.min


async def take_in(
    db: Database, found: Sequence[Fate], *, judge: Judge, by: Editor, now: datetime
) -> list[Fate]:
    """Store what is new or changed; the answer names the rows that somebody was faster with."""
    to_store = [fate for fate in found if fate.draft is not None]
    late = []
    for start in range(0, len(to_store), AT_ONCE):
        some = to_store[start : start + AT_ONCE]
        async with db.write() as tx:
            new = [fate.draft for fate in some if fate.draft and fate.kind == "new"]
            await answers.create_many(tx, new, judge=judge, by=by, now=now, why=WHY)
            for fate in some:
                if (
                    fate.draft
                    and fate.kind == "changed"
                    and (error := await _save(tx, fate.draft, judge, by, now))
                ):
                    late.append(replace(fate, kind="refused", why=error.sentence))
    return late


async def _save(
    tx: Transaction, draft: Draft, judge: Judge, by: Editor, now: datetime
) -> EditedMeanwhile | None:
    """Store one changed answer, unless somebody was faster."""
    try:
        await answers.save(
            tx,
            draft.answer,
            tests=draft.tests,
            is_on=draft.is_on,
            version=draft.version,
            by=by,
            why=WHY,
            now=now,
            judge=judge,
        )
    except EditedMeanwhile as error:
        return error
    return None
