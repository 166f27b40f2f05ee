"""Wakes those who wait for news: of one conversation, or of any (`DESK`); keeps nothing.

With several web processes on PostgreSQL, `web/core/pg_notify.py` carries the news between their hubs.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator

# The topic of those who watch all conversations at once: the lists of the desk.
DESK = "desk"
# In one process: the lists of the desk were read again, and are other ones than before.
LISTS_READ, LISTS = "lists read", "lists"


def onlookers_of(conversation_id: str) -> str:
    """The topic of the desk's pages of one conversation; its visitor is not woken."""
    return f"{DESK} {conversation_id}"


class Listener:
    """One waiting request. Register before reading the record, so that no news slips between."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Tell that there is news."""
        self._news.set()

    def wake_within(self, seconds: float) -> None:
        """Tell so late that there is news, unless there is more before that."""
        asyncio.get_running_loop().call_later(seconds, self.wake)

    async def news(self, *, timeout_s: float) -> bool:
        """Wait until there is news; False when the time is over first."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), timeout_s)
        return self._news.is_set()


class PubSub:
    """Listeners by topic: a conversation's id, or DESK."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}
        self._is_closed = False
        self.news = 0  # how often anything was published; who remembers it sees whether there was more
        self._tell: Callable[[str], None] | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the service stops."""
        return self._is_closed

    @contextlib.contextmanager
    def listening(self, *topics: str) -> Iterator[Listener]:
        """Listen for the length of a `with` block."""
        listener = Listener()
        if self._is_closed:
            listener.wake()
        for topic in topics:
            self._listeners.setdefault(topic, set()).add(listener)
        try:
            yield listener
        finally:
            for topic in topics:
                listeners = self._listeners[topic]
                listeners.discard(listener)
                if not listeners:
                    del self._listeners[topic]

    def count(self, topic: str) -> int:
        """How many listen to one topic."""
        return len(self._listeners.get(topic, ()))

    def tells_others(self, tell: Callable[[str], None]) -> None:
        """Have every published topic told to the other processes as well."""
        self._tell = tell

    def publish(self, topic: str, *, within_s: float = 0.0) -> None:
        """Wake everybody who listens to a topic, in every process. Call it after the commit.

        News of a conversation is news for the desk as well. With `within_s` more is about to follow:
        who listens to the topic in this process may get both at once, but waits no longer than that.
        """
        self.deliver(topic, within_s=within_s)
        if self._tell is not None:
            self._tell(topic)

    def deliver(self, topic: str, *, within_s: float = 0.0) -> None:
        """Wake those of this process."""
        self.news += 1
        for listener in list(self._listeners.get(topic, ())):
            if within_s:
                listener.wake_within(within_s)
            else:
                listener.wake()
        for listener in list(self._listeners.get(DESK, ())):
            listener.wake()

    def tell(self, topic: str) -> None:
        """Wake those of this process who listen to a topic, and nobody else."""
        for listener in list(self._listeners.get(topic, ())):
            listener.wake()

    def wake_all(self) -> None:
        """Have everybody look into the record: news may have been lost."""
        self.news += 1
        for listeners in list(self._listeners.values()):
            for listener in list(listeners):
                listener.wake()

    def close(self) -> None:
        """Let everybody go home: the service stops."""
        self._is_closed = True
        self.wake_all()
