"""What only somebody on the machine itself may do: let people in again, and check the audit."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from sqlalchemy import func, select, update

from web import migrations, restoring, rotation
from web.accounts import accounts, audit, invitations, two_factor
from web.accounts.roles import ADMINISTRATOR
from web.context import utc_now
from web.core.db import Database, Transaction
from web.core.encryption import Encryption
from web.core.errors import KeyProblem
from web.core.keys.record_keys import RecordKeys
from web.core.settings import Settings
from web.safety import example_files
from web.schema import accounts as accounts_table
from web.schema import messages
from web.studio import false_alarms

BREAK_GLASS_LASTS = timedelta(minutes=30)


def set_up_link(settings: Settings, code: str) -> str:
    """The link that makes an administrator."""
    return f"{settings.public_url}/setup/start/{code}"


def password_link(settings: Settings, code: str) -> str:
    """The link to choose a password with."""
    return f"{settings.public_url}/invitation/{code}"


async def first_link(settings: Settings) -> int:
    """Print a one-time link for the first administrator, as long as nobody has an account."""
    async with _record(settings) as db, db.write() as tx:
        if not await accounts.is_first_start(tx):
            print("Somebody has an account already; `break-glass` lets an administrator in again.")
            return 1
        link = set_up_link(settings, await invitations.make_first(tx, now=utc_now()))
    print(f"Open this link once, within a day, to set Front Desk up:\n{link}")
    return 0


async def break_glass(settings: Settings, sign_in_name: str | None) -> int:
    """Print a one-time link: for a new administrator, or for the account that is named."""
    async with _record(settings) as db, db.write() as tx:
        now = utc_now()
        if sign_in_name is None:
            link = set_up_link(settings, await invitations.make_first(tx, now=now))
            await audit.note(tx, by=audit.HOST, did="glass.broken", about="accounts", now=now)
        else:
            account = await accounts.with_sign_in_name(tx, sign_in_name)
            if account is None:
                print(await _nobody(tx, sign_in_name))
                return 1
            link = password_link(settings, await _let_in(tx, account.id, now=now))
    print(f"Open this link once, within 30 minutes (Front Desk must be running):\n{link}")
    print("This is written down in the audit.")
    return 0


async def reset_second_factor(settings: Settings, sign_in_name: str | None) -> int:
    """Take the second step away from one account, or from all that the key here does not open."""
    async with _record(settings) as db, db.write() as tx:
        now = utc_now()
        if sign_in_name is None:
            shut = await two_factor.unreadable(tx, Encryption(settings.key_file))
            of = [await accounts.get(tx, account_id) for account_id in shut]
        else:
            account = await accounts.with_sign_in_name(tx, sign_in_name)
            if account is None:
                print(await _nobody(tx, sign_in_name))
                return 1
            of = [account] if account.has_second_factor else []
        for each in of:
            await accounts.remove_second_factor(tx, each.id, by=audit.HOST, now=now)
            await accounts.end_sessions(tx, each.id)
    if not of:
        print("Nothing to set back: there is no such second step.")
        return 0
    print(f"Set back for {', '.join(each.sign_in_name for each in of)}. They sign in with their password,")
    print("then set the second step up again. This is written down in the audit.")
    return 0


async def rotate_key(settings: Settings) -> int:
    """Seal what names a person with a new key, and forget the earlier one."""
    keys = RecordKeys(settings.record_key_file)
    async with _record(settings) as db:
        try:
            changed = await rotation.rotate(db, keys, now=utc_now())
        except KeyProblem as problem:
            print(f"Not finished: {problem} Nothing is lost; no key was taken away.")
            return 1
    print(f"Encrypted again: {changed} values. The earlier key is gone from here; older backups have it.")
    print("Make a backup now: the next restore needs the new key.")
    return 0


async def verify_audit(settings: Settings) -> int:
    """Say whether the audit is whole."""
    async with _record(settings) as db, db.read() as tx:
        checked = await audit.verify(tx)
    if checked.broken_at is not None:
        print(
            f"The audit log was altered: entry {checked.broken_at} does not match the {checked.count} before."
        )
        return 1
    print(f"The audit log has not been altered: {checked.count} entries. Last checksum: {checked.last_hash}")
    return 0


async def write_examples(settings: Settings, folder: Path) -> int:
    """Write the accepted false alarms as files of safety's corpus."""
    async with _record(settings) as db, db.read() as tx:
        found = await false_alarms.examples(tx)
    written = example_files.write_corpus(folder, found)
    for name, count in written.items():
        print(f"{folder / name}: {count} examples")
    if not written:
        print("There is no accepted example that the corpus does not have already.")
    return 0


async def write_deletions(settings: Settings, file: TextIO, seal: str) -> int:
    """Write down what was deleted in this record since a backup, by ids."""
    async with _record(settings) as db, db.read(long=True) as tx:
        known = await restoring.deletions(tx, seal=seal)
    json.dump(known.as_json(), file)
    return 0


async def replay_deletions(settings: Settings, written: str) -> int:
    """Delete in this record, which comes from a backup, what was deleted since."""
    known = restoring.Deletions.from_json(json.loads(written)) if written else None
    async with _record(settings) as db:
        async with db.write() as tx:
            done = await restoring.replay(tx, known, chat_days=settings.limits.chat_days, now=utc_now())
        await db.wipe_traces()
    print(f"{done.emptied} {done.gone} {done.disabled}")
    return 0


async def note_update(settings: Settings, before: str, after: str, reason: str) -> int:
    """Write an update of the machine into the audit."""
    details = {"from": before, "to": after} | ({"reason": reason} if reason else {})
    async with _record(settings) as db, db.write() as tx:
        await audit.note(
            tx, by=audit.HOST, did="version.updated", about="versions", about_id=after, details=details,
            now=utc_now(),
        )  # fmt: skip
    return 0


async def chats_since(settings: Settings, since: datetime) -> int:
    """Print how many chats have messages that were written since."""
    async with _record(settings) as db, db.read() as tx:
        chats = func.count(messages.c.conversation_id.distinct())
        query = select(chats).where(messages.c.created_at >= since)
        print((await tx.execute(query)).scalar_one())
    return 0


async def _nobody(tx: Transaction, sign_in_name: str) -> str:
    known = ", ".join(each.sign_in_name for each in await accounts.everybody(tx)) or "none yet"
    return f"Nobody signs in as '{sign_in_name}'. Known: {known}."


async def _let_in(tx: Transaction, account_id: str, *, now: datetime) -> str:
    """Make an account an open administrator's again, without its second factor and sessions."""
    account = await accounts.get(tx, account_id)
    given = sorted(account.roles | {ADMINISTRATOR})
    change = update(accounts_table).where(accounts_table.c.id == account_id)
    await tx.execute(change.values(disabled_at=None, roles=given))
    await accounts.remove_second_factor(tx, account_id, by=audit.HOST, now=now)
    await accounts.end_sessions(tx, account_id)
    code = await invitations.make(tx, account_id, by=audit.HOST, lasts=BREAK_GLASS_LASTS, now=now)
    await audit.note(tx, by=audit.HOST, did="glass.broken", about="accounts", about_id=account_id, now=now)
    return code


@asynccontextmanager
async def _record(settings: Settings) -> AsyncIterator[Database]:
    db = Database.of(settings)
    try:
        await migrations.upgrade(db)
        yield db
    finally:
        await db.close()
