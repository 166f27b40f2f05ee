"""New questions at signed answers: a clinician reads them with a lighter press than a signature.

A question more takes no signature back, for visitors read no other words. But which questions lead to
clinical words is worth a look: what came since the signature is laid before the clinicians.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, insert, or_, select

from web.core.db import Transaction
from web.core.errors import Refused
from web.schema import answer_versions, new_id, question_views
from web.studio import signatures
from web.studio.answers import Draft, Editor
from web.studio.workspace import Workspace

CHANGED = "This answer was changed meanwhile. Look at its questions again."


class ChangedMeanwhile(Refused):
    """Somebody changed the answer since its questions were shown."""

    status = 409


@dataclass(frozen=True)
class UnseenQuestions:
    """The questions of a signed answer that came after they were last read."""

    draft: Draft
    questions: list[str]


async def unseen(tx: Transaction, desk: Workspace) -> list[UnseenQuestions]:
    """Every signed answer with questions that no clinician has seen, by title."""
    signed = {draft.id: draft for draft in desk.drafts if draft.is_on and draft.answer.clinical}
    signed = {name: draft for name, draft in signed.items() if desk.is_signed(draft)}
    read = await _last_read(tx, desk, signed.values())
    behind = {name: version for name, version in read.items() if version < signed[name].version}
    known = await _questions(tx, behind)
    found = []
    for name in behind:
        new = [text for text in signed[name].answer.questions if text not in known.get(name, frozenset())]
        if new:
            found.append(UnseenQuestions(signed[name], new))
    return found


async def note(tx: Transaction, draft: Draft, *, version: int, by: Editor, now: datetime) -> None:
    """Note that somebody has read an answer's questions. Raises ChangedMeanwhile."""
    if draft.version != version:
        raise ChangedMeanwhile(CHANGED)
    row = {"id": new_id(), "answer_id": draft.id, "version": version, "seen_at": now}
    await tx.execute(insert(question_views).values(**row, seen_by=by.id, seen_by_name=by.name))


async def _last_read(tx: Transaction, desk: Workspace, drafts: Iterable[Draft]) -> dict[str, int]:
    """Of each answer the version that was read last: with a signature, or by a press."""
    since = {draft.id: _signed_at(draft, desk) for draft in drafts}
    rows = await tx.execute(
        select(answer_versions.c.answer_id, answer_versions.c.version, answer_versions.c.changed_at)
    )
    read: dict[str, int] = {}
    for name, version, changed_at in rows:
        if name in since and changed_at <= since[name]:
            read[name] = max(version, read.get(name, 0))
    pressed = select(question_views.c.answer_id, func.max(question_views.c.version))
    for name, version in await tx.execute(pressed.group_by(question_views.c.answer_id)):
        if name in read:
            read[name] = max(version, read[name])
    return read


def _signed_at(draft: Draft, desk: Workspace) -> datetime:
    return max(each.signed_at for each in signatures.of(draft.answer, desk.signed).values())


async def _questions(tx: Transaction, versions: Mapping[str, int]) -> dict[str, frozenset[str]]:
    """The questions that these answers had in these versions."""
    if not versions:
        return {}
    columns = answer_versions.c
    wanted = (and_(columns.answer_id == name, columns.version == number) for name, number in versions.items())
    rows = await tx.execute(select(columns.answer_id, columns.content).where(or_(*wanted)))
    return {name: frozenset(content.get("questions") or ()) for name, content in rows}
