"""Devices that staff turned notifications on for: kept, listed, and forgotten.

The address of a device comes from a browser, and we write to it: only the push services that the
operator allows are written to (FRONT_DESK_PUSH_SERVICES), by https and at no other port.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import RowMapping, delete, insert, select, update

from web.accounts import audit
from web.core.db import Transaction
from web.core.errors import Refused
from web.core.keys.tokens import hash_of
from web.core.settings import origin_of
from web.notifications.push.encryption import AUTH_BYTES, POINT_BYTES
from web.notifications.push.vapid import decoded
from web.schema import new_id, push_subscriptions
from web.schema.sealed import is_made_of, keys_of

MAX_ENDPOINT_CHARS, MAX_DEVICES = 1000, 20
_UNKNOWN = "This browser could not be turned on: Front Desk does not know its push service. Please tell whoever looks after Front Desk."  # noqa: E501
_BROKEN = "The browser gave no usable address. Please reload this page and try again."


@dataclass(frozen=True)
class Address:
    """Where a device is written to, and the keys that only it opens."""

    endpoint: str
    p256dh: str
    auth: str


def read(endpoint: str, p256dh: str, auth: str, *, services: Sequence[str]) -> Address:
    """A device's address as its browser gave it. Raises Refused."""
    if not is_allowed(endpoint, services):
        raise Refused(_UNKNOWN)
    try:
        point, secret = decoded(p256dh), decoded(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise Refused(_BROKEN) from None
    if len(point) != POINT_BYTES or len(secret) != AUTH_BYTES:
        raise Refused(_BROKEN)
    return Address(endpoint, p256dh, auth)


def is_allowed(endpoint: str, services: Sequence[str]) -> bool:
    """Whether an address belongs to one of these push services: by its name, https, the usual port."""
    if len(endpoint) > MAX_ENDPOINT_CHARS or not endpoint.isascii() or not endpoint.isprintable():
        return False
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if "@" in parts.netloc or "\\" in endpoint or " " in endpoint:
        return False
    if origin_of(endpoint) in services:  # http to this machine itself, named by the operator
        return True
    is_known = any(host == name or (name[0] == "." and host.endswith(name)) for name in services)
    return parts.scheme == "https" and port in (None, 443) and is_known


async def keep(tx: Transaction, account_id: str, address: Address, *, label: str, now: datetime) -> None:
    """Keep a device; one that is known keeps its place. Raises Refused over MAX_DEVICES."""
    values = {"p256dh": address.p256dh, "auth": address.auth, "label": label[:100], "used_at": now}
    known = await _with_endpoint(tx, account_id, address.endpoint)
    if known:
        mine = push_subscriptions.c.id == known
        await tx.execute(update(push_subscriptions).where(mine).values(**values, failed_at=None))
        return
    if len(await of_account(tx, account_id)) >= MAX_DEVICES:
        raise Refused("You have too many devices here. Please remove one first.")
    row = {"id": new_id(), "account_id": account_id, "endpoint": address.endpoint, "created_at": now}
    await tx.execute(insert(push_subscriptions).values(**row, **values))
    await _note(tx, account_id, "account.push_on", label, now=now)


async def of_account(tx: Transaction, account_id: str) -> list[RowMapping]:
    """The devices of one account, the newest first."""
    mine = select(push_subscriptions).where(push_subscriptions.c.account_id == account_id)
    return list((await tx.execute(mine.order_by(push_subscriptions.c.created_at.desc()))).mappings())


async def remove(tx: Transaction, subscription_id: str, *, of: str, now: datetime) -> None:
    """Forget one device of one account; somebody else's is not found, and nothing happens."""
    mine = (push_subscriptions.c.id == subscription_id, push_subscriptions.c.account_id == of)
    gone = (
        await tx.execute(delete(push_subscriptions).where(*mine).returning(push_subscriptions.c.label))
    ).scalar()
    if gone is not None:
        await _note(tx, of, "account.push_off", gone, now=now)


async def forget(tx: Transaction, subscription_id: str) -> None:
    """Forget a device that its push service no longer knows."""
    await tx.execute(delete(push_subscriptions).where(push_subscriptions.c.id == subscription_id))


def mark_of(endpoint: str) -> str:
    """What the page knows its own device by: a hash, which a browser can make too."""
    return hash_of(endpoint)


async def _with_endpoint(tx: Transaction, account_id: str, endpoint: str) -> str | None:
    same = is_made_of(push_subscriptions.c.push_endpoint_hash, endpoint, keys_of(tx.dialect))
    mine = select(push_subscriptions.c.id).where(push_subscriptions.c.account_id == account_id, same)
    found: str | None = (await tx.execute(mine)).scalar()
    return found


async def _note(tx: Transaction, account_id: str, did: str, label: str, *, now: datetime) -> None:
    details = {"device": label}
    await audit.note(
        tx, by=account_id, did=did, about="accounts", about_id=account_id, details=details, now=now
    )
