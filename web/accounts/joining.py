"""How somebody comes to work here: invited with a one-time link, by which they choose a password."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from web.accounts import accounts, invitations, login, passwords
from web.accounts.accounts import Account
from web.accounts.devices import Tokens
from web.accounts.login import Where
from web.accounts.roles import known
from web.core.db import Database, Transaction
from web.core.errors import NotFound, Refused


async def invite(
    tx: Transaction,
    *,
    name: str,
    sign_in_name: str,
    roles: Iterable[str],
    by: str,
    lasts: timedelta,
    now: datetime,
) -> tuple[Account, str]:
    """Make an account without a password; the answer is it and the code of its link. Raises Refused."""
    if not known(set(roles)):
        raise Refused("Please choose at least one role. Without a role, no page can be opened.")
    account = await accounts.create(
        tx, sign_in_name=sign_in_name, name=name, with_roles=roles, by=by, now=now
    )
    return account, await invitations.make(tx, account.id, by=by, lasts=lasts, now=now)


async def invited(tx: Transaction, code: str, *, now: datetime) -> Account:
    """Whose link this is. Raises NotFound."""
    invitation = await invitations.find(tx, code, now=now)
    if invitation.account_id is None:
        raise NotFound(invitations.GONE)
    account = await accounts.get(tx, invitation.account_id)
    if account.disabled_at is not None:
        raise NotFound(invitations.GONE)
    return account


async def accept(
    db: Database, code: str, password: str, *, clinic: str, where: Where, now: datetime
) -> tuple[Account, Tokens | None]:
    """Keep the password that somebody chose; the answer is their account and what the browser gets.

    That is nothing when there is a second step: a link to a new password is no way around it.
    Raises NotFound for a link that is not good, Refused for a weak password.
    """
    async with db.read() as tx:
        account = await invited(tx, code, now=now)
    own_words = (account.name, account.sign_in_name.partition("@")[0], clinic)
    if weakness := await passwords.why_weak(password, own_words=own_words):
        raise Refused(weakness)
    password_hash = await passwords.hashed(password)
    async with db.write() as tx:
        account = await invited(tx, code, now=now)
        await invitations.use(tx, await invitations.find(tx, code, now=now), now=now)
        await accounts.set_password(tx, account.id, password_hash, by=account.id, now=now)
        if account.has_second_factor:
            return account, None
        return account, await login.enter(tx, account.id, where=where, now=now)
