"""What somebody changes in their own account; each time the password shows that it is them."""

from __future__ import annotations

from datetime import datetime

from web.accounts import accounts, audit, devices, login, passwords, sessions, two_factor
from web.accounts.login import Where
from web.accounts.sessions import Staff
from web.core.db import Database, Transaction
from web.core.encryption import Encryption
from web.core.errors import Refused
from web.core.limits import Limits


async def change_password(
    db: Database, staff: Staff, password: str, new: str, *, clinic: str, where: Where, now: datetime
) -> str:
    """Change the password; every session ends, and the answer is the token of a new one here.

    Raises Refused or TooMany.
    """
    account = await login.confirm(db, staff, password, now=now)
    weakness = passwords.weakness(
        new, own_words=(account.name, account.sign_in_name.partition("@")[0], clinic)
    )
    if weakness:
        raise Refused(weakness)
    password_hash = await passwords.hashed(new)
    async with db.write() as tx:
        await accounts.set_password(tx, staff.id, password_hash, by=staff.id, now=now)
        return await _open_anew(tx, staff, where=where, now=now)


async def turn_on_second_factor(
    db: Database,
    staff: Staff,
    password: str,
    secret: str,
    code: str,
    *,
    where: Where,
    limits: Limits,
    encryption: Encryption,
    now: datetime,
) -> tuple[str, list[str]]:
    """Turn the second factor on; the answer is the token of a new session, and the codes for the paper.

    Raises Refused or TooMany.
    """
    await login.confirm(db, staff, password, now=now)
    if not two_factor.is_secret(secret):
        raise Refused("Something went wrong with the picture. Please open this page again.")
    async with db.write() as tx:
        codes = await two_factor.turn_on(tx, staff.id, secret, code, encryption=encryption, now=now)
        if codes is None:
            raise Refused("This code is not right. Is the phone's clock right? Please try the next one.")
        await accounts.end_sessions(tx, staff.id)
        await devices.forget(tx, staff.id)
        until = two_factor.good_until(now, hours=limits.session_hours, days=0, is_trusted=False)
        await devices.remember(tx, where.device, staff.id, label=where.label, until=until, now=now)
        return await _open_anew(tx, staff, where=where, now=now), codes


async def new_recovery_codes(db: Database, staff: Staff, password: str, *, now: datetime) -> list[str]:
    """Make new codes for the paper. Raises Refused or TooMany."""
    account = await login.confirm(db, staff, password, now=now)
    if not account.has_second_factor:
        raise Refused("Set up the second step first.")
    async with db.write() as tx:
        codes = await two_factor.new_recovery_codes(tx, staff.id, now=now)
        await audit.note(
            tx, by=staff.id, did="account.recovery_codes", about="accounts", about_id=staff.id, now=now
        )
    return codes


async def _open_anew(tx: Transaction, staff: Staff, *, where: Where, now: datetime) -> str:
    await accounts.end_sessions(tx, staff.id)
    return await sessions.open_for(tx, staff.id, label=where.label, now=now)
