"""Questions and answers as plain text: pasted, from an editor, or in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from web.studio.importing.blocks import BOLD, Block, Pair, is_question, pairs_of

_HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<text>.+?)\s*#*")
_BOLD = re.compile(r"\*\*(?P<text>[^*]+)\*\*:?|__(?P<other>[^_]+)__:?")
_ITEM = re.compile(r"\s*[-*•·]\s+(?P<text>.+)")
_BEGINS = re.compile(r"\s*(?:q|a|question|answer)\s*\d{0,3}\s*[.:)\-–]\s", re.I)


def read(text: str) -> list[Pair]:
    """Every question of a text with its answer: one a line with a tab, or in paragraphs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if pairs := _tabbed(lines):
        return pairs
    return pairs_of(_blocks(lines))


def _tabbed(lines: list[str]) -> list[Pair]:
    """A question, a tab, its answer: what two columns of a spreadsheet are when they are pasted."""
    filled = [line for line in lines if line.strip()]
    cells = [line.split("\t") for line in filled]
    if not filled or any(len(row) < 2 or not row[0].strip() for row in cells):
        return []
    return [Pair([row[0].strip()], [each.strip() for each in row[1:] if each.strip()]) for row in cells]


def _blocks(lines: list[str]) -> Iterator[Block]:
    said: list[str] = []
    for line in [*lines, ""]:
        one = _one(line)
        stands_alone = one is not None or not line.strip()
        if (stands_alone or _BEGINS.match(line)) and said:
            yield Block(" ".join(said))
            said = []
        if one is not None:
            yield one
        elif line.strip():
            said.append(line.strip())


def _one(line: str) -> Block | None:
    """A line that is a block by itself."""
    stripped = line.strip()
    if match := _HEADING.fullmatch(stripped):
        return Block(match["text"], len(match["marks"]))
    if match := _BOLD.fullmatch(stripped):
        return Block(match["text"] or match["other"], BOLD)
    if is_question(stripped, is_heading=False) and not _BEGINS.match(stripped):
        return Block(stripped)
    if match := _ITEM.fullmatch(line):
        return Block(f"- {match['text']}")
    return None
