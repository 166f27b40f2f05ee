"""What every reader of an import gives, and the limits that all of them keep."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from content.answers import Answer

MAX_ROWS, MAX_CELL_CHARS = 2_000, 30_000
MAX_UNPACKED_BYTES = 32 * 1024 * 1024
_CHUNK_BYTES = 1024 * 1024
TOO_LARGE = "This file unpacks to more than an import may hold."
DAMAGED = "This file is damaged or not what its name says."


class NotATable(Exception):
    """The whole file cannot be read; the sentence says why."""


@dataclass(frozen=True)
class Row:
    """One row, file or pair of an import: the answer it holds, or why there is none."""

    place: str
    answer: Answer | None
    tests: tuple[str, ...] | None  # none: the format has no place for them
    is_on: bool | None
    refused: str = ""
    lacks: tuple[str, ...] = ()  # fields that the table has no column for: what is there stays
    replies: tuple[tuple[str, str], ...] = ()  # of a table: what stands in which column for a reply
    note: str = ""  # something about it that its owner should know


def check_zip(data: bytes) -> list[zipfile.ZipInfo]:
    """The files of a ZIP whose unpacked size an import may hold. Raises NotATable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            found = packed.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise NotATable(DAMAGED) from error
    if sum(each.file_size for each in found) > MAX_UNPACKED_BYTES or len(found) > MAX_ROWS + 100:
        raise NotATable(TOO_LARGE)
    return found


def check_tags(data: bytes, files: Sequence[zipfile.ZipInfo], *, most: int) -> None:
    """Refuse a document whose parts have more tags than one can have that is meant for us."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for each in files:
                with packed.open(each) as part:
                    chunks = iter(lambda part=part: part.read(_CHUNK_BYTES), b"")  # type: ignore[misc]
                    if sum(chunk.count(b"<") for chunk in chunks) > most:
                        raise NotATable(TOO_LARGE)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise NotATable(DAMAGED) from error
