"""Which urgent chats stand on the desk's list by themselves, and which share a row with others.

One address can be a school, a clinic or a script. Its first few urgent chats of an hour are shown
each; more are folded into one row that staff can open. Every one of them has had its card.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from web.schema import new_id

HOUR_S = 3600.0
MAX_ADDRESSES = 10_000


@dataclass
class _Hour:
    """What came from one address since `since_s`. The record keeps the id of the fold, no address."""

    since_s: float
    fold_id: str = field(default_factory=new_id)
    shown: set[str] = field(default_factory=set)


class Floods:
    """Counts the urgent chats of each address, in this process."""

    def __init__(self, most: int, timer: Callable[[], float] = time.monotonic) -> None:
        self.timer = timer
        self._most = most
        self._hours: dict[str, _Hour] = {}

    def fold_of(self, conversation_id: str, address: str) -> str | None:
        """The fold that an urgent chat belongs into; None when it is shown by itself."""
        hour = self._hour(address)
        if len(hour.shown) < self._most:
            hour.shown.add(conversation_id)
        return None if conversation_id in hour.shown else hour.fold_id

    def _hour(self, address: str) -> _Hour:
        now_s = self.timer()
        known = self._hours.get(address)
        if known is not None and now_s - known.since_s < HOUR_S:
            return known
        if len(self._hours) >= MAX_ADDRESSES:
            self._forget(now_s)
        self._hours[address] = _Hour(now_s)
        return self._hours[address]

    def _forget(self, now_s: float) -> None:
        """Drop what is over; in a flood from everywhere the oldest, so that memory stays flat."""
        over = [each for each, hour in self._hours.items() if now_s - hour.since_s >= HOUR_S]
        for address in over or list(self._hours)[: MAX_ADDRESSES // 10]:
            del self._hours[address]
