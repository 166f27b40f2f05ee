"""What somebody changes in their own account; each time the password shows that it is them."""

from __future__ import annotations

import logging
from datetime import datetime

from web.accounts import accounts, audit, devices, login, passwords, two_factor
from web.accounts.devices import Tokens
from web.accounts.login import Where
from web.accounts.sessions import Staff
from web.core.db import Database
from web.core.encryption import Encryption
from web.core.errors import KeyProblem, Refused
from web.core.limits import Limits

logger = logging.getLogger(__name__)


async def change_password(
    db: Database, staff: Staff, password: str, new: str, *, clinic: str, where: Where, now: datetime
) -> Tokens:
    """Change the password; every session ends, every browser is forgotten, and this one begins anew.

    Raises Refused or TooMany.
    """
    account = await login.confirm(db, staff, password, now=now)
    weakness = await passwords.why_weak(
        new, own_words=(account.name, account.sign_in_name.partition("@")[0], clinic)
    )
    if weakness:
        raise Refused(weakness)
    password_hash = await passwords.hashed(new)
    async with db.write() as tx:
        await accounts.set_password(tx, staff.id, password_hash, by=staff.id, now=now)
        return await login.enter(tx, staff.id, where=where, now=now)


async def turn_on_second_factor(
    db: Database,
    staff: Staff,
    password: str,
    secret: str | None,
    code: str,
    *,
    where: Where,
    limits: Limits,
    encryption: Encryption,
    now: datetime,
) -> tuple[Tokens, list[str]]:
    """Turn the second factor on; the answer is for the browser, and the codes are for the paper.

    Raises Refused or TooMany.
    """
    await login.confirm(db, staff, password, now=now)
    if secret is None:
        raise Refused("Something went wrong with the QR code. Please open this page again.")
    async with db.write() as tx:
        codes = await two_factor.turn_on(tx, staff.id, secret, code, encryption=encryption, now=now)
        if codes is None:
            raise Refused("This code is not right. Is the phone's clock right? Please try the next one.")
        await accounts.end_sessions(tx, staff.id)
        await devices.forget(tx, staff.id)
        until = two_factor.good_until(now, hours=limits.session_hours, days=0, is_trusted=False)
        return await login.enter(tx, staff.id, where=where, until=until, now=now), codes


async def new_recovery_codes(
    db: Database, staff: Staff, password: str, *, encryption: Encryption, now: datetime
) -> list[str]:
    """Make new codes for the paper. Raises Refused or TooMany."""
    account = await login.confirm(db, staff, password, now=now)
    if not account.has_second_factor:
        raise Refused("Set up the second step first.")
    async with db.write() as tx:
        try:
            codes = await two_factor.new_recovery_codes(tx, staff.id, encryption=encryption, now=now)
        except KeyProblem as problem:
            logger.error("Alert: no codes on paper can be made: %s", problem)
            raise Refused(login.NO_KEY) from problem
        await audit.note(
            tx, by=staff.id, did="account.recovery_codes", about="accounts", about_id=staff.id, now=now
        )
    return codes
