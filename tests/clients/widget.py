"""A visitor whose chat behaves as `web/static/chat` does: client ids, retry, "everything after N".

Everything it sends, sees and waits for is noted with its time, for benches and checkers to read.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.clients.wire import Answer, Broken, Wire

WAIT_S = 25
SEND_TIMEOUT_S = 8.0
# As in listening.js and sending.js.
BACKOFF_S = (0.5, 1.0, 2.0, 4.0, 8.0)


class Refused(Exception):
    """The service said no: the status and what it said."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


@dataclass
class Sent:
    """One message of this visitor: when it was sent, told to be stored, and first replied to."""

    client_id: str
    content: Mapping[str, str]
    sent_at_s: float
    tries: int = 0
    id: str | None = None
    stored_at_s: float | None = None
    replied_at_s: float | None = None
    refused: int | None = None
    doubled: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is expected for it."""
        return self.refused is not None or self.replied_at_s is not None


@dataclass
class Widget:
    """One visitor in one conversation."""

    host: str
    port: int
    address: str | None = None
    language: str = "en"
    id: str = ""
    token: str = ""
    starters: list[dict[str, str]] = field(default_factory=list)
    sent: dict[str, Sent] = field(default_factory=dict)
    seen: dict[int, dict[str, Any]] = field(default_factory=dict)
    batches: list[list[int]] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    after: int = 0
    troubles: int = 0

    def __post_init__(self) -> None:
        self._sending = Wire(self.host, self.port, address=self.address, timeout_s=SEND_TIMEOUT_S)
        self._reading = Wire(self.host, self.port, address=self.address, timeout_s=WAIT_S + 8)
        self._listening: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()

    async def begin(self) -> None:
        """Start the conversation and listen, as with the first message."""
        started = await self._until_told("POST", "/v1/conversations", {"language": self.language})
        self.id, self.token, self.starters = started["id"], started["token"], started["starters"]
        self._listening = asyncio.create_task(self._listen())

    async def send(self, content: Mapping[str, str], *, cut_after_s: float | None = None) -> Sent:
        """Send one message and try again until it is told to be stored, or refused.

        With `cut_after_s` the first try loses its connection so many seconds after it began.
        """
        item = Sent(uuid.uuid4().hex, dict(content), time.monotonic())
        self.sent[item.client_id] = item
        if cut_after_s is not None:
            await self._try_and_cut(item, cut_after_s)
        body = {"client_id": item.client_id, **item.content}
        try:
            answer = await self._until_told("POST", f"{self._path}/messages", body, item=item)
        except Refused as refused:
            item.refused = refused.status
            return item
        item.stored_at_s = time.monotonic()
        item.id = answer["message"]["id"]
        self.pending = answer["pending"]
        await self._show([answer["message"], *answer["replies"]], is_batch=False)
        return item

    async def send_again(self, item: Sent) -> dict[str, Any]:
        """Send a message once more, as it is. Raises Broken or Refused."""
        item.tries += 1
        body = {"client_id": item.client_id, **item.content}
        return await self._ask(self._sending, "POST", f"{self._path}/messages", body)

    @property
    def progress(self) -> tuple[int, int, int]:
        """What grows as long as the service answers: what was stored, what was replied to, what was seen."""
        sent = self.sent.values()
        return (
            sum(each.id is not None for each in sent),
            sum(each.is_settled for each in sent),
            len(self.seen),
        )

    async def settled(self, item: Sent) -> None:
        """Wait until a message has its first reply."""
        async with self._news:
            await self._news.wait_for(lambda: item.is_settled)

    async def all_answered(self) -> None:
        """Wait until no message waits for its answer any more."""
        async with self._news:
            await self._news.wait_for(
                lambda: not self.pending and all(each.is_settled for each in self.sent.values())
            )

    async def everything(self) -> list[dict[str, Any]]:
        """All messages of the conversation, as the service has them now."""
        answer = await self._until_told("GET", f"{self._path}/messages?after=0&wait=0", None)
        return list(answer["messages"])

    def cut(self) -> None:
        """Lose every connection at once."""
        self._sending.cut()
        self._reading.cut()

    async def leave(self) -> None:
        """Close the page."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        self.cut()

    @property
    def choices(self) -> list[dict[str, str]]:
        """The choices under the last message that offers some."""
        for seq in sorted(self.seen, reverse=True):
            if self.seen[seq]["choices"]:
                return list(self.seen[seq]["choices"])
        return self.starters

    @property
    def _path(self) -> str:
        return f"/v1/conversations/{self.id}"

    async def _try_and_cut(self, item: Sent, after_s: float) -> None:
        item.tries += 1
        body = {"client_id": item.client_id, **item.content}
        with contextlib.suppress(Broken, Refused, TimeoutError):
            async with asyncio.timeout(after_s):
                await self._ask(self._sending, "POST", f"{self._path}/messages", body)
        self._sending.cut()

    async def _until_told(
        self, method: str, path: str, body: Any, *, item: Sent | None = None
    ) -> dict[str, Any]:
        """Ask again and again while the way there fails or the service asks to wait."""
        failures = 0
        while True:
            if item is not None:
                item.tries += 1
            try:
                return await self._ask(self._sending, method, path, body)
            except Broken:
                self.troubles += 1
                await asyncio.sleep(BACKOFF_S[min(failures, len(BACKOFF_S) - 1)])
                failures += 1
            except Refused as refused:
                if refused.status != 429:
                    raise
                await asyncio.sleep(float(refused.body.get("retry_after_s") or 2))

    async def _ask(self, wire: Wire, method: str, path: str, body: Any) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        answer: Answer = await wire.ask(method, path, body=body, headers=headers)
        if answer.status >= 500:
            raise Broken(str(answer.status))
        told = answer.json()
        if answer.status >= 400:
            raise Refused(answer.status, told)
        return dict(told)

    async def _listen(self) -> None:
        is_first, failures = True, 0
        while True:
            path = f"{self._path}/messages?after={self.after}&wait={0 if is_first else WAIT_S}"
            try:
                answer = await self._ask(self._reading, "GET", path, None)
            except Broken:
                self.troubles += 1
                await asyncio.sleep(BACKOFF_S[min(failures, len(BACKOFF_S) - 1)])
                failures, is_first = failures + 1, True
                continue
            is_first, failures = False, 0
            self.after = max(self.after, answer["last"])
            self.pending = answer["pending"]
            await self._show(answer["messages"], is_batch=True)

    async def _show(self, messages: list[dict[str, Any]], *, is_batch: bool) -> None:
        now_s = time.monotonic()
        if is_batch and messages:
            self.batches.append([message["seq"] for message in messages])
        for message in messages:
            self.seen.setdefault(message["seq"], message)
            for item in self.sent.values():
                if item.id is None and message["client_id"] == item.client_id:
                    item.id = message["id"]
        self._note_replies(now_s)
        async with self._news:
            self._news.notify_all()

    def _note_replies(self, now_s: float) -> None:
        waiting = {item.id: item for item in self.sent.values() if item.id and item.replied_at_s is None}
        for message in self.seen.values():
            item = waiting.get(message["in_reply_to"])
            if item is not None and item.replied_at_s is None:
                item.replied_at_s = now_s
