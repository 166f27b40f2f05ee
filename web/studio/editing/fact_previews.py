"""Which answers use a fact, and how they would read with what is being typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from content.answers import Answer
from content.clinical import in_words
from content.facts import Clinic, read_clinic
from content.texts import TextRules
from content.wording import names_in, pick
from web.core.markdown import blocks
from web.studio import facts_form
from web.studio.workspace import Workspace

MAX_SHOWN = 6


@dataclass(frozen=True)
class Use:
    """One answer that says a fact, as a visitor would read it."""

    id: str
    title: str
    blocks: list[dict[str, Any]]


@dataclass(frozen=True)
class FactAsKept:
    """How one fact would be kept: as visitors read it, what is wrong with it, why it is clinical."""

    shown: str
    problem: str = ""
    why: str = ""


def told(name: str, typed: str, clinic: Clinic, rules: TextRules) -> FactAsKept:
    """What saving this field would do with what is typed in it, the country standing as it is."""
    if name not in facts_form.FREE or not typed.strip():
        return FactAsKept("")
    try:
        value = facts_form.read_one(name, typed, clinic.country)
    except ValueError as error:
        return FactAsKept("", f"“{facts_form.label(name)}”: {error}")
    document = {"name": "-", "country": clinic.country, name: value}
    found, problems = read_clinic(document, shown_as=facts_form.label(name))
    said = [problem.text for problem in problems] + rules.problems(value or "")
    why = in_words(rules.why_clinical(name, value))
    return FactAsKept("" if said else found.facts().get(name, ""), " ".join(said), why)


def answers_by_fact(desk: Workspace) -> dict[str, list[Answer]]:
    """For each fact the answers that name it, by their title."""
    found: dict[str, list[Answer]] = {}
    for draft in desk.drafts:
        if draft.is_on:
            for name in sorted(_names(draft.answer)):
                found.setdefault(name, []).append(draft.answer)
    return found


def _names(answer: Answer) -> set[str]:
    return set[str]().union(*(names_in(wording.text) for wording in answer.all_wordings))


def uses(name: str, facts: Mapping[str, Any], using: Iterable[Answer]) -> list[Use]:
    """How the answers read with these facts: the wording that would be said, facts filled in."""
    known = {key: str(value) for key, value in facts.items() if isinstance(value, str) and value}
    shown = []
    for answer in list(using)[:MAX_SHOWN]:
        text = _said(answer, name, known)
        shown.append(Use(answer.id, answer.title or answer.id, blocks(text, known)))
    return shown


def _said(answer: Answer, name: str, known: Mapping[str, str]) -> str:
    """The reply; where only a further passage says this fact, that passage."""
    replies = [{"text": each.text, "language": each.language} for each in answer.wordings]
    passages = [
        {"text": each.text, "language": each.language} for said in answer.more.values() for each in said
    ]
    is_in_reply = any(name in names_in(each["text"]) for each in replies)
    naming = [each for each in passages if name in names_in(each["text"])]
    wording = pick(replies if is_in_reply or not naming else naming, language="en", known=known.keys())
    return wording.text if wording else ""
