"""The list of answers: what stands in a row, and which rows match."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from web.studio.workspace import Workspace

SHOWN = {
    "": "All",
    "clinical": "Clinical",
    "unsigned": "To be signed",
    "due": "Review due",
    "problems": "With problems",
    "off": "Switched off",
}
DUE_DAYS = 14


@dataclass(frozen=True)
class Filter:
    """What the list is narrowed to: words, and a kind."""

    words: str = ""
    kind: str = ""


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


def rows(desk: Workspace, chosen: Filter) -> list[ListedAnswer]:
    """The answers that match, by title."""
    found = []
    words = chosen.words.lower().split()
    for draft in desk.drafts:
        answer = draft.answer
        text = " ".join([answer.title, answer.id, *answer.topics, *answer.questions]).lower()
        if not all(word in text for word in words):
            continue
        stops = [c for c in desk.issues(answer, tests=draft.tests, is_on=draft.is_on) if c.stops]
        is_signed = desk.is_signed(draft)
        kinds = {
            "clinical": answer.clinical,
            "unsigned": answer.clinical and draft.is_on and not is_signed,
            "due": _is_due(desk, answer.review_by),
            "problems": bool(stops),
            "off": not draft.is_on,
        }
        if chosen.kind in kinds and not kinds[chosen.kind]:
            continue
        marks = [] if draft.is_on else ["Off"]
        if answer.clinical:
            marks.append("Signed" if is_signed else "To be signed")
        if kinds["due"]:
            marks.append("Review due")
        found.append(
            ListedAnswer(
                id=draft.id,
                title=answer.title or draft.id,
                topics=", ".join(answer.topics),
                questions=len(answer.questions),
                marks=marks,
                problems=len(stops),
                changed=f"{draft.changed_at:%b} {draft.changed_at.day}, {draft.changed_at.year}",
            )
        )
    return found


def _is_due(desk: Workspace, review_by: str) -> bool:
    try:
        return (date.fromisoformat(review_by) - desk.today).days <= DUE_DAYS
    except ValueError:
        return True
