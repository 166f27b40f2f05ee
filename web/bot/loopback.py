"""HTTP to the bot over kept connections on this machine: one kind of request, as little as it takes.

A general client costs more than the rest of a turn in this half. A bot that does not speak HTTP, or
hangs up, is an OSError; how long to wait is the caller's business.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

MAX_HEAD_BYTES = 64 * 1024
MAX_IDLE = 32


class TooLarge(Exception):
    """The response is larger than agreed."""


class _Wire:
    """One connection; it carries one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.has_answered = False
        self.can_stay = False

    @property
    def is_cut(self) -> bool:
        return self._reader.at_eof() or self._writer.transport.is_closing()

    async def ask(self, request: bytes, max_bytes: int) -> tuple[int, bytes]:
        self.has_answered = self.can_stay = False
        self._writer.write(request)
        await self._writer.drain()
        head = await self._reader.readuntil(b"\r\n\r\n")
        self.has_answered = True
        status, headers = _read_head(head)
        body = await self._body(headers, max_bytes)
        is_framed = "content-length" in headers or headers.get("transfer-encoding") == "chunked"
        self.can_stay = is_framed and headers.get("connection", "").lower() != "close"
        return status, body

    async def _body(self, headers: Mapping[str, str], max_bytes: int) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return await self._chunks(max_bytes)
        if "content-length" in headers:
            return await self._reader.readexactly(_within(int(headers["content-length"]), max_bytes))
        body = b""
        while more := await self._reader.read(max_bytes + 1):
            body += more
            _within(len(body), max_bytes)
        return body

    async def _chunks(self, max_bytes: int) -> bytes:
        body = bytearray()
        while size := int((await self._reader.readuntil(b"\r\n")).partition(b";")[0], 16):
            _within(len(body) + size, max_bytes)
            body += await self._reader.readexactly(size)
            await self._reader.readexactly(2)
        while await self._reader.readuntil(b"\r\n") != b"\r\n":
            pass  # trailers
        return bytes(body)

    def close(self) -> None:
        self._writer.transport.abort()


class Loopback:
    """Posts to one server."""

    def __init__(self, url: str, *, headers: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._folder = parts.path.rstrip("/")
        fixed = {"host": parts.netloc, "content-type": "application/json", **headers}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in fixed.items())
        self._idle: list[_Wire] = []

    async def post(self, path: str, content: bytes, *, max_bytes: int) -> tuple[int, bytes]:
        """Send JSON; status and body. Raises OSError, or TooLarge.

        Asked once more on a new connection when a kept one was cut before any answer: the server
        may have hung up just then.
        """
        request = self._request(path, content)
        while self._idle:
            wire = self._idle.pop()
            if wire.is_cut:
                wire.close()
                continue
            try:
                return await self._exchange(wire, request, max_bytes)
            except OSError:
                if wire.has_answered:
                    raise
        return await self._exchange(await self._connect(), request, max_bytes)

    def close(self) -> None:
        """Close the connections."""
        while self._idle:
            self._idle.pop().close()

    def _request(self, path: str, content: bytes) -> bytes:
        first = f"POST {self._folder}{path} HTTP/1.1\r\n"
        return f"{first}{self._head}content-length: {len(content)}\r\n\r\n".encode("latin-1") + content

    async def _connect(self) -> _Wire:
        return _Wire(*await asyncio.open_connection(self._host, self._port, limit=MAX_HEAD_BYTES))

    async def _exchange(self, wire: _Wire, request: bytes, max_bytes: int) -> tuple[int, bytes]:
        try:
            answer = await wire.ask(request, max_bytes)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
            wire.close()
            raise ConnectionError(type(error).__name__) from error
        except BaseException:
            wire.close()  # half a response would be read as the next one
            raise
        if wire.can_stay and len(self._idle) < MAX_IDLE:
            self._idle.append(wire)
        else:
            wire.close()
        return answer


def _read_head(head: bytes) -> tuple[int, dict[str, str]]:
    """Status and headers, by their names in small letters. Raises ValueError."""
    first, *lines = head.decode("latin-1").split("\r\n")
    version, _, rest = first.partition(" ")
    if not version.startswith("HTTP/1."):
        raise ValueError("no HTTP")
    pairs: Any = (line.partition(":") for line in lines if line)
    return int(rest[:3]), {name.strip().lower(): value.strip() for name, _, value in pairs}


def _within(size: int, max_bytes: int) -> int:
    if size < 0:
        raise ValueError("a length below zero")
    if size > max_bytes:
        raise TooLarge(size)
    return size
