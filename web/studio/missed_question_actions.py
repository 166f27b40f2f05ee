"""What is done about a gap in one press, and taken back in one: draft, wordings, not ours, ignored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete

from content.answers import Answer
from content.clinical import Judge
from content.questions import normalised
from web.core.db import Transaction
from web.core.errors import NotFound
from web.core.i18n import say
from web.hours import own_project
from web.releases import replay_samples
from web.schema import answer_versions
from web.schema import answers as answer_rows
from web.studio import answers, missed_questions
from web.studio.answers import TEST_MESSAGES, Draft, Editor
from web.studio.missed_questions import Mark
from web.studio.question_index import QuestionIndex
from web.studio.signatures import DEFAULT_TERM

MAX_WORDINGS = 15
NOT_OURS = "out_of_scope"  # the part of the project that says what the bot declines
MAX_TITLE_CHARS = 60
ENOUGH = 5  # questions of which a build can be made
_ASKS = re.compile(
    r"(who|what|when|where|why|which|how|can|could|do|does|did|is|are|will|would|should|may)\b", re.I
)
Which = Sequence[tuple[str, str]]  # (conversation, message)


async def draft(tx: Transaction, which: Which, *, by: Editor, now: datetime, judge: Judge) -> Draft:
    """Make a draft of what was asked; it is off until somebody has written it."""
    wordings = await _wordings(tx, which)
    taught, tests = _apart(wordings[:MAX_WORDINGS])
    until = (now.date() + DEFAULT_TERM).isoformat()
    answer = Answer("", title=_title(wordings), questions=taught, review_by=until)
    why = "from missed questions"
    made = await answers.create(tx, answer, by=by, now=now, judge=judge, tests=tests, is_on=False, why=why)
    await missed_questions.mark(tx, which, "drafted", by=by.id, now=now, answer_id=made.id)
    return made


def _title(wordings: Sequence[str]) -> str:
    """The most typical wording as a title, with its question mark."""
    if not wordings:
        return "New answer"
    title = wordings[0][:1].upper() + wordings[0][1 : MAX_TITLE_CHARS - 1]
    return f"{title}?" if _ASKS.match(title) and title[-1].isalnum() else title


def _apart(wordings: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is taught, and the last two as test messages where enough are left."""
    if len(wordings) < ENOUGH + TEST_MESSAGES:
        return tuple(wordings), ()
    return tuple(wordings[:-TEST_MESSAGES]), tuple(wordings[-TEST_MESSAGES:])


async def add(
    tx: Transaction, which: Which, answer_id: str, *, by: Editor, now: datetime, judge: Judge
) -> Draft:
    """Teach what was asked to an answer that is there. Raises NotFound."""
    standing = await answers.get(tx, answer_id)
    if standing is None:
        raise NotFound(say("no_such_page"))
    known = {normalised(question) for question in standing.answer.questions}
    fresh = [text for text in await _wordings(tx, which) if normalised(text) not in known]
    questions = (*standing.answer.questions, *fresh[:MAX_WORDINGS])
    saved = await _save(
        tx, standing, questions, by=by, now=now, why="wordings from missed questions", judge=judge
    )
    await missed_questions.mark(tx, which, "added", by=by.id, now=now, answer_id=answer_id)
    return saved


async def taught(tx: Transaction, which: Which, draft: Draft, *, by: Editor, now: datetime) -> None:
    """Mark what was taken over beside the form, as far as it still stands among the questions."""
    known = {normalised(question) for question in draft.answer.questions}
    texts = await replay_samples.texts(tx, [message_id for _, message_id in which])
    still = [pair for pair in which if normalised(texts.get(pair[1], "")) in known]
    if still:
        await missed_questions.mark(tx, still, "added", by=by.id, now=now, answer_id=draft.id)


async def set_aside(tx: Transaction, which: Which, how: Mark, *, by: Editor, now: datetime) -> None:
    """Say that it is not ours, or that nothing is to be done."""
    await missed_questions.mark(tx, which, how, by=by.id, now=now)


