"""Sanic's HTTP protocol with an end: a request comes within a time, and an address has so many connections.

Sanic's own clock (`sanic/server/protocols/base_protocol.py`) starts anew with every byte, so a byte now
and then holds a connection for ever. Here the clock of a head or a body starts once.
"""

from __future__ import annotations

import asyncio
from asyncio.transports import Transport
from typing import Any

from sanic.exceptions import BadRequest
from sanic.http import Http, Stage
from sanic.server.protocols.http_protocol import HttpProtocol

from web.core.limits import Limits
from web.http.connections import Connections
from web.http.uploads import Uploads

_FULL = b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class TooSlow(BadRequest):
    """A request that did not come within its time. A BadRequest: Sanic then closes the connection."""

    status_code = 408
    quiet = True


class _Http(Http):
    __slots__ = ()

    def init_for_request(self) -> None:
        super().init_for_request()  # type: ignore[no-untyped-call]
        self.protocol.begin_request()  # type: ignore[attr-defined]


class BoundedProtocol(HttpProtocol):
    """One connection."""

    HTTP_CLASS = _Http
    __slots__ = ("_connections", "_is_dropped", "_is_refused", "_limits", "_part", "_until_s", "_uploads")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._limits: Limits = self.app.ctx.context.settings.limits
        self._connections: Connections = self.app.ctx.connections
        self._uploads: Uploads = self.app.ctx.uploads
        self._part = ""  # of the request that is on its way
        self._until_s = 0.0
        self._is_refused = False
        self._is_dropped = False

    @property
    def waits_for_its_client(self) -> bool:
        """Whether no whole head has come."""
        http = self.http
        return http is None or http.stage is Stage.IDLE or http.stage is Stage.REQUEST

    def drop(self) -> None:
        """Close the connection: at once between requests, else when its task has heard of it."""
        if self.http is None or (self.http.stage is Stage.IDLE and not self.recv_buffer):
            self.close()
            return
        # Sanic takes a transport that is gone in the middle of a head for an error of its own.
        self._is_dropped = True
        self._data_received.set()

    def begin_request(self) -> None:
        """Be ready for another request: its time has not begun."""
        self._part = ""
        self._uploads.leave(self)

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Let a connection in, or turn it away before anything is made for it."""
        peer = transport.get_extra_info("peername")
        if self._connections.enter(self, str(peer[0]) if peer else ""):
            super().connection_made(transport)  # type: ignore[no-untyped-call]
            return
        self._is_refused = True
        transport.write(_FULL)
        transport.close()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Give back what the connection held."""
        if self._is_refused:
            return
        self._connections.leave(self)
        self._uploads.leave(self)
        super().connection_lost(exc)  # type: ignore[no-untyped-call]

    def data_received(self, data: bytes) -> None:
        """Take bytes in, unless the connection was turned away."""
        if not self._is_refused:
            super().data_received(data)

    async def receive_more(self) -> None:
        """Wait for the client's next bytes. Raises TooSlow when the time of head or body is over."""
        until_s = self._deadline_s()
        if until_s is None:
            await super().receive_more()  # type: ignore[no-untyped-call]
            return
        try:
            async with asyncio.timeout_at(until_s):
                await super().receive_more()  # type: ignore[no-untyped-call]
        except TimeoutError:
            self._is_dropped = True
        if self._is_dropped:
            self._http.keep_alive = False
            self._http.request_body = None  # nothing more is waited for
            raise TooSlow("The request took too long to come.")

    def _deadline_s(self) -> float | None:
        """Until when the next bytes must be here; None between requests, where Sanic's clock will do."""
        http, limits = self._http, self._limits
        if http.request_body:
            part, within_s = "body", limits.body_within_s
            within_s += http.request_max_size / limits.slowest_upload_bytes_per_s
        elif http.stage is Stage.REQUEST:
            part, within_s = "head", limits.head_within_s
        else:
            return None
        now_s = self.loop.time()
        if part != self._part:
            self._part, self._until_s = part, now_s + within_s
        return min(self._until_s, now_s + limits.body_within_s)
