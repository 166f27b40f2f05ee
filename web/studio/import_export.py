"""Answers as a table (CSV, XLSX) or as answer files, out and in again without a loss; what else comes in."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence

from content.answer_yaml import dump, parse
from content.answers import LANGUAGES, Source
from content.yaml_files import ProblemsError
from web.studio import follow_ups
from web.studio.answers import TEST_MESSAGES, Draft
from web.studio.importing import columns, documents, tables
from web.studio.importing.columns import COLUMNS, RUNS, WORDINGS
from web.studio.importing.rows import MAX_ROWS, NotATable, Row, check_zip

__all__ = ["COLUMNS", "MAX_ROWS", "NotATable", "Row", "as_csv", "as_files", "as_xlsx", "read"]


def as_csv(drafts: Sequence[Draft]) -> bytes:
    """Every answer as CSV that spreadsheets open."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows([_guarded(cell) for cell in _cells(draft)] for draft in drafts)
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def as_xlsx(drafts: Sequence[Draft]) -> bytes:
    """Every answer as XLSX, text cells only."""
    from openpyxl import Workbook  # not at every start

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Answers")
    sheet.append(list(COLUMNS))
    for draft in drafts:
        sheet.append([_guarded(cell) for cell in _cells(draft)])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def as_files(drafts: Sequence[Draft]) -> bytes:
    """Every answer as the file that `data/answers/` holds, in one ZIP."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as folder:
        for draft in drafts:
            folder.writestr(f"answers/{draft.id}.yml", dump(draft.answer))
    return written.getvalue()


def read(name: str, data: bytes) -> list[Row]:
    """Read an upload; its name says the format. Raises NotATable."""
    kind = name.lower().rpartition(".")[2]
    if kind in ELSEWHERE:
        raise NotATable(ELSEWHERE[kind])
    if kind not in READERS:
        raise NotATable(f"Choose a file that ends in {', '.join(f'.{each}' for each in READERS)}.")
    found = READERS[kind](data)
    if not found:
        raise NotATable("No question with an answer was found in this file.")
    return found


def _csv(data: bytes) -> list[Row]:
    return _table(tables.csv_rows(tables.text_of(data), columns.known))


def _text(data: bytes) -> list[Row]:
    """A table that is called .txt, or questions and answers as they are written down."""
    text = tables.text_of(data)
    rows = tables.csv_rows(text, columns.known) if "\t" in text or ";" in text else []
    if rows and columns.known(rows[0]) > 1:
        return _table(rows)
    return documents.plain(text)


def _xlsx(data: bytes) -> list[Row]:
    return _table(tables.xlsx_rows(data, columns.known))


def _table(rows: list[list[str]]) -> list[Row]:
    """The rows of a table; one without a head may be questions and their answers side by side."""
    try:
        return list(columns.rows_of(rows))
    except NotATable:
        if pairs := documents.side_by_side(rows):
            return pairs
        raise


def _answer_file(data: bytes) -> list[Row]:
    return [_file("the file", data)]


def _zipped(data: bytes) -> list[Row]:
    """Every answer file of a ZIP, or the page or document in it. Names lead nowhere: only endings count."""
    files = check_zip(data)
    wanted = [each for each in files if each.filename.endswith((".yml", ".yaml"))]
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if wanted:
            return [_file(each.filename.rpartition("/")[2][:80], packed.read(each)) for each in wanted]
        for each in files:
            kind = each.filename.lower().rpartition(".")[2]
            if kind in ("html", "htm", "docx", "csv", "xlsx", "md"):
                return READERS[kind](packed.read(each))
    raise NotATable("There is no .yml file in this ZIP, and no page or document.")


READERS: dict[str, Callable[[bytes], list[Row]]] = {
    "csv": _csv, "tsv": _csv, "xlsx": _xlsx, "docx": documents.word, "html": documents.page,
    "htm": documents.page, "txt": _text, "md": _text, "yml": _answer_file, "yaml": _answer_file,
    "zip": _zipped,
}  # fmt: skip
ELSEWHERE = {
    "doc": "This is an old Word file. Open it in Word and save it as .docx.",
    "xls": "This is an old Excel file. Open it in Excel and save it as .xlsx.",
    "ods": "Save this table as .xlsx or .csv first.",
    "odt": "Save this document as .docx first.",
    "pdf": "Questions cannot be told from answers in a PDF. Bring the Word file or the page it was made of.",
}


def _cells(draft: Draft) -> Iterator[str]:
    answer = draft.answer
    yield from (draft.id, answer.title)
    flags = (draft.is_on, answer.clinical, answer.starter, answer.offer_call)
    yield from ("yes" if flag else "no" for flag in flags)
    yield "\n".join(answer.questions)
    for language in LANGUAGES:
        texts = [wording.text for wording in answer.wordings if wording.language == language]
        yield from [*texts, *[""] * WORDINGS][:WORDINGS]
    yield "\n".join(_source_line(source) for source in answer.sources)
    yield from (", ".join(answer.topics), ", ".join(answer.next), answer.review_by, answer.it)
    yield from [*draft.tests, *[""] * TEST_MESSAGES][:TEST_MESSAGES]
    yield from (follow_ups.as_lines(dict(answer.more)), follow_ups.links_as_text(dict(answer.follow_ups)))


def _source_line(source: Source) -> str:
    parts = (source.cite, source.passage, source.url, source.read_at)
    return " | ".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(RUNS) else cell


def _file(place: str, data: bytes) -> Row:
    try:
        answer = parse(data.decode("utf-8"), shown_as=place)
    except UnicodeDecodeError:
        return Row(place, None, None, None, "It is not UTF-8 text.")
    except ProblemsError as error:
        return Row(place, None, None, None, " ".join(str(problem) for problem in error.problems[:3]))
    said = [wording.language for wording in answer.wordings]
    if any(said.count(language) > WORDINGS for language in LANGUAGES):
        return Row(place, None, None, None, f"It has more than {WORDINGS} wordings in one language.")
    return Row(place, answer, None, None)
