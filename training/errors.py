"""Why a command did nothing: each error's text is a sentence for the person who ran it."""

from __future__ import annotations

import errno
import os
import re
import shutil

FULL = (errno.ENOSPC, errno.EDQUOT)
MAKE_ROOM = "Make room, then start this again. What was published is as it was."
_NUMBER = re.compile(r"\[Errno (\d+)\]")


class NotDone(Exception):
    """A command could not be done; what it says is enough to mend it, no traceback is needed."""


class NoRelease(NotDone):
    """A command needs a release, and there is none."""


def why(error: OSError) -> str:
    """The file and the system's reason, and what to do where the disk is full."""
    number, file = _number_of(error), error.filename or _first_of_many(error)
    reason = error.strerror or (os.strerror(number) if number else str(error))
    parts = ": ".join(str(part) for part in (file, reason) if part)
    return f"{parts}. {MAKE_ROOM}" if is_full_disk(error) else parts


def is_full_disk(error: OSError) -> bool:
    """Whether there was no room left; also while a whole folder was copied."""
    return _number_of(error) in FULL


def _number_of(error: OSError) -> int:
    """Copying a folder tells of all that failed at its end, and has no number of its own."""
    found = _NUMBER.search(str(error)) if isinstance(error, shutil.Error) else None
    return int(found[1]) if found else error.errno or 0


def _first_of_many(error: OSError) -> str:
    failures = error.args[0] if isinstance(error, shutil.Error) and error.args else ()
    return str(failures[0][1]) if isinstance(failures, list) and failures else ""
