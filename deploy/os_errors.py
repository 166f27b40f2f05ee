"""What the system refused, in words; standard library only."""

from __future__ import annotations

import os
import re
import shutil

_NUMBER = re.compile(r"\[Errno (\d+)\]")


def why(error: OSError) -> str:
    """The system's reason and the file, like "No space left on device (/var/lib/front-desk/x)"."""
    if isinstance(error, shutil.Error):
        return _why_of_many(error)
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{where}"


def _why_of_many(error: shutil.Error) -> str:
    """Copying a folder goes on after a failure and tells all of them at its end: the first says enough."""
    failures = error.args[0] if error.args else ""
    if not isinstance(failures, list) or not failures:
        return str(failures)
    _, to, told = failures[0]
    number = _NUMBER.search(str(told))
    return f"{os.strerror(int(number[1])) if number else told} ({to})"
