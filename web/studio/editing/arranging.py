"""Answers put in order by hand: duplicated, merged, split, questions moved, many changed at once.

Questions decide who reads an answer, not what it says: none of this takes a signature back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from content.answer_rules import MAX_QUESTIONS, MAX_TITLE_CHARS
from content.answers import Answer
from content.clinical import Judge
from content.questions import normalised
from web.core.db import Transaction
from web.core.errors import BadRequest, NotFound
from web.core.i18n import say
from web.studio import answers
from web.studio.answers import TEST_MESSAGES, Draft, EditedMeanwhile, Editor
from web.studio.editing import deleting
from web.studio.importing.columns import slug, title_from
from web.studio.importing.dates import read_date


@dataclass(frozen=True)
class Doing:
    """Who does it, when, and the judge of what is clinical."""

    by: Editor
    now: datetime
    judge: Judge


async def duplicate(tx: Transaction, answer_id: str, *, how: Doing) -> Draft:
    """Write an answer anew under another title, off and without its questions: these stay in one."""
    draft = await _there(tx, answer_id)
    title = f"{draft.answer.title[: MAX_TITLE_CHARS - 7]} (copy)"
    copy = replace(draft.answer, id="", title=title, questions=(), starter=False)
    why = f"duplicate of “{draft.answer.title}”"
    return await answers.create(tx, copy, by=how.by, now=how.now, judge=how.judge, is_on=False, why=why)


async def move(
    tx: Transaction, answer_id: str, chosen: Collection[str], to: str, *, version: int, how: Doing
) -> Draft:
    """Move questions to another answer, or (`to` empty) into a new one; that one. Raises EditedMeanwhile."""
    draft = await _as_read(tx, answer_id, version)
    moved = tuple(question for question in draft.answer.questions if question in chosen)
    if not moved:
        raise BadRequest("Select the questions first.")
    if to == answer_id:
        raise BadRequest("They are in this answer already.")
    left = tuple(question for question in draft.answer.questions if question not in moved)
    target = await _there(tx, to) if to else None
    called = target.answer.title if target else title_from(moved[0])
    await _keep(tx, draft, replace(draft.answer, questions=left), f"questions moved to “{called}”", how)
    why = f"questions moved from “{draft.answer.title}”"
    if target is None:
        new = replace(Answer("", title=called, questions=moved), topics=draft.answer.topics,
                      sources=draft.answer.sources, review_by=draft.answer.review_by)  # fmt: skip
        return await answers.create(tx, new, by=how.by, now=how.now, judge=how.judge, is_on=False, why=why)
    return await _keep(tx, target, _with_questions(target, moved), why, how)


async def merge(tx: Transaction, answer_id: str, into: str, *, version: int, how: Doing) -> Draft:
    """Give an answer's questions to another one and delete it; what led to it leads there.

    The reply that stays is the other one's; the merged one's stands in the history.
    """
    draft = await _as_read(tx, answer_id, version)
    if into == answer_id:
        raise BadRequest("Choose another answer to merge it into.")
    target = await _there(tx, into)
    await deleting.delete(
        tx, answer_id, version=version, by=how.by, judge=how.judge, now=how.now,
        why=f"merged into “{target.answer.title}”", instead=into,
    )  # fmt: skip
    target = await _there(tx, into)  # it may have led to the one that is gone
    tests = target.tests or draft.tests[:TEST_MESSAGES]
    merged = _with_questions(target, draft.answer.questions, but=tests)
    return await _keep(tx, target, merged, f"“{draft.answer.title}” merged into it", how, tests=tests)


def _with_questions(draft: Draft, more: Sequence[str], *, but: Collection[str] = ()) -> Answer:
    known = {normalised(text) for text in (*draft.answer.questions, *draft.tests, *but)}
    fresh = [question for question in more if normalised(question) not in known]
    questions = (*draft.answer.questions, *fresh)
    if len(questions) > MAX_QUESTIONS:
        raise BadRequest(f"An answer has at most {MAX_QUESTIONS} questions; these would be {len(questions)}.")
    return replace(draft.answer, questions=questions)


async def change_many(
    tx: Transaction, versions: Mapping[str, int], what: str, value: str, *, how: Doing
) -> tuple[int, list[str]]:
    """Change one thing of many answers; how many were changed, and the titles somebody was faster with."""
    if what not in CHANGES:
        raise BadRequest("Choose what to do with the selected answers.")
    changed, late = 0, []
    for answer_id, version in versions.items():
        draft = await answers.get(tx, answer_id)
        if draft is None or draft.version != version:
            late.append(draft.answer.title if draft else answer_id)
            continue
        now_is = CHANGES[what](draft, value)
        if (now_is.answer, now_is.is_on) == (draft.answer, draft.is_on):
            continue
        await _keep(tx, draft, now_is.answer, f"many at once: {WORDS[what]}", how, is_on=now_is.is_on)
        changed += 1
    return changed, late


async def delete_many(tx: Transaction, versions: Mapping[str, int], *, how: Doing) -> tuple[int, list[str]]:
    """Delete many answers; how many, and the titles somebody was faster with."""
    gone, late = [], []
    for answer_id, version in versions.items():
        draft = await answers.get(tx, answer_id)
        if draft is None or draft.version != version:
            late.append(draft.answer.title if draft else answer_id)
            continue
        await deleting.remove(tx, answer_id, version=version, by=how.by, now=how.now)
        gone.append(answer_id)
    await deleting.lead_elsewhere(tx, dict.fromkeys(gone, ""), by=how.by, judge=how.judge, now=how.now)
    return len(gone), late


def _on(draft: Draft, is_on: bool) -> Draft:
    return replace(draft, is_on=is_on)


def _flag(draft: Draft, name: str, value: bool) -> Draft:
    return replace(draft, answer=Answer.from_data({**draft.answer.as_data(), name: value}))


def _topic(draft: Draft, value: str, *, is_added: bool) -> Draft:
    topic = slug(value)
    if not topic:
        raise BadRequest("Write a topic: lowercase letters and _ only.")
    others = tuple(each for each in draft.answer.topics if each != topic)
    topics = (*draft.answer.topics, topic) if is_added and topic not in draft.answer.topics else others
    if (is_added and topic in draft.answer.topics) or not topics:
        return draft  # it has it; and an answer is about something
    return replace(draft, answer=replace(draft.answer, topics=topics))


def _review_by(draft: Draft, value: str) -> Draft:
    day = read_date(value)
    if len(day) != 10 or day[4] != "-":
        raise BadRequest("Choose a date until which these words are good.")
    return replace(draft, answer=replace(draft.answer, review_by=day))


CHANGES: Mapping[str, Callable[[Draft, str], Draft]] = {
    "on": lambda draft, _: _on(draft, True),
    "off": lambda draft, _: _on(draft, False),
    "topic": lambda draft, value: _topic(draft, value, is_added=True),
    "no_topic": lambda draft, value: _topic(draft, value, is_added=False),
    "review_by": _review_by,
    "call": lambda draft, _: _flag(draft, "offer_call", True),
    "no_call": lambda draft, _: _flag(draft, "offer_call", False),
    "starter": lambda draft, _: _flag(draft, "starter", True),
    "no_starter": lambda draft, _: _flag(draft, "starter", False),
}
WORDS = {
    "on": "switched on", "off": "switched off", "topic": "topic added", "no_topic": "topic removed",
    "review_by": "review date", "call": "offers a call", "no_call": "offers no call",
    "starter": "starting question", "no_starter": "no starting question",
}  # fmt: skip


async def _there(tx: Transaction, answer_id: str) -> Draft:
    draft = await answers.get(tx, answer_id)
    if draft is None:
        raise NotFound(say("no_such_page"))
    return draft


async def _as_read(tx: Transaction, answer_id: str, version: int) -> Draft:
    draft = await _there(tx, answer_id)
    if draft.version != version:
        raise EditedMeanwhile(draft, await answers.who(tx, draft))
    return draft


async def _keep(
    tx: Transaction,
    draft: Draft,
    answer: Answer,
    why: str,
    how: Doing,
    *,
    tests: Sequence[str] | None = None,
    is_on: bool | None = None,
) -> Draft:
    return await deleting.keep(
        tx, draft, answer, by=how.by, why=why, judge=how.judge, now=how.now, tests=tests, is_on=is_on
    )
