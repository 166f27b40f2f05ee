"""How the record grows: Alembic migrations, run at every start before the first request."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from web.core.db import Database

LOCK = 3_621
FOLDER = Path(__file__).resolve().parent


class RecordTooNewError(Exception):
    """The record was brought up to date by a newer version; the message says what to do."""


async def upgrade(db: Database) -> None:
    """Bring the record to the newest form; all of it in one transaction. Raises RecordTooNewError."""
    async with db.write() as tx:
        if not db.is_sqlite:  # two processes that start at once: the second one waits and finds it done
            await tx.execute(text("SELECT pg_advisory_xact_lock(:number)").bindparams(number=LOCK))
        await tx.run_sync(upgrade_connection)


def upgrade_connection(connection: Connection) -> None:
    """Run what is missing on one open connection."""
    present = _form_of(connection)
    if present == newest():
        return  # as at nearly every start: Alembic, which takes longer to load than to ask, is not needed
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    _refuse_newer(present, known)
    command.upgrade(config, "head")


def newest() -> str:
    """The form of the record that this version makes: what the last file's name begins with."""
    return max(path.name for path in (FOLDER / "versions").glob("[0-9]*.py")).partition("_")[0]


def _form_of(connection: Connection) -> str | None:
    """The form that the record has, None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _refuse_newer(present: str | None, known: set[str]) -> None:
    if present is not None and present not in known:
        raise RecordTooNewError(
            f"The record was brought to form {present} by a newer version of Front Desk; this one knows "
            f"{max(known)} and earlier. Start the newer version, or restore a backup from before its update."
        )
