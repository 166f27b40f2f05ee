"""A PostgreSQL of the tests' own: Debian's package, a cluster in a temporary folder, a free port."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

MISSING = (
    "PostgreSQL is missing: install Debian's package 'postgresql' (as .ci/run does). "
    "What is promised for PostgreSQL is tested on PostgreSQL, so nothing is skipped."
)

NEEDS_BYTES = 2 * 1024**3


class PostgresMissing(Exception):
    """The tests cannot start their own server."""


class Cluster:
    """One running server; every database in it is made from a template."""

    def __init__(self) -> None:
        self._bin = newest_bin()
        self._folder = Path(tempfile.mkdtemp(prefix="front-desk-postgres-", dir=in_memory()))
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            user = pwd.getpwnam("postgres")
            os.chown(self._folder, user.pw_uid, user.pw_gid)
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self._made = 0

    def start(self) -> Cluster:
        """Make the cluster and wait until it answers."""
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
                  "--no-sync")  # fmt: skip
        self.up()
        return self

    def up(self) -> None:
        """Start the server (again)."""
        # No power is cut in tests: fsync would only cost time.
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._folder} "
            "-c fsync=off -c max_connections=200"
        )
        self._run("pg_ctl", "-D", self._data, "-o", options, "-l", f"{self._folder}/log", "-w", "start")

    def down(self) -> None:
        """Kill the server as a crash does."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def stop(self) -> None:
        """Stop the server and take its folder away."""
        self.down()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def process_id(self) -> int:
        """The server's first process, the parent of all others."""
        return int(Path(self._data, "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def url(self, name: str) -> str:
        """The address of one database, as DATABASE_URL names it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def database(self, *, like: str = "template1") -> str:
        """Make a database; the answer is its address."""
        self._made += 1
        name = f"test_{self._made}"
        # Copied as files: written to the log as well, each would take four times as long.
        self._sql(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY FILE_COPY")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Take a database away, whoever is still connected: hundreds would fill the memory they are in."""
        self._sql(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _sql(self, statement: str) -> None:
        self._run("psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-q", "-c", statement)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._bin / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            cwd=self._folder,
            **self._as,
        )


def in_memory() -> str | None:
    """A folder in memory, where there is one with room: to delete a cluster from disk takes minutes."""
    folder = Path("/dev/shm")
    has_room = folder.is_dir() and shutil.disk_usage(folder).free > NEEDS_BYTES
    return str(folder) if has_room else None


def newest_bin() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        raise PostgresMissing(MISSING)
    return found[-1]