async def not_ours(tx: Transaction, which: Which, *, by: Editor, now: datetime, book: QuestionIndex) -> int:
    """Say that it is not ours, and teach the bot to decline it; how many wordings that teaches.

    What had to be masked is not taught, nor what is taught elsewhere: one question leads to one place.
    """
    wordings = (await _wordings(tx, which))[:MAX_WORDINGS]
    fresh = [text for text in wordings if book.same(text, but=None) is None]
    count = await _decline(tx, fresh, by=by, now=now, why="out of scope, from missed questions")
    await missed_questions.mark(tx, which, "not_ours", by=by.id, now=now)
    return count


async def _decline(tx: Transaction, texts: Sequence[str], *, by: Editor, now: datetime, why: str) -> int:
    content = await _not_ours_now(tx)
    known = {normalised(text) for text in content["added"]}
    fresh = [text for text in texts if normalised(text) not in known]
    if fresh:
        await _put_not_ours(tx, {**content, "added": [*content["added"], *fresh]}, by=by, now=now, why=why)
    return len(fresh)


async def _decline_no_more(tx: Transaction, texts: Sequence[str], *, by: Editor, now: datetime) -> None:
    content = await _not_ours_now(tx)
    taken = {normalised(text) for text in texts}
    left = [text for text in content["added"] if normalised(text) not in taken]
    if left != content["added"]:
        await _put_not_ours(tx, {**content, "added": left}, by=by, now=now, why="in scope after all")


async def _not_ours_now(tx: Transaction) -> dict[str, list[str]]:
    part = (await own_project.parts(tx)).get(NOT_OURS)
    content = dict(part.content) if part else {}
    return {name: list(content.get(name, ())) for name in ("added", "removed")}


async def _put_not_ours(
    tx: Transaction, content: dict[str, list[str]], *, by: Editor, now: datetime, why: str
) -> None:
    await own_project.put(tx, NOT_OURS, content, by=by.id, by_name=by.name, why=why, now=now)


async def undo(tx: Transaction, batch: str, *, by: Editor, now: datetime, judge: Judge) -> str:
    """Take one press back; returns what is said. The questions are open again."""
    rows = await missed_questions.unmark(tx, batch)
    if not rows:
        raise NotFound(say("no_such_page"))
    how, answer_id = rows[0]["mark"], rows[0]["answer_id"]
    standing = await answers.get(tx, answer_id) if answer_id else None
    if how == "not_ours":
        texts = await _wordings(tx, [(row["conversation_id"], row["message_id"]) for row in rows])
        await _decline_no_more(tx, texts, by=by, now=now)
    if standing is None:
        return "undone"
    if how == "drafted":
        if standing.version > 1:
            return "kept"  # somebody has written on it since
        await tx.execute(delete(answer_versions).where(answer_versions.c.answer_id == answer_id))
        await tx.execute(delete(answer_rows).where(answer_rows.c.id == answer_id))
        return "undone"
    which = [(row["conversation_id"], row["message_id"]) for row in rows]
    taken = {normalised(text) for text in await _wordings(tx, which)}
    left = tuple(q for q in standing.answer.questions if normalised(q) not in taken)
    await _save(tx, standing, left, by=by, now=now, why="wordings removed", judge=judge)
    return "undone"


async def _save(
    tx: Transaction,
    draft: Draft,
    questions: tuple[str, ...],
    *,
    by: Editor,
    now: datetime,
    why: str,
    judge: Judge,
) -> Draft:
    return await answers.save(
        tx,
        replace(draft.answer, questions=questions),
        tests=draft.tests,
        is_on=draft.is_on,
        version=draft.version,
        by=by,
        why=why,
        now=now,
        judge=judge,
    )


async def _wordings(tx: Transaction, which: Which) -> list[str]:
    """The words of some messages, each once; what had to be masked is nobody's to teach."""
    texts = await replay_samples.texts(tx, [message_id for _, message_id in which])
    ordered = (texts.get(message_id, "") for _, message_id in which)
    whole = {normalised(text): text for text in ordered if text.strip() and "[" not in text}
    return list(whole.values())
