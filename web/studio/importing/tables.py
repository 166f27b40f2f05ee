"""A table as any spreadsheet saves it: encoding, delimiter, where its head is and what it says."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from web.studio.importing.rows import MAX_CELL_CHARS, MAX_ROWS, NotATable, check_tags, check_zip

DELIMITERS = (",", ";", "\t", "|")
HEAD_WITHIN = 10  # rows in which the head is looked for: some tables begin with a title
MAX_COLUMNS = 60
MAX_TAGS = (MAX_ROWS + HEAD_WITHIN) * MAX_COLUMNS * 6
# Bytes that only one of the two old encodings uses for letters and quotes of everyday text.
_WINDOWS = frozenset(b"\x91\x92\x93\x94\x96\x97\x85\xa0")
_MAC = frozenset(b"\xd2\xd3\xd4\xd5\xd0\xd1\xc9\x8e\xca")


def text_of(data: bytes) -> str:
    """The text of a file in whatever encoding a spreadsheet or an editor wrote it. Raises NotATable."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _decoded(data, encoding)
    try:
        return _decoded(data, "utf-8")
    except NotATable:
        return _decoded(data, _old_encoding(data))


def _old_encoding(data: bytes) -> str:
    """Excel on Windows and the one on a Mac write the same letters as other bytes."""
    windows, mac = (sum(byte in own for byte in data) for own in (_WINDOWS, _MAC))
    return "mac_roman" if mac > windows else "cp1252"


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotATable("The letters of this file cannot be read. Save it as “CSV UTF-8”.") from error
    if "\0" in text:
        raise NotATable("This is not a text file.")
    return text


def csv_rows(text: str, known: Callable[[Sequence[str]], int]) -> list[list[str]]:
    """The rows of a CSV; `known` counts the columns of a head that mean something. Raises NotATable."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return _parsed(rest, first.strip()[4])
    best = max(DELIMITERS, key=lambda each: _fits(text, each, known))
    return _parsed(text, best)


def _fits(text: str, delimiter: str, known: Callable[[Sequence[str]], int]) -> tuple[int, int]:
    """How much a delimiter makes of the head: columns that mean something, then cells at all."""
    try:
        some = _parsed(text[:MAX_CELL_CHARS], delimiter, strict=False)[:HEAD_WITHIN]
    except NotATable:
        return 0, 0
    return max(map(known, some), default=0), max(map(len, some), default=0)


def _parsed(text: str, delimiter: str, *, strict: bool = True) -> list[list[str]]:
    csv.field_size_limit(MAX_CELL_CHARS * 4)
    found = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict):
            found.append(row)
            if len(found) > MAX_ROWS + HEAD_WITHIN + 2:
                break
    except csv.Error as error:
        raise NotATable(f"This is not CSV: {error}.") from error
    return found


def xlsx_rows(data: bytes, known: Callable[[Sequence[str]], int]) -> list[list[str]]:
    """The rows of the sheet whose head says most. Raises NotATable."""
    from openpyxl import load_workbook  # not at every start

    check_tags(data, check_zip(data), most=MAX_TAGS)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheets = [list(_cells(sheet, HEAD_WITHIN)) for sheet in book.worksheets[:20]]
        best = max(range(len(sheets)), key=lambda at: max(map(known, sheets[at]), default=0))
        return list(_cells(book.worksheets[best], MAX_ROWS + HEAD_WITHIN + 2))
    except (NotATable, MemoryError):
        raise
    except Exception as error:  # openpyxl fails in many ways on files that are none
        raise NotATable("This is not an XLSX file that can be read.") from error


def _cells(sheet: Any, most: int) -> Iterator[list[str]]:
    for row in sheet.iter_rows(max_row=most, max_col=MAX_COLUMNS):
        yield ["" if cell.value is None else _cell(cell) for cell in row]


def _cell(cell: Any) -> str:
    value = cell.value
    if getattr(cell, "data_type", "") == "f":
        return "=formula"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def headed(
    rows: Iterable[Sequence[str]], names: Mapping[str, str]
) -> tuple[list[str], list[tuple[int, Sequence[str]]]]:
    """The columns of a table by our names ("" for one that means nothing), and its numbered rows."""
    every = list(rows)
    heads = [columns_of(row, names) for row in every[:HEAD_WITHIN]]
    at = max(range(len(heads)), key=lambda each: (sum(map(bool, heads[each])), -each), default=0)
    if not heads:
        raise NotATable("This table is empty.")
    if len(every) - at - 1 > MAX_ROWS:
        raise NotATable(f"An import has at most {MAX_ROWS:,} rows.")
    return heads[at], [(number, every[number - 1]) for number in range(at + 2, len(every) + 1)]


def columns_of(cells: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """What each cell of a head is called here; the second of a name means nothing."""
    found: list[str] = []
    for cell in cells:
        name = names.get(" ".join(cell.lower().replace("_", " ").split()).strip(" :?*#"), "")
        found.append("" if name in found else name)
    return found
