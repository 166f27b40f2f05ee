"""Why a command did nothing: each error's text is a sentence for the person who ran it."""

from __future__ import annotations


class NotDone(Exception):
    """A command could not be done; what it says is enough to mend it, no traceback is needed."""


class NoRelease(NotDone):
    """A command needs a release, and there is none."""
