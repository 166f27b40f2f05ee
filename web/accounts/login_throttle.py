"""Slows guessing down: the more wrong tries, the longer the wait; waiting tries are not even looked at.

A browser that the account has signed in with before counts by itself, so that guesses from
elsewhere never keep an owner out of their own workstation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, text, update

from web.core.db import Transaction, upsert
from web.schema import failed_tries


@dataclass(frozen=True)
class LoginThrottle:
    """So many wrong tries are free; then the wait doubles with each, from `first_s` up to `most_s`."""

    kind: str
    free: int
    first_s: float
    most_s: float

    def wait_after(self, failures: int) -> timedelta:
        """How long to wait after so many wrong tries."""
        beyond = failures - self.free
        return timedelta(
            seconds=min(self.most_s, self.first_s * 2.0 ** min(beyond, 30)) if beyond >= 0 else 0
        )


PAIR = LoginThrottle("account and address", free=5, first_s=30, most_s=3600)
ADDRESS = LoginThrottle("address", free=20, first_s=30, most_s=3600)
ACCOUNT = LoginThrottle("account", free=30, first_s=60, most_s=3600)
KNOWN_DEVICE = LoginThrottle("account and known device", free=8, first_s=10, most_s=300)
CODE = LoginThrottle("second factor", free=5, first_s=30, most_s=3600)
CODE_ON_KNOWN_DEVICE = LoginThrottle("second factor on known device", free=8, first_s=10, most_s=300)
# Wrong tries are forgotten after a day without another one.
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Try:
    """One thing that is counted: a brake, and for whom or from where."""

    brake: LoginThrottle
    of: tuple[str, ...]

    @property
    def key(self) -> str:
        """What the record keeps: neither names nor addresses can be read from it at a glance."""
        return hashlib.sha256("\0".join((self.brake.kind, *self.of)).encode("utf-8", "replace")).hexdigest()


async def wait(tx: Transaction, tries: Sequence[Try], *, now: datetime) -> timedelta:
    """How long until the next try is looked at; zero when it may be made now."""
    by_key = {each.key: each for each in tries}
    rows = await tx.execute(select(failed_tries).where(failed_tries.c.key.in_(by_key)))
    waits = [timedelta(0)]
    for row in rows:
        own = by_key[row.key].brake.wait_after(row.failures)
        # A try that stood in the queue is judged by an earlier `now`: without a wait of its own the
        # last one, a moment later, must not count as one.
        if own and now - row.last_at < FORGOTTEN_AFTER:
            waits.append(row.last_at + own - now)
    return max(waits)


async def hold(tx: Transaction, tries: Sequence[Try]) -> None:
    """Let the same tries of other processes wait until this transaction ends; SQLite has one writer."""
    if tx.dialect.name == "postgresql":
        for key in sorted(each.key for each in tries):
            await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(key[:15], 16)})


async def count(tx: Transaction, tries: Sequence[Try], *, now: datetime) -> None:
    """Count a try as wrong before it is looked at, so that many at once are no way around."""
    await tx.execute(delete(failed_tries).where(failed_tries.c.last_at < now - FORGOTTEN_AFTER))
    for each in sorted(tries, key=lambda tried: tried.key):
        more = {"failures": failed_tries.c.failures + 1, "last_at": now}
        await upsert(tx, failed_tries, {"key": each.key}, {"failures": 1, "last_at": now}, change=more)


async def forgive(tx: Transaction, tries: Sequence[Try]) -> None:
    """Forget the wrong tries of somebody who got in; their address loses only the one just counted."""
    own = [each.key for each in tries if each.brake is not ADDRESS]
    shared = [each.key for each in tries if each.brake is ADDRESS]
    await tx.execute(delete(failed_tries).where(failed_tries.c.key.in_(own)))
    fewer = update(failed_tries).where(failed_tries.c.key.in_(shared), failed_tries.c.failures > 0)
    await tx.execute(fewer.values(failures=failed_tries.c.failures - 1))
