"""An import: the fate of every row before anything is stored, then the same rows taken in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal

from content.answer_rules import day_of
from content.answers import LANGUAGES, Answer
from content.clinical import Judge, in_words
from content.questions import normalised
from content.wording import Wording
from web.core.db import Database, Transaction
from web.studio import answers
from web.studio.answers import Draft, EditedMeanwhile, Editor
from web.studio.diff import Change, changes
from web.studio.importing.columns import REPLIES, WORDINGS
from web.studio.importing.into import target_of
from web.studio.importing.rows import Row
from web.studio.question_index import KnownQuestion, QuestionIndex
from web.studio.signatures import DEFAULT_TERM

Kind = Literal["new", "changed", "same", "refused"]
AT_ONCE = 50  # rows of one transaction: visitors' messages go in between
WHY = "imported"
FEWEST_QUESTIONS = 5  # of an answer that is on, as policies have it
_FIELDS = frozenset(each.name for each in fields(Answer)) - {"clinical"}


@dataclass(frozen=True)
class Fate:
    """What becomes of one row."""

    place: str
    kind: Kind
    title: str = ""
    why: str = ""
    changes: tuple[Change, ...] = ()
    draft: Draft | None = None  # as it will be stored
    is_chosen: bool = True  # taken in unless its reader says otherwise
    into: Draft | None = None  # an answer that is taught its question, as it would read with this reply
    into_changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Taken:
    """What came of taking in: rows that somebody was faster with, and each answer's versions."""

    late: list[Fate]
    stored: list[dict[str, Any]]


def fates(
    rows: Iterable[Row],
    drafts: Sequence[Draft],
    judge: Judge,
    *,
    book: QuestionIndex | None = None,
    today: date | None = None,
) -> list[Fate]:
    """The fate of every row against what stands in the record; what is clinical its text says.

    `book`: every question that is taught; who brings one of them again is told. `today`: new answers
    without a date are good until the usual term from then on.
    """
    standing = {draft.id: draft for draft in drafts}
    asked: dict[str, str] = {}
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
        old = standing.get(row.answer.id)
        if old is None and row.answer.id and not row.answer.title:
            why = f"There is no answer “{row.answer.id}”, and the table says nothing else of it."
            found.append(Fate(row.place, "refused", why=why))
            continue
        fate = _fate(row, row.answer, old, judge)
        found.append(_told(fate, row, asked, book, today) if fate.kind == "new" else fate)
    return _with_targets(found, standing, book) if book else found


def _with_targets(found: list[Fate], standing: Mapping[str, Draft], book: QuestionIndex) -> list[Fate]:
    """New answers with the one that is taught their question already; each such one is offered once."""
    offered: set[str] = {fate.draft.id for fate in found if fate.draft and fate.kind == "changed"}
    told = []
    for fate in found:
        into = target_of(fate.draft.answer, standing, book) if fate.draft and fate.kind == "new" else None
        if into is not None and into.id not in offered:
            offered.add(into.id)
            differs = tuple(changes(standing[into.id].answer, into.answer))
            fate = replace(fate, into=into, into_changes=differs)
        told.append(fate)
    return told


def put_into(fate: Fate) -> Fate:
    """The fate of a row whose reply goes into the answer that is taught its question."""
    if fate.into is None:
        return fate
    title = fate.into.answer.title
    return replace(
        fate, kind="changed", title=title, draft=fate.into, changes=fate.into_changes, is_chosen=True, why=""
    )


def _told(
    fate: Fate, row: Row, asked: dict[str, str], book: QuestionIndex | None, today: date | None
) -> Fate:
    """A new answer with what its reader should know: asked already, or nothing said yet."""
    assert fate.draft is not None
    answer = fate.draft.answer
    notes = [row.note] if row.note else []
    hints = []
    if today and answer.review_by and day_of(answer.review_by) is None:
        hints.append(
            f"“{answer.review_by[:40]}” is no date: a review date half a year ahead stands in its place."
        )
        answer = replace(answer, review_by="")
    if today and not answer.review_by:
        answer = replace(answer, review_by=(today + DEFAULT_TERM).isoformat())
    for question in answer.questions:
        before = asked.setdefault(normalised(question), row.place)
        taught = book.same(question, but=None) if book else None
        if taught is not None:
            notes.append(f"“{question}” is taught to {_named(taught)} already.")
        elif book and (near := book.reworded(question)):
            notes.append(f"“{question}” asks what “{near.text}” asks, which is taught to {_named(near)}.")
        elif before != row.place:
            notes.append(f"“{question}” stands in {before} too.")
    is_chosen = fate.is_chosen and not notes
    notes += [*hints, *([fate.why] if fate.why else [])]
    draft = replace(fate.draft, answer=answer)
    return replace(fate, draft=draft, why=" ".join(dict.fromkeys(notes)), is_chosen=is_chosen)


