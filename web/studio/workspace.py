"""What every page of the studio works with: the drafts, the book of questions, the policy, signatures."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from content.answers import Answer
from content.policies import Policy, read_policy
from web.core.db import Transaction
from web.core.settings import Settings
from web.studio import answers, signatures
from web.studio import validation as issues
from web.studio.answers import Draft
from web.studio.follow_ups import Aspect, aspects_of
from web.studio.question_index import QuestionIndex, skills_of
from web.studio.signatures import Signature
from web.studio.validation import Issue

MAX_BOOKS = 2
_books: dict[tuple[object, ...], tuple[list[Draft], QuestionIndex]] = {}


@dataclass(frozen=True)
class Workspace:
    """Everything that stands in the studio at one moment."""

    drafts: Sequence[Draft]
    signed: dict[tuple[str, str, str], Signature]
    book: QuestionIndex
    policy: Policy
    today: date
    aspects: Sequence[Aspect] = ()  # the follow-ups that answers may serve

    @property
    def titles(self) -> dict[str, str]:
        """Title by id of every answer, off or on."""
        return {draft.id: draft.answer.title or draft.id for draft in self.drafts}

    def issues(self, answer: Answer, *, tests: Sequence[str] = (), is_on: bool = True) -> list[Issue]:
        """Everything wrong with an answer."""
        return issues.about(
            answer,
            tests=tests,
            is_on=is_on,
            book=self.book,
            known=self.titles.keys(),
            policy=self.policy,
            today=self.today,
        )

    def stops(self) -> list[tuple[Draft, list[Issue]]]:
        """The drafts that stop a build, with their reasons."""
        found = []
        for draft in self.drafts:
            reasons = self.issues(draft.answer, tests=draft.tests, is_on=draft.is_on)
            stopping = [issue for issue in reasons if issue.stops]
            if stopping:
                found.append((draft, stopping))
        return found

    def is_signed(self, draft: Draft) -> bool:
        """Whether a clinical answer may be shown as reviewed."""
        return signatures.is_signed(draft.answer, self.signed, today=self.today)

    def unsigned(self) -> list[Draft]:
        """Clinical answers that are on and wait for a signature."""
        return [d for d in self.drafts if d.is_on and d.answer.clinical and not self.is_signed(d)]


def project_of(settings: Settings) -> Path:
    """The Rasa project whose skills, settings and starter content this installation uses."""
    return settings.clinic_file.resolve().parent


async def look(tx: Transaction, settings: Settings, *, today: date) -> Workspace:
    """Read all of it; the book of questions is made again only when an answer has changed."""
    project = project_of(settings)
    mark = (str(settings.var), settings.database_url, *await answers.newest(tx))
    if mark not in _books:
        drafts = await answers.all(tx)
        # Thousands of questions take a moment: in a thread, visitors do not wait.
        book = await asyncio.to_thread(lambda: QuestionIndex(drafts, skills_of(project)))
        while len(_books) >= MAX_BOOKS:
            _books.pop(next(iter(_books)))
        _books[mark] = (drafts, book)
    drafts, book = _books[mark]
    policy = await asyncio.to_thread(_policy, project)
    aspects = await asyncio.to_thread(aspects_of, project)
    return Workspace(drafts, await signatures.standing(tx), book, policy, today, aspects)


def _policy(project: Path) -> Policy:
    path = project / "data" / "policy.yml"
    return _read_policy(project, path.stat().st_mtime_ns if path.exists() else 0)


@functools.lru_cache(maxsize=4)
def _read_policy(project: Path, _changed: int) -> Policy:
    return read_policy(project)
