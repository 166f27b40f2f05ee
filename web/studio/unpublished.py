"""What stands in the drafts and not in the published release: the questions that are new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from content.answers import Answer, taught_mark
from content.questions import normalised
from web.bot.manifest import Manifest
from web.core.db import Transaction
from web.studio import answers
from web.studio.answers import Draft

Questions = Mapping[str, tuple[str, ...]]  # by id of the answer


async def questions(
    tx: Transaction, drafts: Sequence[Draft], published: Manifest, *, instead: Answer
) -> Questions:
    """The questions of switched-on drafts that visitors' bot was not taught, by answer.

    `instead` stands for the draft of its id: what somebody is writing and has not saved.
    """
    written = {draft.id: draft.answer for draft in drafts if draft.is_on} | {instead.id: instead}
    found = {}
    for answer in written.values():
        if _mark(published, answer.id) == taught_mark(answer):
            continue
        old = await _published(tx, answer.id, published)
        fresh = tuple(each for each in answer.questions if normalised(each) not in old)
        if fresh:
            found[answer.id] = fresh
    return found


async def _published(tx: Transaction, answer_id: str, published: Manifest) -> set[str]:
    """The questions of an answer as it was published; empty when that version is not in the record."""
    mark = _mark(published, answer_id)
    rows = await answers.versions(tx, answer_id) if mark else ()
    contents: list[Mapping[str, Any]] = [row["content"] for row in rows]
    content = next((each for each in contents if taught_mark(Answer.from_data(each)) == mark), {})
    return {normalised(question) for question in content.get("questions", ())}


def _mark(published: Manifest, answer_id: str) -> str:
    return str(published.answers.get(answer_id, {}).get("taught") or "")
