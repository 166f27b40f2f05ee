"""Accounts: who may work here, with which roles. Passwords are in `passwords`, doors in `sessions`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from web.accounts import audit, roles
from web.core.db import Transaction
from web.core.errors import NotFound, Refused
from web.core.i18n import say
from web.schema import accounts, devices, new_id, push_subscriptions, recovery_codes, sessions

MAX_NAME_CHARS, MAX_SIGN_IN_NAME_CHARS = 100, 200
_EVERYBODY = select(accounts)


@dataclass(frozen=True)
class Account:
    """One person who may work here."""

    id: str
    sign_in_name: str
    name: str
    roles: frozenset[str]
    password_hash: str | None
    totp_secret: str | None
    created_at: datetime
    last_sign_in_at: datetime | None
    disabled_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether this account can be signed in to at all."""
        return self.disabled_at is None and self.password_hash is not None

    @property
    def has_second_factor(self) -> bool:
        """Whether a code is asked for after the password."""
        return self.totp_secret is not None

    @property
    def roles_in_words(self) -> str:
        """The roles, for people."""
        return roles.in_words(self.roles)


async def create(
    tx: Transaction,
    *,
    sign_in_name: str,
    name: str,
    with_roles: Iterable[str],
    password_hash: str | None = None,
    by: str,
    now: datetime,
) -> Account:
    """Make an account. Raises Refused with a sentence when a name cannot be used."""
    sign_in_name, name = plain_sign_in_name(sign_in_name), plain_name(name)
    if await with_sign_in_name(tx, sign_in_name):
        raise Refused("There is an account with this sign-in name already.")
    account_id, given = new_id(), roles.known(set(with_roles))
    await tx.execute(
        insert(accounts).values(
            id=account_id,
            sign_in_name=sign_in_name,
            name=name,
            roles=sorted(given),
            password_hash=password_hash,
            password_set_at=now if password_hash else None,
            created_at=now,
        )
    )
    details = {"roles": sorted(given)}
    await audit.note(
        tx, by=by, did="account.made", about="accounts", about_id=account_id, details=details, now=now
    )
    return await get(tx, account_id)


async def get(tx: Transaction, account_id: str) -> Account:
    """One account. Raises NotFound."""
    row = (await tx.execute(select(accounts).where(accounts.c.id == account_id))).mappings().first()
    if row is None:
        raise NotFound(say("no_such_page"))
    return _account(row)


async def with_sign_in_name(tx: Transaction, sign_in_name: str) -> Account | None:
    """The account of a sign-in name, written any way."""
    wanted = accounts.c.sign_in_name == sign_in_name.strip().lower()
    row = (await tx.execute(select(accounts).where(wanted))).mappings().first()
    return _account(row) if row else None


async def everybody(tx: Transaction) -> list[Account]:
    """All accounts by name, those that are disabled last."""
    rows = (await tx.execute(_EVERYBODY)).mappings().all()
    return sorted(map(_account, rows), key=lambda each: (each.disabled_at is not None, each.name.lower()))


async def names(tx: Transaction) -> dict[str, str]:
    """Names by id, for lists."""
    rows = await tx.execute(select(accounts.c.id, accounts.c.name))
    return {row.id: row.name for row in rows}


async def is_first_start(tx: Transaction) -> bool:
    """Whether nobody has an account yet."""
    return not (await tx.execute(select(func.count()).select_from(accounts))).scalar_one()


async def of_the_desk(tx: Transaction) -> list[Account]:
    """Whoever can sign in and see what visitors ask for: nobody else reads a request."""
    may = {roles.DESK, roles.ADMINISTRATOR}
    return [each for each in await everybody(tx) if each.is_open and each.roles & may]


async def set_password(
    tx: Transaction, account_id: str, password_hash: str, *, by: str, now: datetime
) -> None:
    """Keep a new password's hash; every session of the account ends, and every browser is forgotten."""
    await _change(tx, account_id, password_hash=password_hash, password_set_at=now)
    await end_sessions(tx, account_id)
    await tx.execute(devices.delete().where(devices.c.account_id == account_id))
    await audit.note(tx, by=by, did="account.password", about="accounts", about_id=account_id, now=now)


