"""Signing in: a name and a password, then the second factor where there is one.

A known and an unknown name get the same answer after the same time. Wrong tries are counted before
anything costly is done, so that guessing neither gets in nor slows anybody else.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from web.accounts import accounts, audit, devices, login_throttle, passwords, sessions, two_factor
from web.accounts.accounts import Account
from web.accounts.devices import Tokens
from web.accounts.login_throttle import Try
from web.accounts.sessions import Session, Staff
from web.core.db import Database, Transaction
from web.core.encryption import Encryption
from web.core.errors import Forbidden, KeyProblem, Refused, TooMany
from web.core.keys.tokens import hash_of
from web.core.limits import Limits

logger = logging.getLogger(__name__)

WRONG = "The name or the password is not right. Please try again, or ask an administrator."
WRONG_CODE = "This code is not right, or was used already. Please wait for the next one."
NO_KEY = (
    "Codes cannot be checked right now, because of a problem on our side. Please ask the person who runs "
    "Front Desk to reset your second step."
)


@dataclass(frozen=True)
class Where:
    """Where a try comes from: the address, this browser's token, and its name for people."""

    address: str
    device: str
    label: str


@dataclass(frozen=True)
class SignedIn:
    """The token of a new session, and the browser's new one; empty when a second factor is to come."""

    token: str
    device: str
    account: Account

    @property
    def needs_code(self) -> bool:
        """Whether the second factor is still asked for."""
        return not self.device


async def with_password(
    db: Database, sign_in_name: str, password: str, *, where: Where, limits: Limits, now: datetime
) -> SignedIn:
    """Open a session for a right password. Raises TooMany or Forbidden."""
    account, tries = await _find(db, sign_in_name, where=where)
    await count(db, tries, now=now)
    may_open = account is not None and account.is_open
    known_hash = account.password_hash if account and may_open else None
    if not await passwords.is_right(known_hash, password[: passwords.MAX_CHARS + 1]):
        await _note_refused(db, account, now=now)
        raise Forbidden(WRONG)
    assert account is not None
    async with db.write() as tx:
        await login_throttle.forgive(tx, tries)
        return await _open(tx, account, where=where, limits=limits, now=now)


async def with_code(
    db: Database,
    session: Session,
    code: str,
    *,
    is_trusted: bool,
    where: Where,
    limits: Limits,
    encryption: Encryption,
    now: datetime,
) -> Tokens:
    """Take the second factor after the password; the answer is what the browser gets.

    Raises TooMany or Forbidden.
    """
    async with db.read() as tx:
        account = await accounts.get(tx, session.staff.id)
        is_known = await devices.is_known(tx, where.device, account.id)
    of = (account.id, hash_of(where.device)) if is_known else (account.id,)
    tries = [Try(login_throttle.CODE_ON_KNOWN_DEVICE if is_known else login_throttle.CODE, of)]
    await count(db, tries, now=now)
    secret = _secret_of(account, encryption)
    async with db.write() as tx:
        is_right = account.has_second_factor and await two_factor.show(
            tx, account.id, secret, code, encryption=encryption, now=now
        )
        if is_right:
            await login_throttle.forgive(tx, tries)
            days, hours = limits.trusted_device_days, limits.session_hours
            until = two_factor.good_until(now, hours=hours, days=days, is_trusted=is_trusted)
            await sessions.end(tx, session.staff.session_id, of=account.id)
            return await _let_in(tx, account, where=where, until=until, now=now)
    await _note_refused(db, account, now=now)
    raise Forbidden(WRONG_CODE if secret or not account.has_second_factor else NO_KEY)


def _secret_of(account: Account, encryption: Encryption) -> str | None:
    """The secret of the second step; None when there is none, or the key for it is not here."""
    try:
        kept = account.totp_secret
        return two_factor.secret_of(kept, encryption, owner=account.id) if kept else None
    except KeyProblem as problem:
        logger.error("Alert: a second step cannot be checked (account %s): %s", account.id, problem)
        return None


async def unlock(db: Database, session: Session, password: str, *, now: datetime) -> str:
    """Open a locked screen for its owner's password; the answer is the new token.

    Raises TooMany or Refused.
    """
    await confirm(db, session.staff, password, now=now)
    async with db.write() as tx:
        return await sessions.unlock(tx, session.staff.session_id, now=now)


