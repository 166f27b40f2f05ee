"""Reads an upload in a process of its own that may use so much memory and processor time, and no more.

A small file can unpack to a very large one, and no check of a format foresees every way. What reads
too long or too much is ended there, while visitors are answered here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from content.answers import Answer
from web.studio import import_export
from web.studio.import_export import NotATable, Row

ROOT = Path(__file__).resolve().parents[2]
MAX_MEMORY_BYTES = 384 * 1024 * 1024
MAX_PROCESSOR_S = 30
MAX_WAIT_S = 120.0
TOO_MUCH = "Reading this file takes more time or memory than an import may have. Send it in smaller parts."
_NICE = 10
# OpenBLAS, which comes in with a library, keeps room for every thread that it might start.
_ENVIRON = {"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


async def read(name: str, data: bytes) -> list[Row]:
    """Read an upload; its name says the format. Raises NotATable."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "web.studio.import_worker", name[-200:],
        cwd=ROOT, env=_ENVIRON,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(MAX_WAIT_S):
            written, _ = await process.communicate(data)
    except TimeoutError:
        raise NotATable(TOO_MUCH) from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()  # also when whoever asked has hung up
    if process.returncode != 0:
        raise NotATable(TOO_MUCH)
    found = await asyncio.to_thread(json.loads, written)
    if "not_a_table" in found:
        raise NotATable(found["not_a_table"])
    return [_row(each) for each in found["rows"]]


def main() -> int:
    """Read standard input within limits, and write what was found as JSON."""
    import docx  # noqa: F401 - both before the limit, which counts from what is loaded
    import openpyxl  # noqa: F401

    data, name = sys.stdin.buffer.read(), sys.argv[1]
    _limit_this_process()
    try:
        found: dict[str, Any] = {"rows": [_data(row) for row in import_export.read(name, data)]}
    except NotATable as error:
        found = {"not_a_table": str(error)}
    except (MemoryError, RecursionError):
        return 1
    sys.stdout.write(json.dumps(found))
    return 0


def _limit_this_process() -> None:
    """So much memory besides what is loaded already; the kernel ends what takes too long."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MAX_MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_PROCESSOR_S, MAX_PROCESSOR_S))
    os.nice(_NICE)


def _data(row: Row) -> dict[str, Any]:
    return asdict(row) | {"answer": row.answer.as_data() if row.answer else None}


def _row(data: dict[str, Any]) -> Row:
    answer = Answer.from_data(data["answer"]) if data["answer"] else None
    tests = tuple(data["tests"]) if data["tests"] is not None else None
    return Row(
        **data
        | {
            "answer": answer,
            "tests": tests,
            "lacks": tuple(data["lacks"]),
            "replies": tuple(map(tuple, data["replies"])),
        }
    )


if __name__ == "__main__":
    sys.exit(main())
