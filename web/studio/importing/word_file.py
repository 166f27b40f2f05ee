"""A Word file (.docx): headings, bold lines, lists and tables with questions and answers."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from web.studio.importing.blocks import BOLD, Block, Pair, is_question, pairs_of
from web.studio.importing.rows import NotATable, check_tags, check_zip

# A book of a thousand pages has fewer.
MAX_TAGS = 1_000_000
_HEADING = re.compile(r"(?:heading|überschrift|título|titre)\s*(\d)", re.I)
_TABLE_HEADS = {"question", "questions", "q", "faq", "answer", "answers", "a", "reply", "response"}


def read(data: bytes) -> list[Pair]:
    """Every question of a document with its answer. Raises NotATable."""
    from docx import Document  # not at every start

    files = check_zip(data)
    check_tags(data, [each for each in files if each.filename.endswith(".xml")], most=MAX_TAGS)
    try:
        document = Document(io.BytesIO(data))
        pairs = list(_of_tables(document))
        return [*pairs, *pairs_of(_blocks(document))]
    except (NotATable, MemoryError):
        raise
    except Exception as error:  # python-docx fails in many ways on files that are none
        raise NotATable("This is not a Word file (.docx) that can be read.") from error


def _blocks(document: Any) -> Iterator[Block]:
    from docx.table import Table

    for part in document.iter_inner_content():
        if isinstance(part, Table):
            if not _is_of_pairs(part):
                yield from (Block(cell.text) for row in part.rows for cell in row.cells if cell.text.strip())
            continue
        yield from _paragraph(part)


def _paragraph(paragraph: Any) -> Iterator[Block]:
    text = _said(paragraph)
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if match := _HEADING.match(style):
        yield Block(text, int(match[1]))
    elif style.lower() == "title":
        yield Block(text, 1)
    elif _is_bold(paragraph) and is_question(text):
        yield Block(text, BOLD)
    elif style.lower().startswith("list") or _is_numbered(paragraph):
        yield Block(text if is_question(text, is_heading=False) else f"- {text}")
    else:  # a line break within a paragraph begins a line of its own
        yield from (Block(line.strip()) for line in text.split("\n") if line.strip())


def _is_numbered(paragraph: Any) -> bool:
    properties = paragraph._p.pPr
    return properties is not None and properties.numPr is not None


def _said(paragraph: Any) -> str:
    """The words of a paragraph, with the links that a reply may hold."""
    said = []
    for part in paragraph.iter_inner_content():
        address = str(getattr(part, "url", "") or "")
        is_fit = re.match(r"(https://|tel:|mailto:)[^\s()]+$", address)
        said.append(f"[{part.text.strip()}]({address})" if is_fit and part.text.strip() else part.text)
    return "".join(said).replace("\t", " ")


def _is_bold(paragraph: Any) -> bool:
    runs = [run for run in paragraph.runs if run.text.strip()]
    style = paragraph.style
    by_style = bool(style is not None and style.font is not None and style.font.bold)
    return bool(runs) and all(run.bold or (run.bold is None and by_style) for run in runs)


def _is_of_pairs(table: Any) -> bool:
    """Whether a table has two columns, the first of which asks, but for its head."""
    if len(table.columns) != 2:
        return False
    asked = [row.cells[0].text for row in table.rows]
    return sum(map(is_question, asked)) >= max(1, (len(asked) - 1) / 2)


def _of_tables(document: Any) -> Iterator[Pair]:
    for table in document.tables:
        for row in table.rows if _is_of_pairs(table) else ():
            asked, replied = (cell.text for cell in row.cells[:2])
            if asked.strip().lower() not in _TABLE_HEADS and asked.strip():
                yield Pair([" ".join(line.split()) for line in asked.split("\n") if line.strip()],
                           [line.strip() for line in replied.split("\n") if line.strip()])  # fmt: skip
