"""Answers as a table (CSV, XLSX) or as answer files, out and in again without a loss."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from openpyxl import Workbook, load_workbook

from content.answer_yaml import dump, parse
from content.answers import ID, LANGUAGES, Answer, Source
from content.wording import Wording
from content.yaml_files import ProblemsError
from web.studio import follow_ups
from web.studio.answers import TEST_MESSAGES, Draft

WORDINGS = 6  # columns for each language, as many as the form has
REPLIES = tuple(f"reply_{language}_{number + 1}" for language in LANGUAGES for number in range(WORDINGS))
TESTS = tuple(f"test_{number + 1}" for number in range(TEST_MESSAGES))
FLAGS = ("on", "clinical", "starter", "offer_call")
FOLLOW_UP_COLUMNS = ("more", "follow_ups")
COLUMNS = (
    "id",
    "title",
    *FLAGS,
    "questions",
    *REPLIES,
    "sources",
    "topics",
    "next",
    "review_by",
    "it",
    *TESTS,
    *FOLLOW_UP_COLUMNS,
)
MAX_ROWS, MAX_CELL_CHARS = 2_000, 30_000
MAX_UNPACKED_BYTES = 32 * 1024 * 1024
# Tags of a sheet: the cells of every row that is taken, each with the few tags that it needs.
MAX_TAGS = (MAX_ROWS + 2) * (len(COLUMNS) + 5) * 6
_CHUNK_BYTES = 1024 * 1024
TOO_LARGE = "This file unpacks to more than an import may hold."
DAMAGED = "This file is damaged or not what its name says."
# A spreadsheet runs a cell that begins so; an apostrophe in front makes it text again.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "'")
_YES, _NO = ("yes", "true", "1", "x"), ("no", "false", "0", "")


class NotATable(Exception):
    """The whole file cannot be read; the sentence says why."""


@dataclass(frozen=True)
class Row:
    """One row or file of an import: the answer it holds, or why there is none."""

    place: str
    answer: Answer | None
    tests: tuple[str, ...] | None  # none: the format has no place for them
    is_on: bool | None
    refused: str = ""
    lacks: tuple[str, ...] = ()  # fields that the table has no column for: what is there stays


def as_csv(drafts: Sequence[Draft]) -> bytes:
    """Every answer as CSV that spreadsheets open."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows([_guarded(cell) for cell in _cells(draft)] for draft in drafts)
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def as_xlsx(drafts: Sequence[Draft]) -> bytes:
    """Every answer as XLSX, text cells only."""
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
    if kind == "csv":
        return list(_table(_csv_rows(data)))
    if kind == "xlsx":
        return list(_table(_xlsx_rows(data)))
    if kind in ("yml", "yaml"):
        return [_file("the file", data)]
    if kind == "zip":
        return list(_zipped(data))
    raise NotATable("Choose a .csv, .xlsx, .yml or .zip file.")


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
    return f"'{cell}" if cell.startswith(_RUNS) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RUNS) else cell


def _csv_rows(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotATable("This file is not UTF-8 text. Save it as “CSV UTF-8”.") from error
    csv.field_size_limit(MAX_CELL_CHARS * 4)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        raise NotATable(f"This is not CSV: {error}.") from error


def _xlsx_rows(data: bytes) -> Iterator[list[str]]:
    _check_tags(data, _check_zip(data))
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=len(COLUMNS) + 5):
            yield ["" if cell.value is None else _cell(cell) for cell in row]
    except (NotATable, MemoryError):
        raise
    except Exception as error:  # openpyxl fails in many ways on files that are none
        raise NotATable("This is not an XLSX file that can be read.") from error


def _cell(cell: object) -> str:
    is_formula = getattr(cell, "data_type", "") == "f"
    return "=formula" if is_formula else str(getattr(cell, "value", ""))


