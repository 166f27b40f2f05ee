"""Signed-in browsers: a session is a random token in a cookie, of which only the hash is kept.

It locks after a while without use (the password opens it again), and ends with the shift.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from web.accounts import roles
from web.core.db import Transaction
from web.core.keys.tokens import hash_of, new_token
from web.core.limits import Limits
from web.schema import accounts, new_id, sessions

CODE, OPEN = "code", "open"
# A session that is used writes the time down only so often: reading a page is no write.
_NOTED_EVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class Staff:
    """Somebody who is signed in, as every door sees them. `form_token` goes into every form."""

    id: str
    name: str
    roles: frozenset[str]
    form_token: str
    session_id: str

    def may(self, *some: str) -> bool:
        """Whether one of these roles is among theirs."""
        return bool(self.roles & set(some))


@dataclass(frozen=True)
class Session:
    """A session as it stands: whose, how far the sign-in is, whether it is locked."""

    staff: Staff
    stage: str
    is_locked: bool
    seen_at: datetime
    has_second_factor: bool


async def open_for(tx: Transaction, account_id: str, *, label: str, stage: str = OPEN, now: datetime) -> str:
    """Open a session with a token nobody has seen before; the answer is the token for the cookie."""
    token = new_token()
    await tx.execute(
        insert(sessions).values(
            id=new_id(),
            account_id=account_id,
            token_hash=hash_of(token),
            form_token=new_token(),
            stage=stage,
            label=label[:100],
            created_at=now,
            seen_at=now,
        )
    )
    if stage == OPEN:
        await tx.execute(update(accounts).where(accounts.c.id == account_id).values(last_sign_in_at=now))
    return token


async def find(tx: Transaction, token: str, *, limits: Limits, now: datetime) -> Session | None:
    """The session of a cookie; None when there is none, it is over, or its account is shut."""
    if not token:
        return None
    lives = timedelta(hours=limits.session_hours)
    query = (
        select(sessions, accounts.c.name, accounts.c.roles, accounts.c.totp_secret)
        .join(accounts)
        .where(
            sessions.c.token_hash == hash_of(token),
            sessions.c.created_at > now - lives,
            accounts.c.disabled_at.is_(None),
        )
    )
    row = (await tx.execute(query)).mappings().first()
    if row is None or (
        row["stage"] == CODE and row["created_at"] <= now - timedelta(minutes=limits.code_minutes)
    ):
        return None
    return _session(row, limits=limits, now=now)


async def use(tx: Transaction, session_id: str, *, now: datetime) -> None:
    """Note that a person used a session."""
    await tx.execute(update(sessions).where(sessions.c.id == session_id).values(seen_at=now))


def is_worth_noting(session: Session, *, now: datetime) -> bool:
    """Whether the last use noted is old enough to write it down again."""
    return now - session.seen_at >= _NOTED_EVERY


async def lock(tx: Transaction, session_id: str, *, now: datetime) -> None:
    """Lock a session now; the password opens it again."""
    await tx.execute(update(sessions).where(sessions.c.id == session_id).values(locked_at=now))


async def unlock(tx: Transaction, session_id: str, *, now: datetime) -> str:
    """Open a locked session under a new token, which is the answer."""
    token = new_token()
    await tx.execute(
        update(sessions)
        .where(sessions.c.id == session_id)
        .values(token_hash=hash_of(token), form_token=new_token(), locked_at=None, seen_at=now)
    )
    return token


async def end(tx: Transaction, session_id: str, *, of: str) -> None:
    """End one session of one account."""
    await tx.execute(delete(sessions).where(sessions.c.id == session_id, sessions.c.account_id == of))


async def is_in_use(tx: Transaction, account_id: str, *, limits: Limits, now: datetime) -> bool:
    """Whether somebody works in any browser: signed in, and not locked."""
    used_since = now - timedelta(minutes=limits.lock_after_minutes)
    query = select(sessions.c.id).where(
        sessions.c.account_id == account_id,
        sessions.c.stage == OPEN,
        sessions.c.locked_at.is_(None),
        sessions.c.seen_at > used_since,
        sessions.c.created_at > now - timedelta(hours=limits.session_hours),
    )
    return (await tx.execute(query.limit(1))).first() is not None


async def forget_over(tx: Transaction, *, limits: Limits, now: datetime) -> None:
    """Delete what is over; nobody can use it any more."""
    oldest = now - timedelta(hours=limits.session_hours)
    await tx.execute(delete(sessions).where(sessions.c.created_at <= oldest))


async def of_account(tx: Transaction, account_id: str) -> list[dict[str, Any]]:
    """The open sessions of one account, the newest first, for its owner to look at."""
    mine = select(sessions.c.id, sessions.c.label, sessions.c.created_at, sessions.c.seen_at)
    query = mine.where(sessions.c.account_id == account_id, sessions.c.stage == OPEN)
    return [dict(row) for row in (await tx.execute(query.order_by(sessions.c.created_at.desc()))).mappings()]


def _session(row: Any, *, limits: Limits, now: datetime) -> Session:
    idle = row["seen_at"] <= now - timedelta(minutes=limits.lock_after_minutes)
    return Session(
        staff=Staff(row["account_id"], row["name"], roles.known(row["roles"]), row["form_token"], row["id"]),
        stage=row["stage"],
        is_locked=idle or row["locked_at"] is not None,
        seen_at=row["seen_at"],
        has_second_factor=row["totp_secret"] is not None,
    )
