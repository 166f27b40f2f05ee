"""Answer files as their owners wrote them, with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from content.questions import normalised
from content.yaml_files import Problem, ProblemsError, line_of, read_yaml

_EXAMPLE = re.compile(r"^\s*-\s+(?P<text>.*\S)\s*$")


class Read(Protocol):
    """Reads one YAML file. Raises ProblemsError."""

    def __call__(self, path: Path, *, shown_as: str) -> Any: ...


@dataclass(frozen=True)
class Question:
    """One training question: of which intent, where."""

    intent: str
    text: str
    path: str
    line: int

    @property
    def normalised(self) -> str:
        """As two people typing the same would agree on it."""
        return normalised(self.text)


@dataclass(frozen=True)
class AnswerFile:
    """One `data/answers/<id>.yml`: the YAML document and where it is."""

    id: str
    path: str
    document: Any

    @property
    def nlu(self) -> Any:
        items = self.document.get("nlu") if isinstance(self.document, Mapping) else None
        return items[0] if isinstance(items, list) and items else {}

    @property
    def metadata(self) -> Any:
        return self.nlu.get("metadata") or {}

    def problem(self, text: str, *keys: Any) -> Problem:
        return Problem(self.path, line_of(self.document, *keys), text)


def read_answers(project: Path, read: Read = read_yaml) -> tuple[list[AnswerFile], list[Problem]]:
    """All answer files that are YAML, and a problem for each that is not."""
    answers, problems = [], []
    for path in sorted((project / "data" / "answers").glob("*.yml")):
        shown_as = path.relative_to(project).as_posix()
        try:
            answers.append(AnswerFile(path.stem, shown_as, read(path, shown_as=shown_as)))
        except ProblemsError as error:
            problems += error.problems
    return answers, problems


def questions_of(document: Any, path: str) -> Iterator[Question]:
    """Training questions of one data file, with their lines."""
    items = (document.get("nlu") if isinstance(document, Mapping) else None) or []
    for index, item in enumerate(items):
        if not isinstance(item, Mapping) or "intent" not in item or not isinstance(item.get("examples"), str):
            continue
        # The block scalar's text begins on the line behind its key.
        first = line_of(document, "nlu", index, "examples") + 1
        for offset, row in enumerate(item["examples"].splitlines()):
            match = _EXAMPLE.match(row)
            if match:
                yield Question(str(item.get("intent")), match.group("text"), path, first + offset)


def read_skill_questions(project: Path, read: Read = read_yaml) -> list[Question]:
    """Training questions of the skills in `data/*.yml`."""
    questions: list[Question] = []
    for path in sorted((project / "data").glob("*.yml")):
        shown_as = path.relative_to(project).as_posix()
        questions += questions_of(read(path, shown_as=shown_as), shown_as)
    return questions
