"""The signing session: every clinical answer that waits for a signature, with all that a signer reads."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from content.answers import Answer, Source
from content.clinical import in_words
from content.readability import grade_of
from web.core.db import Transaction
from web.core.markdown import blocks
from web.studio import answers
from web.studio.answers import Draft
from web.studio.diff import Change, changes
from web.studio.editing import clinical_places
from web.studio.signatures import DEFAULT_TERM, LONGEST_TERM, hands
from web.studio.workspace import Workspace

_LANGUAGES = {"en": "English", "es": "Spanish"}


@dataclass(frozen=True)
class RenderedWording:
    """One wording as a reader sees it, facts in braces."""

    language: str
    blocks: list[dict[str, Any]]
    words: int
    grade: float


@dataclass(frozen=True)
class Sheet:
    """One answer as it is laid before the clinician."""

    draft: Draft
    wordings: list[RenderedWording]
    more: list[tuple[str, RenderedWording]]  # what is said when a visitor asks on, by aspect
    sources: tuple[Source, ...]
    was_signed_by: str
    since: list[Change]  # what changed since that signature
    review_by: date
    is_own: bool
    why: str  # why a clinician is asked at all
    author: str  # who wrote the words that wait
    waits_since: datetime  # since when these words stand there

    @property
    def answer(self) -> Answer:
        return self.draft.answer


@dataclass(frozen=True)
class Queued:
    """One answer that waits: what the queue is ordered, counted and searched by."""

    draft: Draft
    author: str
    waits_since: datetime
    signed_version: int | None  # whose words were signed last, when that was before these

    @property
    def to_be_confirmed(self) -> int:
        """Sources that were read elsewhere than where visitors are sent."""
        return sum(1 for source in self.draft.answer.sources if source.is_to_be_confirmed)


async def queue(tx: Transaction, desk: Workspace) -> list[Queued]:
    """Everything to be signed, the newest words first; of its versions no word is read."""
    waiting = desk.unsigned()
    lines = await answers.version_lines(tx, [draft.id for draft in waiting])
    signed = {(answer_id, mark) for answer_id, mark, _ in desk.signed}
    found = [_queued(draft, lines.get(draft.id, ()), signed) for draft in waiting]
    return sorted(found, key=lambda each: (-each.waits_since.timestamp(), each.draft.answer.title.lower()))


def _queued(draft: Draft, lines: Sequence[RowMapping], signed: Collection[tuple[str, str]]) -> Queued:
    same = [*itertools.takewhile(lambda row: row["fingerprint"] == lines[0]["fingerprint"], lines)]
    last = next((row["version"] for row in lines if (draft.id, row["fingerprint"]) in signed), None)
    author = same[-1]["changed_by_name"] if same else ""
    return Queued(draft, author, same[-1]["changed_at"] if same else draft.changed_at, last)


async def sheets(tx: Transaction, desk: Workspace, some: Sequence[Queued], *, signer: str) -> list[Sheet]:
    """What a clinician reads of some of the answers."""
    return [await _sheet(tx, each, desk, signer) for each in some]


def found(every: Sequence[Queued], words: str) -> list[Queued]:
    """Those that hold all these words, in any order: in the title, a reply, a source or a question."""
    wanted = folded(words).split()
    return (
        [each for each in every if all(word in folded(_text(each)) for word in wanted)]
        if wanted
        else [*every]
    )


def folded(text: str) -> str:
    """A text without accents and capitals."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _text(queued: Queued) -> str:
    answer = queued.draft.answer
    replies = (wording.text for wording in answer.all_wordings)
    sources = (f"{each.cite} {each.passage} {each.url}" for each in answer.sources)
    return "\n".join([answer.title, *replies, *sources, *answer.questions, queued.author])


async def _sheet(tx: Transaction, queued: Queued, desk: Workspace, signer: str) -> Sheet:
    draft = queued.draft
    rows = await answers.versions(tx, draft.id)
    signers = {mark: s.name for (answer_id, mark, _), s in desk.signed.items() if answer_id == draft.id}
    last = next((row for row in rows if row["version"] == queued.signed_version), None)
    since = changes(Answer.from_data(last["content"]), draft.answer) if last else []
    words = clinical_places.words_of(desk.judge, draft.answer)
    return Sheet(
        draft=draft,
        wordings=[_wording(w.text, w.language, desk, words) for w in draft.answer.wordings],
        more=[
            (aspect.replace("_", " "), _wording(w.text, w.language, desk, words))
            for aspect, said in draft.answer.more.items()
            for w in said
        ],
        sources=draft.answer.sources,
        was_signed_by=signers[last["fingerprint"]] if last else "",
        since=since,
        review_by=review_date(draft.answer.review_by, desk.today),
        is_own=signer in hands(rows, signers),
        why=in_words(desk.judge.of_answer(draft.answer)) or "it was marked as clinical",
        author=queued.author,
        waits_since=queued.waits_since,
    )


def _wording(text: str, language: str, desk: Workspace, words: Sequence[str]) -> RenderedWording:
    grade = round(grade_of(text, desk.policy.plain_words), 1)
    return RenderedWording(
        _LANGUAGES.get(language, language),
        clinical_places.marked(blocks(text), words),
        len(text.split()),
        grade,
    )


def review_date(wished: str, today: date) -> date:
    """The owner's date when a signature may last so long, else half a year."""
    try:
        chosen = date.fromisoformat(wished)
    except ValueError:
        chosen = today
    return chosen if today < chosen <= today + LONGEST_TERM else today + max(DEFAULT_TERM, timedelta(1))


def as_counts(every: Sequence[Queued]) -> Mapping[str, int]:
    """How many there are, how many of them changed after a signature, how many sources to confirm."""
    return {
        "all": len(every),
        "changed": sum(1 for each in every if each.signed_version is not None),
        "to_be_confirmed": sum(each.to_be_confirmed for each in every),
    }
