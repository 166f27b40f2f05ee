"""The signing session: every clinical answer that waits for a signature, with all that a signer reads."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

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

    @property
    def to_be_confirmed(self) -> int:
        """Sources that were read elsewhere than where visitors are sent."""
        return sum(1 for source in self.sources if source.is_to_be_confirmed)


async def session(tx: Transaction, desk: Workspace, *, signer: str) -> list[Sheet]:
    """Everything to be signed, the newest words first."""
    sheets = [await _sheet(tx, draft, desk, signer) for draft in desk.unsigned()]
    return sorted(sheets, key=lambda sheet: (-sheet.waits_since.timestamp(), sheet.answer.title.lower()))


def found(sheets: Sequence[Sheet], words: str) -> list[Sheet]:
    """Those that hold all these words, in any order: in the title, a reply, a source or a question."""
    wanted = folded(words).split()
    return [sheet for sheet in sheets if all(word in folded(_text(sheet)) for word in wanted)]


def folded(text: str) -> str:
    """A text without accents and capitals."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _text(sheet: Sheet) -> str:
    answer = sheet.answer
    replies = (wording.text for wording in answer.all_wordings)
    sources = (f"{each.cite} {each.passage} {each.url}" for each in answer.sources)
    return "\n".join([answer.title, *replies, *sources, *answer.questions, sheet.author])


async def _sheet(tx: Transaction, draft: Draft, desk: Workspace, signer: str) -> Sheet:
    rows = await answers.versions(tx, draft.id)
    signers = {mark: s.name for (answer_id, mark, _), s in desk.signed.items() if answer_id == draft.id}
    last = next((row for row in rows if row["fingerprint"] in signers), None)
    since = changes(Answer.from_data(last["content"]), draft.answer) if last else []
    words = clinical_places.words_of(desk.judge, draft.answer)
    same = [*itertools.takewhile(lambda row: row["fingerprint"] == rows[0]["fingerprint"], rows)]
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
        author=same[-1]["changed_by_name"] if same else "",
        waits_since=same[-1]["changed_at"] if same else draft.changed_at,
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


def as_counts(sheets: list[Sheet]) -> Mapping[str, int]:
    """How many there are, how many of them changed after a signature, how many sources to confirm."""
    return {
        "all": len(sheets),
        "changed": sum(1 for sheet in sheets if sheet.was_signed_by),
        "to_be_confirmed": sum(sheet.to_be_confirmed for sheet in sheets),
    }
