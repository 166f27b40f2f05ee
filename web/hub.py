"""Wakes those who wait for news of a conversation; in this process only, keeps nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator


class Listener:
    """One waiting request. Register before reading the record, so that no news slips between."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Tell that there is news."""
        self._news.set()

    async def news(self, *, timeout_s: float) -> bool:
        """Wait until there is news; False when the time is over first."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), timeout_s)
        return self._news.is_set()


class Hub:
    """Listeners by conversation."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}
        self._is_closed = False

    @contextlib.contextmanager
    def listening(self, conversation_id: str) -> Iterator[Listener]:
        """Listen for the length of a `with` block."""
        listener = Listener()
        if self._is_closed:
            listener.wake()
        listeners = self._listeners.setdefault(conversation_id, set())
        listeners.add(listener)
        try:
            yield listener
        finally:
            listeners.discard(listener)
            if not listeners and self._listeners.get(conversation_id) is listeners:
                del self._listeners[conversation_id]

    def count(self, conversation_id: str) -> int:
        """How many listen to one conversation."""
        return len(self._listeners.get(conversation_id, ()))

    def publish(self, conversation_id: str) -> None:
        """Wake everybody who listens to one conversation. Call it after the commit."""
        for listener in list(self._listeners.get(conversation_id, ())):
            listener.wake()

    def close(self) -> None:
        """Let everybody go home: the service stops."""
        self._is_closed = True
        for conversation_id in list(self._listeners):
            self.publish(conversation_id)
