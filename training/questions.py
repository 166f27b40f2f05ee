"""What a project teaches the classifier, read without Rasa."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class TrainingQuestions:
    """Questions with the names of their intents, in order, and the metadata of each intent."""

    questions: list[tuple[str, str]] = field(default_factory=list)
    metadata: dict[str, Mapping[str, Any]] = field(default_factory=dict)


def taught(documents: Iterable[Mapping[str, Any]]) -> TrainingQuestions:
    """Read the questions as Rasa's reader and `training.importer` do; entities are not looked for."""
    found = TrainingQuestions()
    for document in documents:
        for item in document.get("nlu") or ():
            if "intent" not in item:  # synonyms
                continue
            name = str(item["intent"])
            rows = [row[1:].strip() for row in str(item["examples"]).splitlines() if row.startswith("-")]
            found.questions.extend((row, name) for row in rows)
            if rows:
                found.metadata.setdefault(name, item.get("metadata") or {})
    return TrainingQuestions(once(found.questions, found.questions), found.metadata)


def once(items: Sequence[T], told: Sequence[Hashable]) -> list[T]:
    """Each item that is told apart by what stands for it in `told`, where it comes last."""
    kept = dict(zip(reversed(told), reversed(items), strict=True))
    return list(reversed(kept.values()))
