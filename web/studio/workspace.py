"""What every page of the studio works with: the drafts, the book of questions, the policy, signatures."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from content.answer_rules import Issue, issues_of
from content.answers import Answer, fingerprint
from content.clinical import Judge, in_words
from content.facts import load_clinic
from content.policies import Policy
from content.texts import TextRules
from content.yaml_files import ProblemsError
from web.core.db import Transaction
from web.core.settings import Settings
from web.hours import own_project
from web.hours.policies import base_of, own_of, policy_of
from web.studio import answers, signatures
from web.studio import validation as issues
from web.studio.answers import Draft
from web.studio.editing import clinical_places
from web.studio.follow_ups import Aspect, aspects_of
from web.studio.question_index import QuestionIndex, skills_of
from web.studio.signatures import Signature

MAX_BOOKS = 2


# What an answer is judged by beside its own words: the policy, the ids of all answers, the aspects.
Rules = tuple[int, frozenset[str], tuple[str, ...]]


@dataclass
class Known:
    """What was found out about the drafts as they stand, kept as long as they do: by id of the answer."""

    stored: dict[str, Draft] = field(default_factory=dict)  # as the record has them
    fingerprints: dict[str, str] = field(default_factory=dict)
    # What is wrong with an answer by itself, with the answer as it was judged and what it was found under.
    by_itself: dict[str, tuple[Answer, Rules, list[Issue]]] = field(default_factory=dict)
    issues: dict[tuple[str, date], list[Issue]] = field(default_factory=dict)


Mark = tuple[object, ...]
Made = tuple[list[Draft], QuestionIndex, Judge, Known]
_books: dict[Mark, Made] = {}
_under_way: dict[Mark, asyncio.Task[Made]] = {}


@dataclass(frozen=True)
class Workspace:
    """Everything that stands in the studio at one moment."""

    drafts: Sequence[Draft]
    signed: dict[tuple[str, str, str], Signature]
    book: QuestionIndex
    policy: Policy
    today: date
    judge: Judge
    aspects: Sequence[Aspect] = ()  # the follow-ups that answers may serve
    known: Known = field(default_factory=Known)

    @functools.cached_property
    def titles(self) -> dict[str, str]:
        """Title by id of every answer, off or on."""
        return {draft.id: draft.answer.title or draft.id for draft in self.drafts}

    @property
    def rules(self) -> TextRules:
        """What facts and notices must be, nearness to clinical answers included."""
        return TextRules(self.policy, self.judge)

    @functools.cached_property
    def _standing(self) -> dict[str, Answer]:
        return {draft.id: draft.answer for draft in self.drafts}

    def as_stored(self, answer: Answer) -> Answer:
        """What saving an answer would store: clinical where its text or its past says so."""
        standing = self._standing.get(answer.id)
        return answer if answer is standing else self.judge.locked(answer, standing)

    def issues(self, answer: Answer, *, tests: Sequence[str] = (), is_on: bool = True) -> list[Issue]:
        """Everything wrong with an answer."""
        return issues.about(
            self.as_stored(answer),
            tests=tests,
            is_on=is_on,
            book=self.book,
            known=self.titles.keys(),
            policy=self.policy,
            today=self.today,
            aspects=[name for name, _ in self.aspects],
        )

    def why_clinical(self, answer: Answer) -> list[Issue]:
        """Why an answer is locked as clinical, in a sentence for its form; nothing when it is not."""
        stored = self.as_stored(answer)
        if not stored.clinical:
            return []
        why = in_words(self.judge.of_answer(stored)) or "it was marked as clinical"
        text = f"Locked as clinical because {why}. A clinician signs it; only a clinician can take this off."
        return [Issue("clinical", text, stops=False), *clinical_places.issues(self.judge, stored)]

    def issues_of(self, draft: Draft) -> list[Issue]:
        """Everything wrong with a draft as it stands, found out once."""
        key = (draft.id, self.today)
        if key not in self.known.issues:
            self.known.issues[key] = issues.beside(
                self._by_itself(draft),
                draft.answer,
                tests=draft.tests,
                is_on=draft.is_on,
                book=self.book,
                today=self.today,
            )
        return self.known.issues[key]

    def _by_itself(self, draft: Draft) -> list[Issue]:
        """What is wrong with an answer whatever the others say: kept when another one is changed."""
        answer, kept = self.as_stored(draft.answer), self.known.by_itself.get(draft.id)
        if kept is None or kept[0] != answer or kept[1] != self._rules:
            ids, aspects = self.titles.keys(), [name for name, _ in self.aspects]
            found = list(issues_of(answer, known=ids, policy=self.policy, aspects=aspects))
            kept = self.known.by_itself[draft.id] = (answer, self._rules, found)
        return kept[2]

    @functools.cached_property
    def _rules(self) -> Rules:
        return id(self.policy), frozenset(self.titles), tuple(name for name, _ in self.aspects)

    def stops(self) -> list[tuple[Draft, list[Issue]]]:
        """The drafts that stop a build, with their reasons; with thousands, ask for it in a thread."""
        found = []
        for draft in self.drafts:
            stopping = [issue for issue in self.issues_of(draft) if issue.stops]
            if stopping:
                found.append((draft, stopping))
        return found

    def is_signed(self, draft: Draft) -> bool:
        """Whether a clinical answer may be shown as reviewed."""
        mark = (
            self.known.fingerprints.get(draft.id, "") if self._standing.get(draft.id) is draft.answer else ""
        )
        return signatures.is_signed(draft.answer, self.signed, today=self.today, mark=mark)

    def unsigned(self) -> list[Draft]:
        """Clinical answers that are on and wait for a signature."""
        return [d for d in self.drafts if d.is_on and d.answer.clinical and not self.is_signed(d)]

    def unsigned_and_off(self) -> list[Draft]:
        """Clinical answers without a signature that wait for nobody: they are switched off."""
        return [d for d in self.drafts if not d.is_on and d.answer.clinical and not self.is_signed(d)]


async def load(tx: Transaction, settings: Settings, *, today: date) -> Workspace:
    """Read all of it; books and judge are made again only when an answer or a word list has changed.

    Every draft is as the judge has it: what was stored by an earlier version is judged here.
    """
    standing = await own_project.parts(tx)
    await asyncio.to_thread(own_project.keep_up, settings, standing)
    policy, names = await asyncio.to_thread(lambda: (policy_of(settings), _names(settings)))
    mark = (str(settings.var), settings.database_url, *await answers.newest(tx), id(policy), names)
    if mark not in _books:
        before = next(reversed(_books.values()), None) if _is_ours(mark) else None
        earlier = before[3] if before else Known()
        drafts = await answers.list_all(tx, earlier.stored)
        _keep(mark, await _once(mark, lambda: _judged(drafts, settings, policy, names, earlier)))
    drafts, book, judge, known = _books[mark]
    aspects = await asyncio.to_thread(aspects_of, base_of(settings))
    return Workspace(drafts, await signatures.standing(tx), book, policy, today, judge, aspects, known)


async def _once(mark: Mark, make: Callable[[], Made]) -> Made:
    """Make it in a thread, for thousands of questions take a moment; who comes meanwhile waits for it."""
    if mark not in _under_way:
        _under_way[mark] = asyncio.create_task(asyncio.to_thread(make))
        _under_way[mark].add_done_callback(lambda _: _under_way.pop(mark, None))
    return await asyncio.shield(_under_way[mark])


def _keep(mark: Mark, made: Made) -> None:
    while len(_books) >= MAX_BOOKS:
        _books.pop(next(iter(_books)))
    _books[mark] = made


def _is_ours(mark: tuple[object, ...]) -> bool:
    """Whether what was made last is of the same record (tests have several)."""
    last = next(reversed(_books), None)
    return last is not None and last[:2] == mark[:2]


def _judged(
    drafts: Sequence[Draft], settings: Settings, policy: Policy, names: tuple[str, ...], before: Known
) -> tuple[list[Draft], QuestionIndex, Judge, Known]:
    judge = Judge(policy.clinical, [draft.answer for draft in drafts], names)
    locked = [replace(draft, answer=judge.locked(draft.answer)) for draft in drafts]
    known = Known({draft.id: draft for draft in drafts}, by_itself=dict(before.by_itself))
    for draft in locked:
        if draft.answer.clinical:
            is_as_before = before.stored.get(draft.id) is known.stored[draft.id]
            kept = before.fingerprints.get(draft.id) if is_as_before else None
            known.fingerprints[draft.id] = kept or fingerprint(draft.answer)
    return locked, QuestionIndex(locked, skills_of(base_of(settings), own_of(settings))), judge, known


def _names(settings: Settings) -> tuple[str, ...]:
    """What the clinic is called in its file, which a build checks by too."""
    path = settings.clinic_file
    return _read_names(path, path.stat().st_mtime_ns if path.exists() else 0)


@functools.lru_cache(maxsize=4)
def _read_names(path: Path, _changed: int) -> tuple[str, ...]:
    try:
        return (load_clinic(path).name,)
    except (ProblemsError, OSError):
        return ()
