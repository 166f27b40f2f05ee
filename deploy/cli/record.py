"""The record as a file: taken from a running SQLite or PostgreSQL in one moment, and put into another."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, make_url

from deploy.cli.installation import CommandFailed, Installation

SQLITE_FILE, POSTGRES_FILE = "record.sqlite3", "record.pgdump"
BUSY_S = 30.0
# What lies in the way of a record that is put back; all of it, for a newer version may have more.
EMPTY_POSTGRES = """
DO $$ DECLARE each record; BEGIN
  FOR each IN SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  LOOP EXECUTE format('DROP TABLE %s CASCADE', each.name); END LOOP;
  FOR each IN SELECT p.oid::regprocedure AS name FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  LOOP EXECUTE format('DROP FUNCTION %s CASCADE', each.name); END LOOP;
END $$;
"""


@dataclass(frozen=True)
class Content:
    """What is in a record: rows by table, and the audit's last seal (empty when there is none)."""

    rows: Mapping[str, int]
    seal: str


def is_sqlite(url: str) -> bool:
    """Whether an address names a SQLite file."""
    return url.startswith("sqlite:")


def sqlite_path(url: str) -> Path:
    """The file that a SQLite address names."""
    return Path(make_url(url).database or "")


def snapshot(installation: Installation, folder: Path) -> tuple[Path, Content]:
    """Copy the record as it is at one moment, also while it is written to. Raises CommandFailed."""
    url = installation.database_url
    if is_sqlite(url):
        copy = folder / SQLITE_FILE
        _snapshot_sqlite(sqlite_path(url), copy)
        return copy, content_of_sqlite(copy)
    copy = folder / POSTGRES_FILE
    content = asyncio.run(_snapshot_postgres(installation, url, copy))
    copy.chmod(0o600)
    return copy, content


def content_of(url: str) -> Content:
    """Count what is in a record. Raises CommandFailed."""
    if is_sqlite(url):
        return content_of_sqlite(sqlite_path(url))
    return asyncio.run(_content_of_postgres(url))


def content_of_sqlite(path: Path) -> Content:
    """Check a file from its first page to its last, and count. Raises CommandFailed."""
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_S)) as record:
            (state,) = record.execute("PRAGMA integrity_check").fetchone()
            if state != "ok":
                raise CommandFailed(f"The record in {path} is damaged: {str(state).splitlines()[0]}.")
            names = record.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            rows = {name: record.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}
            last = record.execute("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    except sqlite3.Error as error:
        raise CommandFailed(f"The record in {path} cannot be read: {error}.") from error
    return Content(rows, last[0] if last else "")


def _snapshot_sqlite(path: Path, copy: Path) -> None:
    if not path.exists():
        raise CommandFailed(f"There is no record at {path}: Front Desk was never started on this folder.")
    try:
        # rw, not rwc: nothing is made where nothing is. VACUUM INTO reads one moment and stops nobody
        # from writing; what was deleted is not in the copy.
        with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=BUSY_S)) as record:
            record.execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.Error as error:
        raise CommandFailed(f"The record in {path} could not be copied: {error}.") from error
    copy.chmod(0o600)


async def _snapshot_postgres(installation: Installation, url: str, copy: Path) -> Content:
    async with _connected(url) as connection, connection.transaction(isolation="repeatable_read"):
        # Both see the same moment: what is counted here is what is written there.
        moment = await connection.fetchval("SELECT pg_export_snapshot()")
        content = await _counted(connection)
        dump: list[str | Path] = ["pg_dump", "--format=custom", "--no-owner", f"--snapshot={moment}"]
        done = await asyncio.to_thread(
            installation.run, [*dump, f"--file={copy}"], env=client_environ(url, installation)
        )
    if done.returncode != 0:
        raise CommandFailed(f"pg_dump could not copy the record: {_first(done.stderr)}")
    return content


async def _content_of_postgres(url: str) -> Content:
    async with _connected(url) as connection:
        return await _counted(connection)


class _connected:
    """A connection to PostgreSQL; what it refuses is a CommandFailed without the password."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)

    async def __aenter__(self) -> Any:
        import asyncpg

        try:
            self._connection = await asyncpg.connect(
                self._url.set(drivername="postgresql").render_as_string(hide_password=False)
            )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            shown = self._url.render_as_string()
            raise CommandFailed(
                f"The record at {shown} cannot be reached: {type(error).__name__}."
            ) from error
        return self._connection

    async def __aexit__(self, *_: Any) -> None:
        await self._connection.close()


async def _counted(connection: Any) -> Content:
    names = await connection.fetch(
        "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    tables = [str(row["table_name"]) for row in names]
    rows = {name: int(await connection.fetchval(f'SELECT count(*) FROM "{name}"')) for name in tables}
    seal = ""
    if "audit" in tables:
        seal = await connection.fetchval("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1") or ""
    return Content(rows, seal)


def put_into_postgres(installation: Installation, dump: Path, url: str) -> None:
    """Replace all that is in a database by a dump, in one transaction. Raises CommandFailed."""
    environ = client_environ(url, installation)
    script, empty = dump.with_suffix(".sql"), dump.with_suffix(".empty.sql")
    empty.write_text(EMPTY_POSTGRES, encoding="utf-8")
    installation.give(dump.parent)
    try:
        made = installation.run(
            ["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", dump], env=environ
        )
        if made.returncode != 0:
            raise CommandFailed(f"pg_restore cannot read the dump: {_first(made.stderr)}")
        done = installation.run(
            ["psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
             f"--file={empty}", f"--file={script}"], env=environ,
        )  # fmt: skip
        if done.returncode != 0:
            raise CommandFailed(f"The dump could not be put into the database: {_first(done.stderr)}")
    finally:
        script.unlink(missing_ok=True)
        empty.unlink(missing_ok=True)


@contextmanager
def scratch_database(installation: Installation, name: str) -> Iterator[str]:
    """Make an empty database beside the record's own, and drop it at the end. Raises CommandFailed."""
    url = make_url(installation.database_url)
    environ = client_environ(installation.database_url, installation)
    made = installation.run(["createdb", "--template=template0", name], env=environ)
    if made.returncode != 0:
        raise CommandFailed(
            f"No database to try the backup in: {_first(made.stderr)} Let the role make databases"
            f' (ALTER ROLE "{url.username}" CREATEDB), or name an empty one with --database.'
        )
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        installation.run(["dropdb", "--if-exists", "--force", name], env=environ)


def client_environ(url: str, installation: Installation) -> dict[str, str]:
    """What PostgreSQL's own programs need to know; the password never stands on a command line."""
    parts: URL = make_url(url)
    query = {
        f"PG{name.upper()}": str(value) for name, value in parts.query.items() if name in ("host", "port")
    }
    known = {
        "PGHOST": parts.host,
        "PGPORT": parts.port,
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
        "PGDATABASE": parts.database,
    }
    named = {name: str(value) for name, value in known.items() if value}
    return {**os.environ, "PGCONNECT_TIMEOUT": "10", **named, **query}


def _first(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[0] if lines else "no reason given."
