"""How the record grows: Alembic migrations, run at every start before the first request."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
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
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    _refuse_newer(connection, ScriptDirectory.from_config(config))
    command.upgrade(config, "head")


def _refuse_newer(connection: Connection, scripts: ScriptDirectory) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    present = MigrationContext.configure(connection).get_current_revision()
    if present is not None and present not in known:
        raise RecordTooNewError(
            f"The record was brought to form {present} by a newer version of Front Desk; this one knows "
            f"{max(known)} and earlier. Start the newer version, or restore a backup from before its update."
        )
