"""How the record grows: Alembic migrations, run at every start before the first request."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import Connection

from web.core.db import Database

LOCK = 3_621
FOLDER = Path(__file__).resolve().parent


async def upgrade(db: Database) -> None:
    """Bring the record to the newest form; all of it in one transaction."""
    async with db.write() as tx:
        if not db.is_sqlite:  # two processes that start at once: the second one waits and finds it done
            await tx.execute(text("SELECT pg_advisory_xact_lock(:number)").bindparams(number=LOCK))
        await tx.run_sync(upgrade_connection)


def upgrade_connection(connection: Connection) -> None:
    """Run what is missing on one open connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
