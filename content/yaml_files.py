"""Read YAML so that every complaint can name its file and line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError


@dataclass(frozen=True, order=True)
class Problem:
    """One complaint about one line of one file, in the words of its reader."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


class ProblemsError(Exception):
    """Something in files that people edit is wrong; `problems` says where and what to do."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def read_yaml(path: Path, *, shown_as: str | None = None) -> Any:
    """Load one YAML file, its nodes knowing their lines (see `line_of`).

    Raises ProblemsError when the file is not YAML.
    """
    name = shown_as or path.as_posix()
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = _mark_line(error, text)
        raise ProblemsError([Problem(name, line, f"This is not YAML: {error.problem}.")]) from error
    except UnicodeDecodeError as error:
        raise ProblemsError([Problem(name, 1, "This file is not UTF-8 text.")]) from error


def read_plain(text: str) -> Any:
    """Load YAML many times faster, into Python's own types, which know no lines.

    For what is mostly in order: read again with `read_yaml` to say what is wrong where.
    """
    return YAML(typ="safe").load(text)


def _mark_line(error: MarkedYAMLError, text: str) -> int:
    """Line of the error; for a quote or bracket never closed the line where it was opened."""
    opened = "quoted scalar" in (error.context or "") or "flow" in (error.context or "")
    first, second = error.problem_mark, error.context_mark
    mark = (second or first) if opened else (first or second)
    line = mark.line + 1 if mark else 1
    # A quote left open runs on to the next one, and the complaint comes from behind that.
    left_open = (
        number
        for number, row in enumerate(text.splitlines()[: line - 1], start=1)
        if re.fullmatch(r'\s*(- )?\w+: "[^"]*', row)
    )
    return next(left_open, line)


def line_of(node: Any, *keys: Any) -> int:
    """Line (from 1) of the value reached by `keys`, or of the nearest parent that knows its own."""
    line = getattr(getattr(node, "lc", None), "line", 0) or 0
    for key in keys:
        position = _position(node, key)
        if position is None:
            break
        line, node = position
    return line + 1


def _position(node: Any, key: Any) -> tuple[int, Any] | None:
    # Only ruamel's own maps and lists know their lines.
    if isinstance(node, CommentedMap) and key in node:
        return node.lc.key(key)[0], node[key]
    if isinstance(node, CommentedSeq) and isinstance(key, int) and 0 <= key < len(node):
        return node.lc.item(key)[0], node[key]
    return None
