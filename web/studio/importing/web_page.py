"""A web page with questions and answers, as a browser or Google Docs saves it.

What the page says of itself in schema.org's words (FAQPage) counts first; else its order of blocks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import etree, html

from web.studio.importing.blocks import BOLD, Block, Pair, is_question, pairs_of
from web.studio.importing.rows import NotATable

SKIPPED = {
    "script", "style", "nav", "header", "footer", "form", "aside", "noscript", "template", "svg", "iframe",
    "head", "select",
}  # fmt: skip
_HEADINGS = {f"h{number}": number for number in range(1, 7)}
# A heading by what it does: a line that opens an answer (accordions), a term that is explained.
_ASKING = {"summary": 7, "dt": 7}
_BLOCKS = {"p", "div", "section", "article", "main", "li", "dd", "td", "th", "blockquote", "pre", "ul", "ol",
           "table", "tr", "body", "details", "dl", "figure", "figcaption", "button", "address"}  # fmt: skip
_BOLD = {"b", "strong"}
_QUESTIONS = ("question",)
MAX_DEPTH = 200


def read(text: str) -> list[Pair]:
    """Every question of a page with its answer. Raises NotATable."""
    tree = _tree(text)
    said = [pair for script in tree.iter("script") for pair in _of_script(script)]
    return said or pairs_of(_blocks(tree))


def title_of(text: str) -> str:
    """What the page is called."""
    found = _tree(text).find(".//title")
    return " ".join((found.text or "").split()) if found is not None else ""


def _tree(text: str) -> Any:
    """The page as a tree; nothing is fetched for it."""
    try:
        parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
        # Without the declaration of an encoding: the text is decoded already.
        tree = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NotATable("This is not a web page that can be read.") from error
    return tree


def _of_script(script: Any) -> Iterator[Pair]:
    if "ld+json" not in (script.get("type") or ""):
        return
    try:
        told = json.loads(script.text or "")
    except (ValueError, RecursionError):
        return
    for question in _questions_in(told):
        answer = question.get("acceptedAnswer") or (question.get("suggestedAnswer") or [{}])
        answer = answer[0] if isinstance(answer, list) and answer else answer
        asked, replied = question.get("name"), answer.get("text") if isinstance(answer, dict) else None
        if isinstance(asked, str) and isinstance(replied, str):
            yield Pair([_plain(asked)], [block.text for block in _blocks(_tree(f"<div>{replied}</div>"))])


def _questions_in(told: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 20:
        return
    if isinstance(told, list):
        for each in told:
            yield from _questions_in(each, depth + 1)
    elif isinstance(told, dict):
        if str(told.get("@type", "")).lower() in _QUESTIONS:
            yield told
        else:
            for key in ("@graph", "mainEntity", "hasPart", "itemListElement", "item"):
                yield from _questions_in(told.get(key), depth + 1)


def _plain(text: str) -> str:
    return " ".join(str(_tree(f"<div>{text}</div>").text_content()).split())


def _blocks(tree: Any) -> Iterator[Block]:
    body = tree.find(".//body")
    writer = _Writer()
    writer.walk(tree if body is None else body, 0)
    writer.end()
    yield from writer.found


class _Writer:
    """Walks through a page and writes down its blocks in their order."""

    def __init__(self) -> None:
        self.found: list[Block] = []
        self._line: list[str] = []
        self._bold_chars = 0
        self._item = ""
        self._level = 0

    def walk(self, element: Any, depth: int) -> None:
        name = element.tag if isinstance(element.tag, str) else "script"
        if name in SKIPPED or depth > MAX_DEPTH or _is_hidden(element):
            return
        level = _level_of(element, name)
        is_block = bool(level) or name in _BLOCKS
        if is_block:
            self.end()
        outside = self._level, self._item
        self._level = level or self._level
        if name == "li":
            self._item = f"{element.getparent().index(element) + 1}. " if _is_numbered(element) else "- "
        self._say(element, name, depth)
        if is_block:
            self.end()
        self._level, self._item = outside

    def _say(self, element: Any, name: str, depth: int) -> None:
        address = _address(element) if name == "a" else ""
        before = len(self._line)
        self._text(element.text, is_bold=name in _BOLD)
        for child in element:
            if child.tag == "br":
                self.end()
            else:
                self.walk(child, depth + 1)
            self._text(child.tail, is_bold=name in _BOLD)
        if address and self._line[before:]:
            said = "".join(self._line[before:]).strip()
            self._line[before:] = [f"[{said}]({address})" if said and said != address else address]

    def _text(self, text: str | None, *, is_bold: bool) -> None:
        if text:
            self._line.append(text)
            self._bold_chars += len(text.strip()) if is_bold else 0

    def end(self) -> None:
        """The block that was being said is over."""
        said = " ".join("".join(self._line).split())
        if said and not re.fullmatch(r"[+\-–−×▸▾›»⌄✕]+", said):
            is_bold = self._bold_chars >= 0.9 * len(said) and is_question(said)
            level = self._level or (BOLD if is_bold else 0)
            self.found.append(Block(said if level else f"{self._item}{said}", level))
        self._line, self._bold_chars = [], 0


def _level_of(element: Any, name: str) -> int:
    if element.get("role") == "heading" and str(element.get("aria-level", "")).isdigit():
        return min(6, max(1, int(element.get("aria-level"))))
    opens = element.get("aria-expanded") is not None or element.get("aria-controls") is not None
    if opens and name in ("button", "a", "div"):
        is_inside = any(up.tag in _HEADINGS for up in element.iterancestors())
        return 0 if is_inside else _ASKING["summary"]
    return _HEADINGS.get(name) or _ASKING.get(name) or 0


def _is_hidden(element: Any) -> bool:
    # What an accordion folds is hidden too, and is just what is looked for: only what is for nobody.
    return element.get("role") in ("navigation", "search", "banner", "contentinfo")


def _is_numbered(element: Any) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == "ol"


def _address(element: Any) -> str:
    """Where a link leads, if a reply may hold it; Google's documents wrap it."""
    address = str(element.get("href") or "").strip()
    parts = urlsplit(address) if len(address) < 2_000 else urlsplit("")
    if parts.hostname in ("www.google.com", "google.com") and parts.path == "/url":
        address = (parse_qs(parts.query).get("q") or [""])[0]
    return address if re.match(r"(https://|tel:|mailto:)[^\s()]+$", address) else ""
