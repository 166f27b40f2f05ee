"""Uploads take a lot of memory: only so many at once, each with a place that it gives back."""

from __future__ import annotations

from collections.abc import Hashable

from web.core.errors import TooMany

RETRY_AFTER_S = 5


class Uploads:
    """The places that uploads hold, by connection."""

    def __init__(self, *, at_once: int) -> None:
        self._at_once = at_once
        self._of: set[Hashable] = set()

    def enter(self, connection: Hashable) -> None:
        """Take a place. Raises TooMany when none is free."""
        if len(self._of) >= self._at_once and connection not in self._of:
            raise TooMany(
                "Other files are being read just now. Please send yours again in a moment.",
                retry_after_s=RETRY_AFTER_S,
            )
        self._of.add(connection)

    def leave(self, connection: Hashable) -> None:
        """Give the place back, if there was one."""
        self._of.discard(connection)
