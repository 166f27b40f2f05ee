"""Log lines that are only lines: what a client sent can neither write another one nor move a terminal."""

from __future__ import annotations

import logging
import re

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# C0 and C1 but tab and line break, and what turns a line around or breaks it elsewhere.
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class PlainFormatter(logging.Formatter):
    """Formats as usual; a message is one line, and a traceback's lines hold nothing but text."""

    def __init__(self) -> None:
        super().__init__(FORMAT)

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The head of an entry, in one line."""
        return super().formatMessage(record).replace("\n", "\\n")

    def format(self, record: logging.LogRecord) -> str:
        """The whole entry."""
        return plain(super().format(record))


def plain(text: str) -> str:
    """A text with its control characters spelled out."""
    return _UNPRINTED.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def set_up() -> None:
    """Log to standard error, in plain lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlainFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
