"""Whose request is this? The address of the visitor, also behind proxies that the operator trusts.

A header says whatever its sender wants: it is read only as far as trusted proxies wrote it.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
# What one household or machine gets of IPv6; single addresses in it can be changed at will.
IPV6_PREFIX = 64


def address_of(peer: str, forwarded_for: Sequence[str], trusted: Sequence[Network]) -> str:
    """The nearest address that no trusted proxy has, read from the connection backwards.

    `forwarded_for` are the X-Forwarded-For headers as they came.
    """
    hops = [part.strip() for header in forwarded_for for part in header.split(",")]
    nearest = _read(peer)
    while nearest is not None and hops and any(nearest in network for network in trusted):
        before = _read(hops.pop())
        if before is None:  # a proxy that does not say whom it speaks for
            break
        nearest = before
    return _key(nearest) if nearest is not None else peer


def is_one_of(peer: str, networks: Sequence[Network]) -> bool:
    """Whether a connection comes from one of these networks."""
    address = _read(peer) if networks else None
    return address is not None and any(address in network for network in networks)


def read_networks(text: str) -> tuple[Network, ...]:
    """Read addresses and networks with commas between them. Raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _read(text: str) -> IPv4Address | IPv6Address | None:
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _key(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, IPV6_PREFIX), strict=False))
