"""Files with keys: for this user alone, whole or not at all, on the disk before they count."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def make_once(file: Path, content: str) -> None:
    """Make a file that is not there; of two processes that make one at once the first wins."""
    with _draft(file, content) as draft:
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()


def replace_whole(file: Path, content: str) -> None:
    """Put another content in the place of a file's, in one step."""
    with _draft(file, content) as draft:
        draft.replace(file)


@contextmanager
def _draft(file: Path, content: str) -> Iterator[Path]:
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    yield draft
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
