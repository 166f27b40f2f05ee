"""Stands between the web half and the bot and makes the bot slow, wrong, silent or absent."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Callable

from deploy.settings import LOOPBACK
from tests.clients.wire import Answer, Broken, Wire, read_headers
from tests.faults.plan import Mood

TURN_PATH = "/webhooks/turn/turn"
BOT_TIMEOUT_S = 90.0
GARBAGE = b"\x00\xff{]}" * 200
# Well-formed, and against the contract: a request that nobody could keep, and a silent reply.
LIE = {
    "release": "1", "events": [], "replies": [],
    "requests": [{"kind": "payment", "reason": "", "fields": {}}],
    "understood": {"outcome": "answered"},
}  # fmt: skip


class Proxy:
    """Passes requests on to the bot; `mood_of_turn` says how each turn goes."""

    def __init__(self, port: int, bot_port: int, mood_of_turn: Callable[[int], Mood]) -> None:
        self.port = port
        self.bot_port = bot_port
        self._mood_of_turn = mood_of_turn
        self._server: asyncio.Server | None = None
        self.asked = 0
        self.moods: Counter[str] = Counter()

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = (OSError, asyncio.IncompleteReadError, asyncio.CancelledError, Broken)
        with contextlib.suppress(*ends):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.split("\r\n")
                headers = read_headers(lines)
                body = await reader.readexactly(int(headers.get("content-length") or 0))
                method, path, _ = first.split(" ", 2)
                answer = await self._answer(method, path, headers, body)
                writer.write(_as_bytes(answer))
                await writer.drain()
        writer.transport.abort()

    async def _answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if path != TURN_PATH:
            return await self._pass_on(method, path, headers, body)
        mood = self._mood_of_turn(self.asked)
        self.asked += 1
        self.moods[mood] += 1
        if mood == "cut":
            raise Broken("cut")
        if mood == "error 500":
            return Answer(500, {}, b'{"error": "ValueError"}')
        if mood in ("empty", "garbage", "liar"):
            told = {"empty": b"", "garbage": GARBAGE, "liar": json.dumps(LIE).encode()}[mood]
            return Answer(200, {}, told)
        if mood.startswith("slow"):
            await asyncio.sleep(float(mood.split()[1]))
        return await self._pass_on(method, path, headers, body)

    async def _pass_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        wire = Wire(LOOPBACK, self.bot_port, timeout_s=BOT_TIMEOUT_S)
        kept = {"authorization": headers.get("authorization", "")}
        try:
            return await wire.ask(method, path, body=json.loads(body) if body else None, headers=kept)
        finally:
            wire.cut()


def _as_bytes(answer: Answer) -> bytes:
    head = f"HTTP/1.1 {answer.status} X\r\ncontent-type: application/json\r\n"
    return f"{head}content-length: {len(answer.body)}\r\n\r\n".encode() + answer.body
