"""The first start: makes the administrator, and knows what is still to be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from content.facts import Clinic
from content.texts import TextRules
from content.yaml_files import ProblemsError
from web.accounts import accounts, audit, invitations, login, passwords
from web.accounts.devices import Tokens
from web.accounts.login import Where
from web.accounts.roles import ADMINISTRATOR, DESK
from web.core.db import Database, Transaction
from web.core.errors import Refused
from web.hours import clinic_facts

FACTS = ("name", "phone", "address", "time_zone")


async def keep_facts(
    tx: Transaction,
    written: Mapping[str, Any],
    *,
    file_clinic: Clinic,
    rules: TextRules,
    by: str,
    now: datetime,
) -> list[str]:
    """Keep the facts that were filled in and are right; the answer is a sentence for each that is not.

    The time zone comes first: hours mean nothing without it.
    """
    problems = []
    before = (await clinic_facts.current(tx, file_clinic, rules)).as_document()
    for name in ("name", "time_zone", "phone", "address", "hours"):
        value = written.get(name) or None
        if value == before.get(name) or (value is None and not before.get(name)):
            continue
        try:
            await clinic_facts.set_fact(tx, name, value, by=by, now=now, rules=rules, file_clinic=file_clinic)
        except ProblemsError as error:
            problems += [problem.text for problem in error.problems]
            continue
        await audit.note(tx, by=by, did="fact.set", about="facts", about_id=name, now=now)
    return problems


def missing(clinic: Clinic) -> list[str]:
    """Which of the facts asked for at the set-up are not known yet."""
    known = {name for name, value in clinic.as_document().items() if value}
    return [name for name in (*FACTS, "hours") if name not in known]


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
) -> Tokens:
    """Make the administrator of a first start; the answer is what their browser gets.

    Raises NotFound for a link that is not good, Refused for a name or password that is not.
    """
    async with db.read() as tx:
        await invitations.find(tx, code, now=now)
    weakness = await passwords.why_weak(password, own_words=(name, sign_in_name.partition("@")[0], clinic))
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
        return await login.enter(tx, account.id, where=where, now=now)
