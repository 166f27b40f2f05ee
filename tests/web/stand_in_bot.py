"""A bot half that does what it is told: answers, hangs, breaks off, says nothing, talks nonsense.

It is a real HTTP server on loopback. The real bot cannot be made to fail at a chosen moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

TOKEN = "stand-in-token"
Behaviour = Callable[[dict[str, Any]], Any]


def reply(utterance: str, choices: tuple[tuple[str, str], ...] = (), **values: str) -> dict[str, Any]:
    """One thing the bot says; choices are (title, intent)."""
    offered = [{"title": title, "intent": intent} for title, intent in choices]
    return {"utterance": utterance, "values": values, "choices": offered}


def turn(
    *replies: dict[str, Any],
    outcome: str = "answered",
    requests: tuple[dict[str, Any], ...] = (),
    events: tuple[Any, ...] = (),
    understood: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A whole result of a turn."""
    understood = {
        "outcome": outcome,
        "intent": "faq",
        "confidence": 0.9,
        "ranking": [],
        "parts": [],
        **(understood or {}),
    }
    return {
        "release": "r1",
        "events": list(events),
        "replies": list(replies),
        "requests": list(requests),
        "understood": understood,
    }


def handoff(reason: str = "asked") -> dict[str, Any]:
    """The bot's wish for a person."""
    return {"kind": "handoff", "reason": reason, "fields": {}}


def callback(**fields: Any) -> dict[str, Any]:
    """The bot's wish for a callback."""
    return {"kind": "callback", "reason": "asked", "fields": fields}


class StandInBot:
    """Counts what it is asked and answers with `behaviour` (or as one of the methods says)."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.port = 0
        self.arrived = asyncio.Event()
        self._let_go = asyncio.Event()
        self._behaviour: Behaviour | str = lambda _request: turn(reply("utter_greet"))
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()
        self._status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def die(self) -> None:
        """Stop listening and cut every connection; `start` brings it back on the same port."""
        self._let_go.set()
        if self._server is not None:
            self._server.close()
        for writer in list(self._connections):
            writer.transport.abort()
        if self._server is not None:
            await self._server.wait_closed()
        self._server = None

    def does(self, behaviour: Behaviour) -> None:
        """Answer every turn with what `behaviour` makes of the request."""
        self._behaviour, self._status = behaviour, 200

    def says(self, *replies: dict[str, Any], **how: Any) -> None:
        """Answer every turn with these replies."""
        self.does(lambda _request: turn(*replies, **how))

    def hangs(self) -> None:
        """Take the request and do not answer before `goes_on`."""
        self._let_go.clear()
        self._behaviour = "hang"

    def goes_on(self, *replies: dict[str, Any]) -> None:
        """Answer those who hang, and everybody from now on."""
        self.says(*replies)
        self._let_go.set()

    def breaks_off(self) -> None:
        """Cut the connection in the middle of the answer."""
        self._behaviour = "break"

    def fails(self) -> None:
        """Answer 500, as with an exception inside Rasa."""
        self._behaviour, self._status = lambda _request: {"error": "exception"}, 500

    def talks_nonsense(self, body: str = "<html>") -> None:
        """Answer 200 with something that is no result of a turn."""
        self._behaviour, self._status = lambda _request: body, 200

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._one_request(reader, writer):
                pass
        self._connections.discard(writer)
        writer.close()

    async def _one_request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        assert headers["authorization"] == f"bearer {TOKEN}"
        request = json.loads(body)
        self.asked.append(request)
        self.arrived.set()
        if self._behaviour == "hang":
            await self._let_go.wait()
        if self._behaviour == "break":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n{")
            await writer.drain()
            return False
        await self._send(writer, request)
        return True

    async def _send(self, writer: asyncio.StreamWriter, request: dict[str, Any]) -> None:
        assert callable(self._behaviour)
        made = self._behaviour(request)
        data = (made if isinstance(made, str) else json.dumps(made)).encode()
        status = "200 OK" if self._status == 200 else f"{self._status} Error"
        head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(data)}"
        writer.write(head.encode() + b"\r\n\r\n" + data)
        await writer.drain()
