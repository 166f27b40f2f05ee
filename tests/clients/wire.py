"""HTTP over one kept connection, in as little code and time as it takes.

Load and faults are made on the machine that they measure: a heavy client would measure itself, and a
library would mend by itself what a fault run wants to see break.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_HEADER_BYTES = 64 * 1024


class Broken(Exception):
    """The connection was refused, cut, silent for too long, or spoke no HTTP."""


@dataclass(frozen=True)
class Answer:
    """One response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises Broken."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Broken("no JSON") from error


class Wire:
    """One connection to one server, made when needed, from an address of one's own."""

    def __init__(self, host: str, port: int, *, address: str | None = None, timeout_s: float = 40.0) -> None:
        self._to = (host, port)
        self._from = (address, 0) if address else None
        self._timeout_s = timeout_s
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(
        self, method: str, path: str, *, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request and read its response; bytes go as they are, all else as JSON.

        Raises Broken, and then connects anew next time.
        """
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nhost: {self._to[0]}:{self._to[1]}\r\n"
        if body is not None:
            head += f"content-length: {len(content)}\r\n"
        if body is not None and not isinstance(body, bytes):
            head += "content-type: application/json\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._exchange(head.encode() + b"\r\n" + content)
        except Broken:
            self.cut()
            raise
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            self.cut()
            raise Broken(type(error).__name__) from error
        except asyncio.CancelledError:
            self.cut()  # half a response would be read as the next one
            raise

    def cut(self) -> None:
        """Drop the connection at once, as a phone in a tunnel does."""
        if self._writer is not None:
            self._writer.transport.abort()
        self._reader = self._writer = None

    async def _exchange(self, request: bytes) -> Answer:
        if self._reader is None or self._writer is None or self._reader.at_eof():
            self.cut()
            self._reader, self._writer = await asyncio.open_connection(
                *self._to, local_addr=self._from, limit=MAX_HEADER_BYTES
            )
        self._writer.write(request)
        await self._writer.drain()
        answer = await read_answer(self._reader)
        if answer.headers.get("connection", "").lower() == "close":
            self.cut()
        return answer


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    """Read one response whose length is told."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    try:
        status = int(first.split(" ", 2)[1])
    except (IndexError, ValueError) as error:
        raise Broken("no HTTP") from error
    headers = read_headers(lines)
    body = await reader.readexactly(int(headers.get("content-length") or 0))
    return Answer(status, headers, body)


def read_headers(lines: list[str]) -> dict[str, str]:
    """Headers by their names in small letters."""
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
