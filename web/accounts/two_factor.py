"""The second factor: a code of the moment from a phone (TOTP), and codes on paper for a lost phone.

The secret that phone and record share is made here and kept sealed with the installation's key
(`web/core/encryption.py`); of the codes on paper a hash is kept that cannot be made without that key.
Every code works once: a code that somebody looked over a shoulder at is worth nothing.
"""

from __future__ import annotations

import base64
import logging
import re
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pyotp
import segno
from sqlalchemy import delete, func, insert, or_, select, update

from web.accounts import audit
from web.core.db import Transaction
from web.core.encryption import Encryption
from web.core.errors import KeyProblem
from web.core.keys.tokens import hash_of
from web.schema import accounts, new_id, recovery_codes

logger = logging.getLogger(__name__)

PERIOD_S = 30
RECOVERY_CODES = 10
OFFER_LASTS = timedelta(hours=1)  # to find the phone and an app for it
_PLAIN_CHARS = 64  # of SHA-256 in hex; a keyed hash is shorter
RESTORE = "put the key back from a backup, or run `python -m web reset-second-factor --unreadable`"
_HAS_SECRET = accounts.c.totp_secret.is_not(None)
# No letters or digits that look alike: they are read off paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def is_secret(text: str) -> bool:
    """Whether a text can be a secret of ours."""
    return re.fullmatch(r"[A-Z2-7]{32}", text) is not None


def new_secret() -> str:
    """Make the secret that a phone and the record share: 160 bits."""
    return pyotp.random_base32()


