"""A stand-in for the clinic's mail server."""

from __future__ import annotations

import asyncio


class StandInMailServer:
    """A mail server on loopback that takes mail, or refuses it, or knows nobody."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.refuses = False
        self.knows_nobody = False
        self.tried = asyncio.Event()

    async def __aenter__(self) -> StandInMailServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"smtp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 stand-in\r\n")
        while line := (await reader.readline()).decode().strip().upper():
            if line == "DATA":
                writer.write(b"354 go on\r\n")
                mail = (await reader.readuntil(b"\r\n.\r\n")).decode()
                if not self.refuses:
                    self.mails.append(mail)
            if self.refuses and line.startswith("MAIL"):
                writer.write(b"451 not now\r\n")
                self.tried.set()
            elif self.knows_nobody and line.startswith("RCPT"):
                writer.write(b"550 no such user\r\n")
            else:
                writer.write(b"221 bye\r\n" if line == "QUIT" else b"250 ok\r\n")
            if line == "QUIT":
                break
            if line == "DATA":
                self.tried.set()
        writer.close()
