"""The open connections of the service: so many for each address, and so many altogether.

When there are too many, the oldest one that waits for its client is closed for the new one; a request
that is being answered is never cut off. Nothing here knows HTTP.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import Protocol

from web.core import client_ip
from web.core.client_ip import Network

logger = logging.getLogger(__name__)


class Connection(Protocol):
    """What this room asks of a connection."""

    @property
    def waits_for_its_client(self) -> bool:
        """Whether no whole request has come: it is idle, or its head is still on the way."""

    def drop(self) -> None:
        """Close it at once."""


class Connections:
    """Keeps count of connections; the oldest of an address stands first."""

    def __init__(self, *, per_address: int, in_all: int, trusted_proxies: tuple[Network, ...] = ()) -> None:
        self._per_address = per_address
        self._in_all = in_all
        self._trusted = trusted_proxies
        self._address_of: dict[Connection, str] = {}  # in the order in which they came
        self._by_address: dict[str, dict[Connection, None]] = {}
        self.turned_away: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._address_of)

    def enter(self, connection: Connection, peer: str) -> bool:
        """Let a connection in, if need be in the place of an older one that waits; False: no room."""
        address = "" if client_ip.is_one_of(peer, self._trusted) else client_ip.address_of(peer, (), ())
        own = self._by_address.get(address, {})
        if address and len(own) >= self._per_address and not self._dropped_one(own, "one address"):
            return False
        if len(self) >= self._in_all and not self._dropped_one(self._address_of, "all together"):
            return False
        self._by_address.setdefault(address, {})[connection] = None
        self._address_of[connection] = address
        return True

    def leave(self, connection: Connection) -> None:
        """Forget a connection that is closed; one that was never let in is nothing new."""
        address = self._address_of.pop(connection, None)
        if address is None:
            return
        own = self._by_address[address]
        own.pop(connection, None)
        if not own:
            del self._by_address[address]

    def _dropped_one(self, among: dict[Connection, str] | dict[Connection, None], whose: str) -> bool:
        waiting = next((each for each in among if each.waits_for_its_client), None)
        self._say(whose)
        if waiting is None:
            return False
        self.leave(waiting)
        waiting.drop()
        return True

    def _say(self, whose: str) -> None:
        """Tell the operator, the first time and then ever more rarely: the log is no target either."""
        self.turned_away[whose] += 1
        count = self.turned_away[whose]
        if count & (count - 1) == 0:
            logger.warning("Too many connections of %s: %d closed or turned away so far.", whose, count)
