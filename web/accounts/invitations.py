"""One-time links: for the first administrator, somebody invited, or a password that is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from web.accounts import audit
from web.core.db import Transaction
from web.core.errors import NotFound
from web.core.keys.tokens import hash_of, new_token
from web.schema import invitations, new_id

FIRST_LASTS = timedelta(days=1)
GONE = "This link was used already or has expired. Ask an administrator for a new one."


@dataclass(frozen=True)
class Invitation:
    """A link that is good. Without an account it makes the first administrator."""

    id: str
    account_id: str | None


async def make_first(tx: Transaction, *, by: str = audit.HOST, now: datetime) -> str:
    """Make the code that sets up an administrator; the answer is shown once."""
    return await _make(tx, None, by=by, lasts=FIRST_LASTS, now=now)


async def make(tx: Transaction, account_id: str, *, by: str, lasts: timedelta, now: datetime) -> str:
    """Make a code to choose a password with; earlier ones of the account stop working."""
    await tx.execute(delete(invitations).where(invitations.c.account_id == account_id))
    code = await _make(tx, account_id, by=by, lasts=lasts, now=now)
    await audit.note(tx, by=by, did="account.invited", about="accounts", about_id=account_id, now=now)
    return code


async def find(tx: Transaction, code: str, *, now: datetime) -> Invitation:
    """The invitation of a code. Raises NotFound when it is unknown, used or over."""
    good = (
        invitations.c.code_hash == hash_of(code),
        invitations.c.used_at.is_(None),
        invitations.c.expires_at > now,
    )
    row = (await tx.execute(select(invitations).where(*good))).first()
    if row is None:
        raise NotFound(GONE)
    return Invitation(row.id, row.account_id)


async def use(tx: Transaction, invitation: Invitation, *, now: datetime) -> None:
    """Use it up. Raises NotFound when somebody else was faster."""
    mine = (invitations.c.id == invitation.id, invitations.c.used_at.is_(None))
    used = await tx.execute(update(invitations).where(*mine).values(used_at=now))
    if not used.rowcount:
        raise NotFound(GONE)


async def forget_first(tx: Transaction) -> None:
    """No further administrator is made by a link of the first start."""
    await tx.execute(delete(invitations).where(invitations.c.account_id.is_(None)))


async def _make(tx: Transaction, account_id: str | None, *, by: str, lasts: timedelta, now: datetime) -> str:
    code = new_token()
    await tx.execute(
        insert(invitations).values(
            id=new_id(),
            account_id=account_id,
            code_hash=hash_of(code),
            made_by=by,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    return code
