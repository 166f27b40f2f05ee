"""The list of answers: what stands in a row, and which rows match."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from web.studio.answers import Draft
from web.studio.workspace import Workspace

SHOWN = {
    "": "All",
    "clinical": "Clinical",
    "unsigned": "To be signed",
    "due": "Review due",
    "problems": "With problems",
    "mine": "Assigned to me",
    "assigned": "Assigned to anybody",
    "off": "Switched off",
}


SORTED = {
    "": "Title",
    "changed": "Changed last",
    "review": "Review date",
    "questions": "Fewest questions",
    "problems": "To fix first",
}
NO_WORK: Mapping[str, Mapping[Any, Any]] = {}
PER_PAGE = 50
DAYS_AHEAD = 14


@dataclass(frozen=True)
class Filter:
    """What the list is narrowed to (words, a kind), how it is sorted, and which page of it."""

    words: str = ""
    kind: str = ""
    order: str = ""
    page: int = 1

    def at(self, page: int) -> str:
        """The address of another page of the same list."""
        said = {"q": self.words, "show": self.kind, "sort": self.order, "page": str(page) if page > 1 else ""}
        query = urlencode({name: value for name, value in said.items() if value})
        return f"/studio/answers?{query}" if query else "/studio/answers"


@dataclass(frozen=True)
class ListedAnswer:
    """One answer in the list."""

    id: str
    title: str
    topics: str
    questions: int
    marks: list[str]
    problems: int
    changed: str


@dataclass(frozen=True)
class Listed:
    """One page of the answers that match."""

    rows: list[ListedAnswer]
    count: int
    page: int
    pages: int


def listed(
    desk: Workspace, chosen: Filter, *, work: Mapping[str, Mapping[Any, Any]] = NO_WORK, reader: str = ""
) -> Listed:
    """The page of the list that was chosen; a page past the end is the last one.

    `work`: who is to work on which answer, for `reader`.
    """
    ids = {each for each, row in work.items() if chosen.kind != "mine" or row["assigned_to"] == reader}
    is_work = chosen.kind in ("mine", "assigned")
    matching = (draft for draft in _matching(desk, chosen) if not is_work or draft.id in ids)
    found = sorted(matching, key=_order(desk, chosen.order))
    pages = max(1, math.ceil(len(found) / PER_PAGE))
    page = min(max(1, chosen.page), pages)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    return Listed([_row(desk, draft) for draft in shown], len(found), page, pages)


def _matching(desk: Workspace, chosen: Filter) -> Iterator[Draft]:
    words = chosen.words.lower().split()
    for draft in desk.drafts:
        if words:
            answer = draft.answer
            text = " ".join([answer.title, answer.id, *answer.topics, *answer.questions]).lower()
            if not all(word in text for word in words):
                continue
        if chosen.kind not in _KINDS or _KINDS[chosen.kind](desk, draft):
            yield draft


_KINDS: Mapping[str, Callable[[Workspace, Draft], bool]] = {
    "clinical": lambda desk, draft: draft.answer.clinical,
    "unsigned": lambda desk, draft: draft.answer.clinical and draft.is_on and not desk.is_signed(draft),
    "due": lambda desk, draft: _is_due(desk, draft.answer.review_by),
    "problems": lambda desk, draft: bool(_problems(desk, draft)),
    "off": lambda desk, draft: not draft.is_on,
}


def _order(desk: Workspace, order: str) -> Callable[[Draft], Any]:
    title: Callable[[Draft], str] = lambda draft: (draft.answer.title or draft.id).lower()  # noqa: E731
    return {
        "changed": lambda draft: (-draft.changed_at.timestamp(), title(draft)),
        "review": lambda draft: (draft.answer.review_by or "0", title(draft)),
        "questions": lambda draft: (len(draft.answer.questions), title(draft)),
        "problems": lambda draft: (-_problems(desk, draft), title(draft)),
    }.get(order, title)


def _problems(desk: Workspace, draft: Draft) -> int:
    return sum(issue.stops for issue in desk.issues_of(draft))


def _row(desk: Workspace, draft: Draft) -> ListedAnswer:
    answer = draft.answer
    marks = [] if draft.is_on else ["Off"]
    if answer.clinical:
        marks.append("Signed" if desk.is_signed(draft) else "To be signed")
    if _is_due(desk, answer.review_by):
        marks.append("Review due")
    return ListedAnswer(
        id=draft.id,
        title=answer.title or draft.id,
        topics=", ".join(topic.replace("_", " ") for topic in answer.topics),
        questions=len(answer.questions),
        marks=marks,
        problems=_problems(desk, draft),
        changed=f"{draft.changed_at:%b} {draft.changed_at.day}, {draft.changed_at.year}",
    )


def _is_due(desk: Workspace, review_by: str) -> bool:
    try:
        return (date.fromisoformat(review_by) - desk.today).days <= DAYS_AHEAD
    except ValueError:
        return True