async def set_roles(
    tx: Transaction, account_id: str, given: Iterable[str], *, by: str, now: datetime
) -> None:
    """Give an account exactly these roles. Raises Refused when nobody would be administrator."""
    account, wanted = await get(tx, account_id), roles.known(set(given))
    if wanted == account.roles:
        return
    await _change(tx, account_id, roles=sorted(wanted))
    await _keep_an_administrator(tx)
    details = {"before": sorted(account.roles), "after": sorted(wanted)}
    await end_sessions(tx, account_id)
    await audit.note(
        tx, by=by, did="account.roles", about="accounts", about_id=account_id, details=details, now=now
    )


async def disable(tx: Transaction, account_id: str, *, by: str, now: datetime) -> None:
    """Shut an account and end its sessions. Raises Refused when nobody would be administrator."""
    await get(tx, account_id)
    await _change(tx, account_id, disabled_at=now)
    await _keep_an_administrator(tx)
    await end_sessions(tx, account_id)
    for table in (devices, push_subscriptions):
        await tx.execute(table.delete().where(table.c.account_id == account_id))
    await audit.note(tx, by=by, did="account.disabled", about="accounts", about_id=account_id, now=now)


async def enable(tx: Transaction, account_id: str, *, by: str, now: datetime) -> None:
    """Open a shut account again, with the password it had."""
    await get(tx, account_id)
    await _change(tx, account_id, disabled_at=None)
    await audit.note(tx, by=by, did="account.enabled", about="accounts", about_id=account_id, now=now)


async def rename(tx: Transaction, account_id: str, name: str, *, by: str, now: datetime) -> None:
    """Change the name that people read."""
    await _change(tx, account_id, name=plain_name(name))
    await audit.note(tx, by=by, did="account.renamed", about="accounts", about_id=account_id, now=now)


async def remove_second_factor(tx: Transaction, account_id: str, *, by: str, now: datetime) -> None:
    """Forget the second factor, its recovery codes and every device that was trusted because of it."""
    await _change(tx, account_id, totp_secret=None, totp_step=None)
    await tx.execute(recovery_codes.delete().where(recovery_codes.c.account_id == account_id))
    await tx.execute(devices.delete().where(devices.c.account_id == account_id))
    await audit.note(
        tx, by=by, did="account.second_factor_removed", about="accounts", about_id=account_id, now=now
    )


async def end_sessions(tx: Transaction, account_id: str, *, but: str = "") -> None:
    """Sign an account out everywhere, except in one session if it is named."""
    await tx.execute(sessions.delete().where(sessions.c.account_id == account_id, sessions.c.id != but))


def plain_sign_in_name(text: str) -> str:
    """The one form of a sign-in name. Raises Refused."""
    plain = text.strip().lower()
    if not plain or len(plain) > MAX_SIGN_IN_NAME_CHARS or not plain.isprintable() or " " in plain:
        raise Refused("A sign-in name has no spaces. An e-mail address is easiest to remember.")
    return plain


def plain_name(text: str) -> str:
    """A name as it is shown. Raises Refused."""
    plain = " ".join(text.split())
    if not plain or len(plain) > MAX_NAME_CHARS or not plain.isprintable():
        raise Refused(f"Please write a name of at most {MAX_NAME_CHARS} characters.")
    return plain


async def _change(tx: Transaction, account_id: str, **values: Any) -> None:
    await tx.execute(update(accounts).where(accounts.c.id == account_id).values(**values))


async def _keep_an_administrator(tx: Transaction) -> None:
    if not any(each.is_open and roles.ADMINISTRATOR in each.roles for each in await everybody(tx)):
        raise Refused("This is the last administrator who can sign in. Create another one first.")


def _account(row: Any) -> Account:
    return Account(
        id=row["id"],
        sign_in_name=row["sign_in_name"],
        name=row["name"],
        roles=roles.known(row["roles"]),
        password_hash=row["password_hash"],
        totp_secret=row["totp_secret"],
        created_at=row["created_at"],
        last_sign_in_at=row["last_sign_in_at"],
        disabled_at=row["disabled_at"],
    )