def _named(taught: KnownQuestion) -> str:
    return f"“{taught.called}”" if taught.answer_id else taught.called


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
        is_on = row.is_on if row.is_on is not None else _is_whole(answer)
        draft = Draft(answer.unsigned(), row.tests or (), is_on, 0, None, _never())
        return Fate(row.place, "new", answer.title, draft=draft)
    kept = _kept(answer, old.answer, row)
    if sorted(_said(kept)) == sorted(_said(old.answer)) and _grouped(kept) == _grouped(old.answer):
        kept = replace(kept, wordings=old.answer.wordings)
    tests = old.tests if row.tests is None else row.tests
    is_on = old.is_on if row.is_on is None else row.is_on
    if (kept, tests, is_on) == (old.answer, old.tests, old.is_on):
        return Fate(row.place, "same", kept.title)
    differences = tuple(changes(old.answer, kept, was_on=old.is_on, is_on=is_on))
    draft = replace(old, answer=kept, tests=tests, is_on=is_on)
    return Fate(row.place, "changed", kept.title, changes=differences, draft=draft)


def _is_whole(answer: Answer) -> bool:
    """Whether a new answer is more than a draft; a draft that is on would stop the next build."""
    return bool(answer.wordings) and len(answer.questions) >= FEWEST_QUESTIONS


def _kept(answer: Answer, old: Answer, row: Row) -> Answer:
    """The answer of a row, with what stands here where its table has no column."""
    fields = [name for name in row.lacks if name in _FIELDS]
    stays: dict[str, Any] = {name: getattr(old, name) for name in fields}
    stays["clinical"] = answer.clinical or ("clinical" in row.lacks and old.clinical)
    if row.replies or any(name in REPLIES for name in row.lacks):
        stays["wordings"] = _wordings(old, dict(row.replies))
    return replace(answer, reviewed_by=old.reviewed_by, **stays)


def _wordings(old: Answer, given: Mapping[str, str]) -> tuple[Wording, ...]:
    """The wordings of a table's columns; where it has no column for one, that one stays."""
    said = []
    for language, texts in _grouped(old).items():
        for number in range(WORDINGS):
            name = f"reply_{language}_{number + 1}"
            text = given[name] if name in given else texts[number] if number < len(texts) else ""
            said += [Wording(text, language)] if text.strip() else []
    return tuple(said)


def _said(answer: Answer) -> list[tuple[str, str]]:
    return [(wording.language, wording.text) for wording in answer.wordings]


def _grouped(answer: Answer) -> dict[str, list[str]]:
    """A table holds wordings by language; between languages their order says nothing."""
    return {lang: [text for each, text in _said(answer) if each == lang] for lang in LANGUAGES}


def _never() -> datetime:
    return datetime.min


async def take_in(db: Database, found: Sequence[Fate], *, judge: Judge, by: Editor, now: datetime) -> Taken:
    """Store what is new or changed and chosen."""
    to_store = [fate for fate in found if fate.draft is not None and fate.is_chosen]
    taken = Taken([], [])
    for start in range(0, len(to_store), AT_ONCE):
        some = to_store[start : start + AT_ONCE]
        async with db.write() as tx:
            new = [fate.draft for fate in some if fate.draft and fate.kind == "new"]
            made = await answers.create_many(tx, new, judge=judge, by=by, now=now, why=WHY)
            taken.stored.extend({"id": each, "before": 0, "after": 1} for each in made)
            for fate in some:
                if fate.draft and fate.kind == "changed":
                    await _save(tx, fate, fate.draft, taken, judge, by, now)
    return taken


async def _save(
    tx: Transaction, fate: Fate, draft: Draft, taken: Taken, judge: Judge, by: Editor, now: datetime
) -> None:
    """Store one changed answer, unless somebody was faster."""
    try:
        saved = await answers.save(
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
        taken.late.append(replace(fate, kind="refused", why=error.sentence))
    else:
        taken.stored.append({"id": draft.id, "before": draft.version, "after": saved.version})
