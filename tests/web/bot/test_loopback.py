"""The client of the bot: connections are kept, and what is no HTTP is an error."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from web.bot.loopback import Loopback, TooLarge

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n"
TO_THE_END = b"HTTP/1.1 200 OK\r\n\r\n{}"


class Server:
    """Answers each connection's requests with the given bytes, in turn, then hangs up."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = answers
        self.connections = 0
        self.requests: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError):
            for answer in self._answers:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                writer.write(answer)
        writer.close()


@contextlib.asynccontextmanager
async def asking(server: Server) -> AsyncIterator[Loopback]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    client = Loopback(f"http://127.0.0.1:{port}", headers={"authorization": "Bearer secret"})
    async with listening:
        yield client
        client.close()


async def test_a_connection_is_kept_for_the_next_turn() -> None:
    server = Server(OK, CHUNKED, OK)
    async with asking(server) as client:
        for _ in range(3):
            assert await client.post("/turn", b"[1]", max_bytes=10) == (200, b"{}")
    assert server.connections == 1
    assert server.requests[0].startswith(b"POST /turn HTTP/1.1\r\n")
    assert b"authorization: Bearer secret" in server.requests[0]
    assert server.requests[0].endswith(b"\r\n\r\n[1]")


async def test_a_connection_that_the_server_left_is_made_anew() -> None:
    server = Server(OK)
    async with asking(server) as client:
        for _ in range(3):
            assert await client.post("/turn", b"{}", max_bytes=10) == (200, b"{}")
    assert server.connections == 3


async def test_a_body_without_a_length_ends_with_its_connection() -> None:
    async with asking(Server(TO_THE_END)) as client:
        assert await client.post("/turn", b"{}", max_bytes=10) == (200, b"{}")


@pytest.mark.parametrize(
    "nonsense",
    [
        b"",
        b"SSH-2.0-nothing\r\n\r\n",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nmany\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + 100_000 * b"x",
    ],
)
async def test_what_is_no_whole_answer_is_an_error_of_the_connection(nonsense: bytes) -> None:
    async with asking(Server(nonsense)) as client:
        with pytest.raises(ConnectionError):
            await client.post("/turn", b"{}", max_bytes=1000)


@pytest.mark.parametrize("answer", [OK, CHUNKED, TO_THE_END])
async def test_more_than_agreed_is_refused(answer: bytes) -> None:
    async with asking(Server(answer)) as client:
        with pytest.raises(TooLarge):
            await client.post("/turn", b"{}", max_bytes=1)


async def test_nobody_there_is_an_error_of_the_connection() -> None:
    client = Loopback("http://127.0.0.1:9", headers={})
    with pytest.raises(ConnectionError):
        await client.post("/turn", b"{}", max_bytes=10)
