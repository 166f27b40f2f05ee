"""The one password of the in-tray and the sessions opened with it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select, update

from web.db import Transaction
from web.limits import Limits
from web.schema import new_id, staff_secrets, staff_sessions

# No letters or digits that look alike: the password is read off a screen once.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_CHARS = 4, 5
_THE_ONE = 1
# At least what OWASP asks of Argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@dataclass(frozen=True)
class Session:
    """A signed-in browser. `form_token` goes into every form of its pages."""

    id: str
    form_token: str


async def make_password(tx: Transaction, *, now: datetime) -> str:
    """Make a new password and sign everybody out; it is shown once and kept only as a hash."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_CHARS)) for _ in range(_GROUPS))
    password = "-".join(groups)
    await tx.execute(delete(staff_sessions))
    await tx.execute(delete(staff_secrets))
    await tx.execute(
        insert(staff_secrets).values(
            id=_THE_ONE, password_hash=_hasher.hash(password), made_at=now, last_sign_in_at=None
        )
    )
    return password


async def first_password(tx: Transaction, *, now: datetime) -> str | None:
    """Make the password at the first start; None when there is one already."""
    return await make_password(tx, now=now) if await password_hash(tx) is None else None


async def password_hash(tx: Transaction) -> str | None:
    """The stored hash; None before the first start."""
    found = await tx.execute(select(staff_secrets.c.password_hash))
    return found.scalar_one_or_none()


def is_password(known_hash: str | None, guess: str) -> bool:
    """Check a guess. Takes its time on purpose: call it in a thread."""
    try:
        return known_hash is not None and _hasher.verify(known_hash, guess)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


async def sign_in(tx: Transaction, *, now: datetime) -> str:
    """Open a session after a right password; the answer is the token for the cookie."""
    token = secrets.token_urlsafe(32)
    await tx.execute(
        insert(staff_sessions).values(
            id=new_id(),
            token_hash=_hash(token),
            form_token=secrets.token_urlsafe(32),
            created_at=now,
            seen_at=now,
        )
    )
    await tx.execute(update(staff_secrets).values(last_sign_in_at=now))
    return token


async def session(tx: Transaction, token: str, *, limits: Limits, now: datetime) -> Session | None:
    """Find the session of a cookie and note that it was used; None when it is over."""
    if not token:
        return None
    mine = (
        staff_sessions.c.token_hash == _hash(token),
        staff_sessions.c.seen_at >= now - timedelta(hours=limits.session_idle_hours),
        staff_sessions.c.created_at >= now - timedelta(days=limits.session_days),
    )
    found = await tx.execute(
        update(staff_sessions)
        .where(*mine)
        .values(seen_at=now)
        .returning(staff_sessions.c.id, staff_sessions.c.form_token)
    )
    row = found.first()
    return Session(row.id, row.form_token) if row else None


async def sign_out(tx: Transaction, open_session: Session) -> None:
    """End one session."""
    await tx.execute(delete(staff_sessions).where(staff_sessions.c.id == open_session.id))


async def last_sign_in(tx: Transaction) -> datetime | None:
    """When somebody last opened the in-tray; None when nobody did yet."""
    found = await tx.execute(select(staff_secrets.c.last_sign_in_at))
    return found.scalar_one_or_none()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
