"""The way to the action server over connections that are kept: Rasa makes a new one for every action."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from rasa.utils.endpoints import EndpointConfig

# Shorter than the action server's own (5 s): it is this side that hangs up.
IDLE_S = 3.0


class KeptActions(EndpointConfig):
    """The action endpoint of endpoints.yml, asked over kept connections."""

    def __init__(self, endpoint: EndpointConfig) -> None:
        self.__dict__.update(endpoint.__dict__)
        self._open: aiohttp.ClientSession | None = None

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Ask as Rasa does; once more when the server was started anew. Actions keep nothing."""
        try:
            return await super().request(*args, **kwargs)
        except aiohttp.ServerDisconnectedError:
            return await super().request(*args, **kwargs)

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[aiohttp.ClientSession]:
        """Lend the one session: who is done with it does not close it."""
        if self._open is None or self._open.closed:
            self._open = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=IDLE_S), headers=self.headers
            )
        yield self._open