def _check_zip(data: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            found = packed.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise NotATable(DAMAGED) from error
    if sum(each.file_size for each in found) > MAX_UNPACKED_BYTES or len(found) > MAX_ROWS + 100:
        raise NotATable(TOO_LARGE)
    return found


def _check_tags(data: bytes, files: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse a workbook whose parts have more tags than a table can: openpyxl reads a row as a whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for each in files:
                with packed.open(each) as part:
                    chunks = iter(lambda part=part: part.read(_CHUNK_BYTES), b"")  # type: ignore[misc]
                    if sum(chunk.count(b"<") for chunk in chunks) > MAX_TAGS:
                        raise NotATable(TOO_LARGE)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise NotATable(DAMAGED) from error


def _zipped(data: bytes) -> Iterator[Row]:
    """Every answer file of a ZIP. Its names lead nowhere: an answer's id stands in the file."""
    files = [each for each in _check_zip(data) if each.filename.endswith((".yml", ".yaml"))]
    if not files:
        raise NotATable("There is no .yml file in this ZIP.")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for each in files:
            yield _file(each.filename.rpartition("/")[2][:80], packed.read(each))


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


def _table(rows: Iterable[list[str]]) -> Iterator[Row]:
    ordered = iter(rows)
    head = [cell.strip().lower() for cell in next(ordered, [])]
    while head and not head[-1]:
        head.pop()
    missing = {"title", "questions"} - set(head)
    unknown = [name for name in head if name not in COLUMNS]
    if missing or unknown or len(set(head)) != len(head):
        what = f"Unknown column “{unknown[0][:40]}”." if unknown else "A column is missing or there twice."
        raise NotATable(f"{what} The columns are: {', '.join(COLUMNS)}.")
    for number, cells in enumerate(ordered, start=2):
        if number > MAX_ROWS + 1:
            raise NotATable(f"An import has at most {MAX_ROWS:,} rows.")
        if any(cell.strip() for cell in cells):
            yield _row(f"row {number}", head, cells)


def _row(place: str, head: Sequence[str], cells: Sequence[str]) -> Row:
    def refused(why: str) -> Row:
        return Row(place, None, None, None, why)

    if len([cell for cell in cells[len(head) :] if cell]):
        return refused("It has more cells than there are columns.")
    if any(cell.startswith("=") for cell in cells):
        return refused("A cell holds a formula. Only text is taken.")
    if any(len(cell) > MAX_CELL_CHARS for cell in cells):
        return refused(f"A cell has more than {MAX_CELL_CHARS:,} characters.")
    given = {name: _unguarded(cell) for name, cell in zip(head, cells, strict=False)}
    answer_id = given.get("id", "").strip()
    if answer_id and not ID.fullmatch(answer_id):
        return refused("An id is made of small letters, digits and _, at most 60.")
    if not given.get("title", "").strip():
        return refused("It has no title.")
    for name in FLAGS:
        if given.get(name, "").strip().lower() not in (*_YES, *_NO):
            return refused(f"“{name}” is yes or no.")
    try:
        answer = _answer(answer_id, given)
    except ValueError as error:
        return refused(str(error))
    tests = tuple(text for name in TESTS if (text := " ".join(given.get(name, "").split())))
    is_on = _flag(given, "on") if given.get("on", "").strip() else None
    lacks = tuple(name for name in FOLLOW_UP_COLUMNS if name not in head)
    return Row(place, answer, tests if set(TESTS) & set(head) else None, is_on, lacks=lacks)


def _answer(answer_id: str, given: dict[str, str]) -> Answer:
    wordings = [
        Wording(text, name.split("_")[1]) for name in REPLIES if (text := given.get(name, "")).strip()
    ]
    return Answer(
        id=answer_id,
        title=given["title"],
        questions=tuple(given.get("questions", "").replace("\r", "\n").split("\n")),
        wordings=tuple(wordings),
        topics=_words(given.get("topics", "")),
        clinical=_flag(given, "clinical"),
        sources=tuple(_source(line) for line in given.get("sources", "").splitlines() if line.strip()),
        review_by=given.get("review_by", ""),
        next=_words(given.get("next", "")),
        it=given.get("it", ""),
        starter=_flag(given, "starter"),
        offer_call=_flag(given, "offer_call"),
        more=follow_ups.from_lines(given.get("more", "")),
        follow_ups=follow_ups.links_from_text(given.get("follow_ups", "")),
    )


def _flag(given: dict[str, str], name: str) -> bool:
    return given.get(name, "").strip().lower() in _YES


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _source(line: str) -> Source:
    parts = [part.strip() for part in re.split(r"(?<!\\)(?:\\\\)*\|", line)]
    if len(parts) > 4:
        raise ValueError("A source is: title | passage | address | read at.")
    return Source(*(re.sub(r"\\(.)", r"\1", part) for part in parts))
