"""The first start: makes the administrator, and knows what is still to be done."""

from __future__ import annotations

from datetime import datetime

from web import accounts, audit, devices, invitations, passwords, sessions
from web.db import Database
from web.errors import Refused
from web.roles import ADMINISTRATOR, DESK
from web.sign_ins import Where


async def make_administrator(
    db: Database,
    code: str,
    *,
    name: str,
    sign_in_name: str,
    password: str,
    clinic: str,
    where: Where,
    now: datetime,
) -> str:
    """Make the administrator of a first start; the answer is the token of their session.

    Raises NotFound for a link that is not good, Refused for a name or password that is not.
    """
    async with db.read() as tx:
        await invitations.find(tx, code, now=now)
    weakness = passwords.weakness(password, own_words=(name, sign_in_name.partition("@")[0], clinic))
    if weakness:
        raise Refused(weakness)
    password_hash = await passwords.hashed(password)
    async with db.write() as tx:
        invitation = await invitations.find(tx, code, now=now)
        await invitations.use(tx, invitation, now=now)
        account = await accounts.create(
            tx,
            sign_in_name=sign_in_name,
            name=name,
            # Whoever sets up a small clinic also sits at its desk; other roles are given on purpose.
            with_roles={ADMINISTRATOR, DESK},
            password_hash=password_hash,
            by=audit.HOST,
            now=now,
        )
        await invitations.forget_first(tx)
        token = await sessions.open_for(tx, account.id, label=where.label, now=now)
        await devices.remember(tx, where.device, account.id, label=where.label, now=now)
    return token