def address_of(secret: str, *, sign_in_name: str, clinic: str) -> str:
    """What the phone's app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=sign_in_name, issuer_name=f"Front Desk, {clinic}")


def picture_of(address: str) -> str:
    """The address as a QR code: SVG without a style or script, to stand in a page."""
    picture: str = segno.make(address, error="m").svg_inline(scale=4, border=3, light="#fff", omitsize=True)
    return picture


def step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """Which half minute a code belongs to: this one, or the one before or after; None for a wrong one."""
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    totp = pyotp.TOTP(secret)
    steps = [int(now.timestamp()) // PERIOD_S + offset for offset in (-1, 0, 1)]
    fitting = [step for step in steps if secrets.compare_digest(totp.at(step * PERIOD_S), digits)]
    return fitting[-1] if fitting else None


def sealed(secret: str, encryption: Encryption, *, owner: str) -> str:
    """A secret as the record keeps it. Raises KeyProblem."""
    return encryption.encrypt(base64.b32decode(secret), owner=owner)


def secret_of(kept: str, encryption: Encryption, *, owner: str) -> str:
    """The secret that the record keeps sealed. Raises KeyProblem."""
    return base64.b32encode(encryption.open(kept, owner=owner)).decode("ascii")


def offer(secret: str, encryption: Encryption, *, session_id: str, now: datetime) -> str:
    """A secret as the page that shows it sends it back: only what was made here opens. Raises KeyProblem."""
    return encryption.encrypt(f"{int(now.timestamp())} {secret}".encode(), owner=f"offer {session_id}")


def offered(text: str, encryption: Encryption, *, session_id: str, now: datetime) -> str | None:
    """The secret that was offered to this session a while ago; None for anything else."""
    try:
        at, _, secret = encryption.open(text, owner=f"offer {session_id}").decode().partition(" ")
    except KeyProblem:
        return None
    return secret if now - datetime.fromtimestamp(int(at), UTC) < OFFER_LASTS else None


async def show(
    tx: Transaction, account_id: str, secret: str | None, code: str, *, encryption: Encryption, now: datetime
) -> bool:
    """Take a code from the phone, or one from the paper; a code that was used before is wrong.

    Without a `secret`, because it cannot be opened, only paper of an earlier version counts.
    """
    step = step_of(secret, code, now=now) if secret else None
    if step is not None:
        newer = or_(accounts.c.totp_step.is_(None), accounts.c.totp_step < step)
        used = await tx.execute(
            update(accounts).where(accounts.c.id == account_id, newer).values(totp_step=step)
        )
        return bool(used.rowcount)
    return await _use_recovery_code(tx, account_id, code, encryption=encryption, now=now)


async def turn_on(
    tx: Transaction, account_id: str, secret: str, code: str, *, encryption: Encryption, now: datetime
) -> list[str] | None:
    """Keep the secret if the phone shows the right code; the answer is the codes for the paper."""
    step = step_of(secret, code, now=now)
    if step is None:
        return None
    kept = sealed(secret, encryption, owner=account_id)
    await tx.execute(
        update(accounts).where(accounts.c.id == account_id).values(totp_secret=kept, totp_step=step)
    )
    codes = await new_recovery_codes(tx, account_id, encryption=encryption, now=now)
    await audit.note(
        tx, by=account_id, did="account.second_factor_on", about="accounts", about_id=account_id, now=now
    )
    return codes


async def seal_all(tx: Transaction, encryption: Encryption) -> None:
    """Seal what was kept open by an earlier version; say how many no key here opens."""
    kept = await tx.execute(select(accounts.c.id, accounts.c.totp_secret).where(_HAS_SECRET))
    for account_id, secret in kept.all():
        if is_secret(secret):
            closed = sealed(secret, encryption, owner=account_id)
            change = update(accounts).where(accounts.c.id == account_id, accounts.c.totp_secret == secret)
            await tx.execute(change.values(totp_secret=closed))
    await _key_all(tx, encryption)
    shut = await unreadable(tx, encryption)
    if shut:
        logger.error("Alert: the second step of %d accounts cannot be checked: %s", len(shut), RESTORE)


async def _key_all(tx: Transaction, encryption: Encryption) -> None:
    """Replace the plain hashes of codes on paper that an earlier version kept."""
    plain = func.length(recovery_codes.c.code_hash) == _PLAIN_CHARS
    for row in (await tx.execute(select(recovery_codes).where(plain))).all():
        try:
            keyed = encryption.keyed(row.code_hash, owner=row.account_id)
        except KeyProblem:
            return  # said with the phones' secrets, which no key opens either
        change = update(recovery_codes).where(recovery_codes.c.id == row.id)
        await tx.execute(change.values(code_hash=keyed))


async def unreadable(tx: Transaction, encryption: Encryption) -> list[str]:
    """The accounts whose second step cannot be checked with the key that is here."""
    kept = await tx.execute(select(accounts.c.id, accounts.c.totp_secret).where(_HAS_SECRET))
    return [account_id for account_id, secret in kept.all() if not _opens(secret, encryption, account_id)]


def _opens(kept: str, encryption: Encryption, account_id: str) -> bool:
    try:
        encryption.open(kept, owner=account_id)
    except KeyProblem:
        return False
    return True


async def new_recovery_codes(
    tx: Transaction, account_id: str, *, encryption: Encryption, now: datetime
) -> list[str]:
    """Make ten codes for the paper; earlier ones stop working. They are shown once. Raises KeyProblem."""
    await tx.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
    codes = ["-".join(_letters(5) for _ in range(2)) for _ in range(RECOVERY_CODES)]
    rows = [
        {
            "id": new_id(),
            "account_id": account_id,
            "code_hash": encryption.keyed(_plain_hash(code), owner=account_id),
            "created_at": now,
        }
        for code in codes
    ]
    await tx.execute(insert(recovery_codes), rows)
    return codes


async def codes_left(tx: Transaction, account_id: str) -> int:
    """How many codes on paper were not used yet."""
    unused = (recovery_codes.c.account_id == account_id, recovery_codes.c.used_at.is_(None))
    return int(
        (await tx.execute(select(func.count()).select_from(recovery_codes).where(*unused))).scalar_one()
    )


def good_until(now: datetime, *, hours: float, days: float, is_trusted: bool) -> datetime:
    """How long a browser where the code was shown is not asked again."""
    return now + (timedelta(days=days) if is_trusted else timedelta(hours=hours))


async def _use_recovery_code(
    tx: Transaction, account_id: str, code: str, *, encryption: Encryption, now: datetime
) -> bool:
    plain = _plain_hash(code)
    known = [plain]  # of an earlier version, and not replaced at the start for want of the key
    with suppress(KeyProblem):
        known.append(encryption.keyed(plain, owner=account_id))
    mine = (
        recovery_codes.c.account_id == account_id,
        recovery_codes.c.code_hash.in_(known),
        recovery_codes.c.used_at.is_(None),
    )
    used = await tx.execute(update(recovery_codes).where(*mine).values(used_at=now))
    return bool(used.rowcount)


def _plain_hash(code: str) -> str:
    """The hash without a key, which an earlier version kept: it is what the key is put over."""
    return hash_of("".join(code.lower().replace("-", "").split()))


def _letters(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))
