"""One visitor of a running service, over the protocol of the chat on the page (`docs/protocol.md`)."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from training.dialogues.answers import Answers
from training.dialogues.texts import says
from training.dialogues.turns import ReceivedMessage, Turn

TURN_LIMIT_S, NEWS_WAIT_S = 45.0, 20
PATIENCE_S, PAUSE_S = 40.0, 0.3  # while the service is away, or asks to wait
# Said by the house when the bot was late: nothing that the bot can be judged by.
LATE = "could not answer that just now|no pude responder a eso"


class NotServed(Exception):
    """The service did not serve this conversation; that says nothing about its replies."""


class Speaker(Protocol):
    """Who holds a conversation: says and presses, and remembers what came back."""

    turns: list[Turn]

    def say(self, text: str) -> Turn: ...

    def press(self, pattern: str) -> Turn | None: ...


class Visitor:
    """One visitor in one conversation, from an address of their own."""

    def __init__(self, url: str, answers: Answers, *, address: str, language: str = "en") -> None:
        parts = urlsplit(url)
        self._where = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._wire: http.client.HTTPConnection | None = None
        self._headers = {"x-forwarded-for": address, "content-type": "application/json"}
        self._answers, self._language = answers, language
        self._path, self._after = "", 0
        self._seen: dict[int, dict[str, Any]] = {}
        self.turns: list[Turn] = []

    def begin(self) -> None:
        """Start the conversation."""
        begun = self._ask("POST", "/v1/conversations", {"language": self._language})
        self._path = f"/v1/conversations/{begun['id']}"
        self._headers["authorization"] = f"Bearer {begun['token']}"

    def say(self, text: str) -> Turn:
        """Write a message and wait for all that comes back. Raises NotServed."""
        return self._send({"text": text}, text)

    def press(self, pattern: str) -> Turn | None:
        """Press the newest choice whose title fits; None when there was none. Raises NotServed."""
        for seq in sorted(self._seen, reverse=True):
            for choice in self._seen[seq].get("choices") or ():
                if says(pattern, choice["title"]):
                    return self._send({"choice_id": choice["id"]}, f"[{choice['title']}]")
        return None

    def leave(self) -> None:
        """Have the conversation and its request for a call deleted; the service may be gone by then."""
        try:
            if self._path:
                self._ask("DELETE", f"{self._path}?callbacks=delete", patience_s=2.0)
        except NotServed:
            pass
        finally:
            self._hang_up()

    def _send(self, content: Mapping[str, str], shown: str) -> Turn:
        stored = self._ask("POST", f"{self._path}/messages", {"client_id": uuid.uuid4().hex, **content})
        new = self._keep(stored["replies"]) + self._news()
        replies = [each for each in sorted(new, key=lambda each: each["seq"]) if each["author"] != "visitor"]
        if not replies or any(says(LATE, each["text"]) for each in replies if each["author"] == "system"):
            raise NotServed("the bot did not answer in time")
        turn = Turn(
            shown,
            [ReceivedMessage.of(each) for each in replies],
            self._answers,
            was_open=bool(self.turns) and self.turns[-1].is_open,
            is_open=bool(self._ask("GET", self._path).get("open_callback")),
        )
        self.turns.append(turn)
        return turn

    def _news(self) -> list[dict[str, Any]]:
        """Everything new, once nothing is pending any more."""
        new: list[dict[str, Any]] = []
        stop_at, wait_s = time.monotonic() + TURN_LIMIT_S, NEWS_WAIT_S
        while time.monotonic() < stop_at:
            told = self._ask("GET", f"{self._path}/messages?after={self._after}&wait={wait_s}")
            self._after = max(self._after, int(told["last"]))
            new += self._keep(told["messages"])
            if not told["pending"]:
                return new
        raise NotServed(f"no answer within {TURN_LIMIT_S:.0f} s")

    def _keep(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        fresh = [each for each in messages if each["seq"] not in self._seen]
        self._seen.update({each["seq"]: each for each in fresh})
        return fresh

    def _ask(
        self, method: str, path: str, body: Any = None, *, patience_s: float | None = None
    ) -> dict[str, Any]:
        """Ask until it is told, or told no. Raises NotServed."""
        stop_at = time.monotonic() + (PATIENCE_S if patience_s is None else patience_s)
        while True:
            status, told = self._try(method, path, body)
            if 200 <= status < 300:
                return told
            if 400 <= status < 500 and status != http.client.TOO_MANY_REQUESTS:
                raise NotServed(f"{method}: {status} {told.get('error', '')}")
            pause_s = float(told.get("retry_after_s") or PAUSE_S)
            if time.monotonic() + pause_s > stop_at:
                raise NotServed(f"{method}: {status or 'no connection'}")
            time.sleep(pause_s)

    def _try(self, method: str, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        """Status and what was told; 0 when the way there failed."""
        content = None if body is None else json.dumps(body).encode()
        try:
            if self._wire is None:
                self._wire = http.client.HTTPConnection(*self._where, timeout=PATIENCE_S)
            self._wire.request(method, path, body=content, headers=self._headers)
            response = self._wire.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError):
            self._hang_up()
            return 0, {}

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None
