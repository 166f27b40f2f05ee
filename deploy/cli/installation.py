"""One installation as its operator sees it: the checkout, the settings, the var folder and whose it is."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomllib

from deploy.cli import settings_file
from deploy.environments import clean_environ
from deploy.settings import ROOT, WEB_PYTHON

UNIT, BOT_UNIT = "front-desk.service", "front-desk-bot.service"
BOT_VAR = Path("/var/lib/front-desk-bot")


class CommandFailed(Exception):
    """A command could not do what it was asked; the message is for the operator."""


@dataclass(frozen=True)
class Installation:
    """Where things are. `environ` holds the settings, those of the file first."""

    environ: Mapping[str, str]
    settings: Path | None
    root: Path = ROOT

    @property
    def var(self) -> Path:
        """The folder of everything that the installation made."""
        return Path(self.environ.get("FRONT_DESK_VAR") or self.root / "var").resolve()

    @property
    def releases(self) -> Path:
        """The folder of the releases."""
        return self.var / "releases"

    @property
    def key(self) -> Path:
        """The key of second steps."""
        return self.var / "second-factor.key"

    @property
    def record_key(self) -> Path:
        """The keys of names and numbers in the record."""
        return self.var / "record.key"

    @property
    def push_key(self) -> Path:
        """The key that push services know this installation by."""
        return self.var / "push.key"

    @property
    def database_url(self) -> str:
        """The record's address."""
        return self.environ.get("DATABASE_URL") or f"sqlite:///{self.var / 'front-desk.sqlite3'}"

    @property
    def local_url(self) -> str:
        """Where the page is on this machine."""
        host = self.environ.get("FRONT_DESK_HOST") or "127.0.0.1"
        host = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        return f"http://{host}:{self.environ.get('FRONT_DESK_PORT') or '8000'}"

    @property
    def version(self) -> str:
        """As `pyproject.toml` says."""
        return str(tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))["project"]["version"])

    def owner(self) -> pwd.struct_passwd | None:
        """Whose the var folder is when this runs as root for somebody else; None when it is ours."""
        if os.geteuid() != 0 or not self.var.exists():
            return None
        user_id = self.var.stat().st_uid
        return pwd.getpwuid(user_id) if user_id else None

    def become_owner(self) -> None:
        """Be the user whose data these are from here on, not root: nothing is made that is root's."""
        if (owner := self.owner()) is not None:
            os.initgroups(owner.pw_name, owner.pw_gid)
            os.setgid(owner.pw_gid)
            os.setuid(owner.pw_uid)
            os.environ["HOME"] = owner.pw_dir

    def give(self, path: Path) -> None:
        """Hand a file or folder over to the owner."""
        if (owner := self.owner()) is not None:
            for each in (path, *(path.rglob("*") if path.is_dir() else ())):
                os.lchown(each, owner.pw_uid, owner.pw_gid)

    def run(self, command: list[str | Path], **how: Any) -> subprocess.CompletedProcess[str]:
        """Run a command as the owner and keep its output. Raises CommandFailed when it is not there."""
        if (owner := self.owner()) is not None:
            how |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        try:
            return subprocess.run(command, capture_output=True, text=True, **how)
        except FileNotFoundError as error:
            raise CommandFailed(
                f"{command[0]} is missing on this machine: {_how_to_get(command[0])}."
            ) from error

    def run_as_root(self, command: list[str | Path], **how: Any) -> subprocess.CompletedProcess[str]:
        """Run a command as whoever runs this, for what is the machine's and not the owner's."""
        return subprocess.run(command, capture_output=True, text=True, **how)

    def web(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run one command of the web half, with other settings where these are given."""
        environ = self.child_environ() | settings
        return self.run([WEB_PYTHON, "-m", "web", *arguments], cwd=self.root, env=environ)

    def child_environ(self) -> dict[str, str]:
        """The environment of a part that is started by hand."""
        return clean_environ(self.environ) | {"FRONT_DESK_VAR": str(self.var)}


def find(settings: Path | None, environ: Mapping[str, str] = os.environ) -> Installation:
    """The installation of a settings file; without one, of the environment. Raises CommandFailed."""
    path = settings or (settings_file.DEFAULT if settings_file.DEFAULT.exists() else None)
    if path is None:
        return Installation(dict(environ), None)
    try:
        given = settings_file.read(path)
    except settings_file.SettingsFileError as error:
        raise CommandFailed(str(error)) from error
    return Installation({**environ, **given}, path)


def reason_of(done: subprocess.CompletedProcess[str]) -> str:
    """Why a command failed, as its last line says."""
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return lines[-1].strip() if lines else "no reason given"


def say(line: str) -> None:
    """Tell the operator; results that a script may want go to standard output instead."""
    print(line, file=sys.stderr, flush=True)


def _how_to_get(program: str | Path) -> str:
    packages = {
        "pg_dump": "postgresql-client",
        "pg_restore": "postgresql-client",
        "psql": "postgresql-client",
    }
    name = Path(program).name
    return f"apt install {packages.get(name, name)}"
