"""What people read of this project, with file and line: pages, scripts, sentences in code, documentation."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PAGES = "web/templates"
SCRIPTS = "web/static"
CODE = ("web", "content", "deploy")  # their sentences
LOCALES = "web/core/locales/en.json"
DOCUMENTS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")

_JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_UNREAD = re.compile(r"<!--.*?-->|<(script|style|code|kbd)\b[^>]*>.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_READ_ATTRIBUTE = re.compile(r"(?:aria-label|placeholder|title|alt|data-label|data-ends)=\"([^\"]*)\"")
_STRING = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`")
_JS_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`/])//[^\n]*", re.DOTALL)
_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.DOTALL | re.MULTILINE)
_INLINE_CODE = re.compile(r"`[^`\n]+`|\]\([^)\n]*\)|<[^>\n]*>")
# A sentence or a label: begins like one or has several words. Names of code, keys and paths do not.
_PROSE = re.compile(r"[A-Z][a-z'’]+\b|\w+['’,.]? +\w+|[a-z]{3,}")

Text = tuple[str, int, str]
Reader = Callable[[str], Iterator[tuple[int, str]]]


def _blank(found: re.Match[str]) -> str:
    """Take a stretch away and keep its lines, so that numbers of lines stay right."""
    return re.sub(r"[^\n]", " ", found.group())


def _places(text: str, spans: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for start, words in spans:
        if _PROSE.search(words):
            yield text.count("\n", 0, start) + 1, words


def _strings(text: str, begin: int = 0) -> Iterator[tuple[int, str]]:
    for found in _STRING.finditer(text):
        words = next((group for group in found.groups() if group is not None), "")
        if " " in words or words[:1].isupper():
            yield begin + found.start(), words


def _between_tags(text: str) -> Iterator[tuple[int, str]]:
    begin = 0
    for tag in _TAG.finditer(text):
        yield begin, text[begin : tag.start()]
        for found in _READ_ATTRIBUTE.finditer(tag.group()):
            yield tag.start() + found.start(1), found[1]
        begin = tag.end()
    yield begin, text[begin:]


def of_page(text: str) -> Iterator[tuple[int, str]]:
    """What a template shows: text, labels in attributes, strings in its expressions."""
    for block in _JINJA.finditer(text):
        if not block.group().startswith("{#"):
            yield from _places(text, _strings(block.group(), block.start()))
    plain = _UNREAD.sub(_blank, _JINJA.sub(_blank, text))
    for line, words in _places(plain, _between_tags(plain)):
        leading = words[: len(words) - len(words.lstrip())].count("\n")
        yield line + leading, html.unescape(" ".join(words.split()))


def of_script(text: str) -> Iterator[tuple[int, str]]:
    plain = _JS_COMMENT.sub(_blank, text)
    return _places(plain, _strings(plain))


def of_code(text: str) -> Iterator[tuple[int, str]]:
    """The sentences in a Python file, without what it says to its own readers."""
    tree = ast.parse(text)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docstrings:
            continue
        if " " in node.value or node.value[:1].isupper():
            yield node.lineno, node.value


def of_document(text: str) -> Iterator[tuple[int, str]]:
    plain = _INLINE_CODE.sub(_blank, _FENCE.sub(_blank, text))
    return ((number, line) for number, line in enumerate(plain.splitlines(), 1) if line.strip())


def of_locale(text: str) -> Iterator[tuple[int, str]]:
    found = re.compile(r'^\s*"[^"]+": "(.*)",?$', re.MULTILINE)
    return ((text.count("\n", 0, each.start(1)) + 1, each[1]) for each in found.finditer(text))


def files() -> Iterator[tuple[Path, Reader]]:
    yield PROJECT / LOCALES, of_locale
    for folder, ending, reader in (
        (PAGES, "html", of_page),
        (SCRIPTS, "js", of_script),
        ("docs", "md", of_document),
    ):
        yield from ((path, reader) for path in sorted((PROJECT / folder).rglob(f"*.{ending}")))
    for room in CODE:
        yield from ((path, of_code) for path in sorted((PROJECT / room).rglob("*.py")))
    yield from ((PROJECT / name, of_document) for name in DOCUMENTS)


def all_texts() -> Iterator[Text]:
    for path, reader in files():
        name = path.relative_to(PROJECT).as_posix()
        for line, words in reader(path.read_text(encoding="utf-8")):
            yield name, line, words