async def confirm(db: Database, staff: Staff, password: str, *, now: datetime) -> Account:
    """Make sure that it is still the same person at the screen. Raises TooMany or Refused."""
    async with db.read() as tx:
        account = await accounts.get(tx, staff.id)
    tries = [Try(login_throttle.KNOWN_DEVICE, (account.id, staff.session_id))]
    await count(db, tries, now=now)
    if not await passwords.is_right(account.password_hash, password[: passwords.MAX_CHARS + 1]):
        await _note_refused(db, account, now=now)
        raise Refused("This is not your password. Please try again.")
    async with db.write() as tx:
        await login_throttle.forgive(tx, tries)
    return account


async def count(db: Database, tries: list[Try], *, now: datetime) -> None:
    """Count a try before it is looked at. Raises TooMany while there is a wait."""
    async with db.read() as tx:
        refuse_while(await login_throttle.wait(tx, tries, now=now))
    async with db.write() as tx:
        await login_throttle.hold(tx, tries)
        refuse_while(await login_throttle.wait(tx, tries, now=now))
        await login_throttle.count(tx, tries, now=now)


async def _find(db: Database, sign_in_name: str, *, where: Where) -> tuple[Account | None, list[Try]]:
    async with db.read() as tx:
        account = await accounts.with_sign_in_name(tx, sign_in_name)
        is_known = account is not None and await devices.is_known(tx, where.device, account.id)
    return account, tries_of(sign_in_name.strip().lower(), where, is_known=is_known)


def tries_of(name: str, where: Where, *, is_known: bool) -> list[Try]:
    """What a try counts for: a known device only for itself, anything else for all it shares."""
    if is_known:
        return [Try(login_throttle.KNOWN_DEVICE, (name, hash_of(where.device)))]
    return [
        Try(login_throttle.PAIR, (name, where.address)),
        Try(login_throttle.ADDRESS, (where.address,)),
        Try(login_throttle.ACCOUNT, (name,)),
    ]


def refuse_while(wait: timedelta) -> None:
    """Refuse a try that comes too early. Raises TooMany."""
    if wait > timedelta(0):
        seconds = max(1, round(wait.total_seconds()))
        length = f"{seconds} seconds" if seconds < 100 else f"{round(seconds / 60)} minutes"
        raise TooMany(f"Too many attempts. Please wait {length}, then try again.", retry_after_s=seconds)


async def _note_refused(db: Database, account: Account | None, *, now: datetime) -> None:
    about = account.id if account else ""
    async with db.write() as tx:
        await audit.note(
            tx, by=audit.NOBODY, did="sign_in.refused", about="accounts", about_id=about, now=now
        )


async def _open(
    tx: Transaction, account: Account, *, where: Where, limits: Limits, now: datetime
) -> SignedIn:
    """Open the session, with or without a second factor to come."""
    await sessions.forget_over(tx, limits=limits, now=now)
    shown = await devices.has_second_factor(tx, where.device, account.id, now=now)
    if not account.has_second_factor or shown:
        entry = await _let_in(tx, account, where=where, now=now)
        return SignedIn(entry.session, entry.device, account)
    token = await sessions.open_for(tx, account.id, label=where.label, stage=sessions.CODE, now=now)
    return SignedIn(token, "", account)


async def _let_in(
    tx: Transaction, account: Account, *, where: Where, until: datetime | None = None, now: datetime
) -> Tokens:
    entry = await enter(tx, account.id, where=where, until=until, now=now)
    await audit.note(tx, by=account.id, did="sign_in.done", about="accounts", about_id=account.id, now=now)
    return entry


async def enter(
    tx: Transaction, account_id: str, *, where: Where, until: datetime | None = None, now: datetime
) -> Tokens:
    """Open a session after all that was asked for was shown; `until` is for a second factor shown here."""
    token = await sessions.open_for(tx, account_id, label=where.label, now=now)
    device = await devices.renew(tx, where.device, account_id, label=where.label, until=until, now=now)
    return Tokens(token, device)
