"""A time limit on what a browser is asked, with a sentence that says what hung.

Playwright limits navigation and waiting by itself; a script that a page never finishes it awaits for ever.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def within(limit_s: float, what: str) -> Iterator[None]:
    """Break off what takes longer. Works in the main thread; the time inside another limit is not counted."""

    def break_off(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"{what} was not done within {limit_s:g} s")

    before = signal.signal(signal.SIGALRM, break_off)
    left_s, _ = signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left_s)
