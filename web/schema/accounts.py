"""Tables of the people who work here: accounts, their sessions and devices, and the audit."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from web.schema.base import Kept, UtcTime, id_column, metadata


def _of_account(*, may_be_missing: bool = False) -> Column[str]:
    """Make the column of a row that belongs to an account."""
    of = ForeignKey("accounts.id", ondelete="CASCADE")
    return Column("account_id", String(32), of, nullable=may_be_missing)


accounts = Table(
    "accounts",
    metadata,
    id_column(),
    Column("sign_in_name", String(200), nullable=False),  # small letters; often an e-mail address
    Column("name", String(100), nullable=False),  # what visitors and colleagues read
    Column("roles", JSON, nullable=False),
    Column("password_hash", String(200)),  # none: invited, has not chosen one yet
    Column("password_set_at", UtcTime),
    Column("totp_secret", String(64)),  # sealed (web/core/encryption.py); none: no second factor
    Column("totp_step", Integer),  # the last half minute whose code was used; codes work once
    Column("created_at", UtcTime, nullable=False),
    Column("last_sign_in_at", UtcTime),
    Column("disabled_at", UtcTime),
    UniqueConstraint("sign_in_name"),
    # Never deleted, only disabled: the audit names them.
    info={"kept": Kept("people who work or worked here", since="created_at")},
)

sessions = Table(
    "sessions",
    metadata,
    id_column(),
    _of_account(),
    Column("token_hash", String(64), nullable=False),
    Column("form_token", String(64), nullable=False),
    Column("stage", String(16), nullable=False),  # code: the second factor is still asked for; open
    Column("label", String(100), nullable=False),  # "Firefox on Windows", for its owner to know it by
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("locked_at", UtcTime),
    UniqueConstraint("token_hash"),
    Index(None, "account_id"),
    info={"kept": Kept("a shift is long over", since="created_at", days=30)},
)

devices = Table(
    "devices",
    metadata,
    id_column(),
    _of_account(),
    Column("token_hash", String(64), nullable=False),  # one browser; several accounts may share it
    Column("label", String(100), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("second_factor_until", UtcTime),  # the shift's end, or longer when trusted
    UniqueConstraint("token_hash", "account_id"),
    info={"kept": Kept("browsers keep no cookie longer", since="seen_at", days=400)},
)

invitations = Table(
    "invitations",
    metadata,
    id_column(),
    _of_account(may_be_missing=True),  # none: the first start, which makes the account
    Column("code_hash", String(64), nullable=False),
    Column("made_by", String(32), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    UniqueConstraint("code_hash"),
    info={"kept": Kept("links that are long over", since="expires_at", days=30)},
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    id_column(),
    _of_account(),
    Column("code_hash", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    Index(None, "account_id"),
    info={"kept": Kept("as long as their second factor", since="created_at")},
)

failed_tries = Table(
    "failed_tries",
    metadata,
    Column("key", String(64), primary_key=True),  # a hash: of whom and where it was tried
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcTime, nullable=False),
    info={"kept": Kept("forgotten tries", since="last_at", days=2)},
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("by", String(32), nullable=False),  # an account's id, or "host", or "nobody"
    Column("did", String(64), nullable=False),
    Column("about", String(32), nullable=False),
    Column("about_id", String(64), nullable=False),
    Column("details", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "at"),
    Index(None, "about", "about_id"),
    # Six years and more are asked of such records; the database refuses to delete from it.
    info={"kept": Kept("who did what", since="at")},
)
