"""The files a browser loads, joined: many small files for people, one request for visitors.

No build: the files are joined when they are served, and each works by itself as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
_IMPORT = re.compile(r'^import [^;]*? from "\./([\w-]+\.js)";$', re.MULTILINE)
# What a script says word for word: texts, templates, and patterns where one may stand.
_LITERAL = re.compile(
    r"""("(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|(?<=[(=:,] )/(?:\\.|[^/\\\n])+/|(?<=\()/(?:\\.|[^/\\\n])+/)"""
)
# Around signs, and after what surely ends no statement or ends it itself; what ends a block or a list
# needs no end.
_TIGHT = re.compile(r";\n(?=})|,\n(?=[}\])])| *([{}()\[\],;:=<>+?&|!]) *|(?<=[;{,])\n")
_RANGE = re.compile(r"\((width|height) ([<>]) (\d+)rem\)")
_COMMENT = re.compile(r"(?<=[;,{}()\]]) // .*|^//.*")
_EXPORT = re.compile(r"^export (?=const|class|function|async)", re.MULTILINE)


@cache
def joined_modules(first: Path) -> str:
    """A module and everything it imports, as one module; their names must differ (a test looks)."""
    parts = []
    for file in in_order(first):
        source = _EXPORT.sub("", _IMPORT.sub("", file.read_text(encoding="utf-8")))
        parts.append(without_comments(source))
    return without_spaces("\n".join(parts))


def in_order(first: Path) -> list[Path]:
    """A module's files, each after those that it imports."""
    found: list[Path] = []

    def visit(file: Path) -> None:
        for name in _IMPORT.findall(file.read_text(encoding="utf-8")):
            if file.parent / name not in found:
                visit(file.parent / name)
        found.append(file)

    visit(first)
    return found


@cache
def joined(files: tuple[Path, ...]) -> str:
    """Plain scripts, one after the other, without what only people need."""
    return without_spaces("\n".join(without_comments(file.read_text(encoding="utf-8")) for file in files))


@cache
def joined_sheets(files: tuple[Path, ...]) -> str:
    """Style sheets, one after the other, without what only people need."""
    sheet = "\n".join(file.read_text(encoding="utf-8") for file in files)
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    sheet = re.sub(r"\s*([{};])\s*|(?<=[,:]) | (?=!)", r"\1", sheet).strip().replace(";}", "}")
    return _RANGE.sub(_as_older_browsers_know, sheet)


def _as_older_browsers_know(found: re.Match[str]) -> str:
    """A range of a media query as iOS before 16.4 reads it."""
    side, sign, size = found.groups()
    bound, step = ("max", -0.01) if sign == "<" else ("min", 0.01)
    return f"({bound}-{side}:{float(size) + step:g}rem)"


def without_indents(page: str) -> str:
    """A page without what stands before its lines; nothing of ours is drawn as it is indented."""
    return re.sub(r"\n\s+", "\n", page)


def without_comments(source: str) -> str:
    """A script without indents, empty lines and comments."""
    lines: Iterable[str] = (_COMMENT.sub("", line.strip()) for line in source.splitlines())
    return "\n".join(line for line in lines if line)


def without_spaces(source: str) -> str:
    """A script without spaces that only people need; texts, templates and patterns stay word for word."""
    return "".join(
        part if number % 2 else _TIGHT.sub(r"\1", part) for number, part in enumerate(_LITERAL.split(source))
    )
