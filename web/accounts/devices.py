"""Browsers that an account has signed in with: known ones are not slowed by others' guesses.

A browser where the second factor was shown needs it again only in the next shift, or, if it is
trusted, after a month. At each full sign-in a browser gets a new token, so that a copy of the old one,
or one that somebody planted, inherits nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from web.core.db import Transaction
from web.core.keys.tokens import hash_of, new_token
from web.schema import accounts, devices, new_id


@dataclass(frozen=True)
class Tokens:
    """What a browser gets at a full sign-in: the token of the session, and a new one of its own."""

    session: str
    device: str


async def is_known(tx: Transaction, token: str, account_id: str) -> bool:
    """Whether the account has signed in with this browser before."""
    return await _row(tx, token, account_id) is not None


async def has_second_factor(tx: Transaction, token: str, account_id: str, *, now: datetime) -> bool:
    """Whether the second factor was shown on this browser recently enough."""
    row = await _row(tx, token, account_id)
    until = row.second_factor_until if row else None
    return until is not None and until > now


async def renew(
    tx: Transaction, token: str, account_id: str, *, label: str, until: datetime | None = None, now: datetime
) -> str:
    """Note that an account signed in here, and give the browser a new token for all who did."""
    new = new_token()
    if token:
        mine = update(devices).where(devices.c.token_hash == hash_of(token))
        await tx.execute(mine.values(token_hash=hash_of(new)))
    await _remember(tx, new, account_id, label=label, until=until, now=now)
    return new


async def _remember(
    tx: Transaction, token: str, account_id: str, *, label: str, until: datetime | None = None, now: datetime
) -> None:
    """Note that an account signed in here; `until` says how long its second factor is good for."""
    row = await _row(tx, token, account_id)
    if row is None:
        await tx.execute(
            insert(devices).values(
                id=new_id(),
                account_id=account_id,
                token_hash=hash_of(token),
                label=label[:100],
                created_at=now,
                seen_at=now,
                second_factor_until=until,
            )
        )
        return
    values = {"seen_at": now, "label": label[:100], **({"second_factor_until": until} if until else {})}
    await tx.execute(update(devices).where(devices.c.id == row.id).values(**values))


async def people_of(tx: Transaction, token: str) -> list[tuple[str, str]]:
    """Who signed in with this browser before: (sign-in name, name), the latest first."""
    query = (
        select(accounts.c.sign_in_name, accounts.c.name)
        .join(devices)
        .where(devices.c.token_hash == hash_of(token), accounts.c.disabled_at.is_(None))
        .order_by(devices.c.seen_at.desc())
    )
    return [(row.sign_in_name, row.name) for row in await tx.execute(query)] if token else []


async def forget(tx: Transaction, account_id: str) -> None:
    """Forget every browser of an account."""
    await tx.execute(delete(devices).where(devices.c.account_id == account_id))


async def _row(tx: Transaction, token: str, account_id: str) -> Any:
    mine = (devices.c.token_hash == hash_of(token), devices.c.account_id == account_id)
    return (await tx.execute(select(devices).where(*mine))).first() if token else None
