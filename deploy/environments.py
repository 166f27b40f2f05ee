"""Make the two virtual environments what the pinned requirements say; standard library only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.pythons import Python, try_python

STAMP_FILE = "front-desk-stamp"
UNFINISHED = "unfinished"
# They would make an environment's Python look outside it.
LEAKING_VARIABLES = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")

Command = list[str | Path]


@dataclass(frozen=True)
class Requirements:
    """One compiled requirements file and what to tell the installer beside --require-hashes."""

    path: Path
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Environment:
    """A virtual environment that should hold exactly checked packages."""

    folder: Path
    requirements: tuple[Requirements, ...]
    # Holds all of the first requirements file and what tests need besides; installed in its place.
    development: Requirements | None = None

    @property
    def python(self) -> Path:
        """Path of its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """File that says what was installed, or that an installation was not finished."""
        return self.folder / STAMP_FILE

    def is_ready(self, *, development: bool = False) -> bool:
        """Whether what the requirements say was installed to the end; with development is enough too."""
        enough = {self._wanted_stamp(development), self._wanted_stamp(development=True)}
        return self.python.exists() and self._read_stamp() in enough

    def prepare(self, python: Python, uv: Path | None) -> list[Command]:
        """Commands that make the environment, none when it can be kept.

        One whose installation broke off is thrown away: a half-copied package looks installed.
        """
        present = try_python(self.python)
        same_version = present is not None and present.version == python.version
        if same_version and self._read_stamp() != UNFINISHED:
            return []
        make: Command = [python.path, "-m", "venv", self.folder]
        if uv:
            make = [uv, "venv", "--quiet", "--python", python.path, self.folder]
        return [["rm", "-rf", self.folder], make]

    def install(self, uv: Path | None, *, development: bool = False) -> list[Command]:
        """Commands that install every requirements file, each package checked by its hash."""
        commands: list[Command] = []
        if uv:
            # The service may not write its own code: without this every start would compile it all.
            start: Command = [uv, "pip", "install", "--compile-bytecode", "--python", self.python]
        else:
            start = [self.python, "-m", "pip", "install", "--disable-pip-version-check"]
            start += ["--no-input", "--progress-bar", "off"]
            if not list(self.folder.glob("lib/python*/site-packages/pip")):  # made by uv
                commands.append([self.python, "-m", "ensurepip"])
        for part in self._parts(development):
            commands.append([*start, "--require-hashes", *part.options, "-r", part.path])
        return commands

    def mark_unfinished(self) -> None:
        """Note that an installation has begun."""
        self.folder.mkdir(exist_ok=True)
        self._write_stamp(UNFINISHED)

    def mark_ready(self, *, development: bool = False) -> None:
        """Note that everything is installed."""
        self._write_stamp(self._wanted_stamp(development))

    def _parts(self, development: bool) -> tuple[Requirements, ...]:
        if development and self.development:
            return (self.development, *self.requirements[1:])
        return self.requirements

    def _wanted_stamp(self, development: bool = False) -> str:
        digest = hashlib.sha256(repr(try_version(self.folder)).encode())
        for part in self._parts(development):
            digest.update(part.path.read_bytes() + repr(part.options).encode())
        return digest.hexdigest()

    def _write_stamp(self, text: str) -> None:
        """Write all of it or nothing: an empty stamp would make a half-copied package look installed."""
        draft = self.stamp.with_suffix(".next")
        try:
            draft.write_text(text, encoding="utf-8")
            draft.replace(self.stamp)
        finally:
            draft.unlink(missing_ok=True)

    def _read_stamp(self) -> str:
        try:
            return self.stamp.read_text(encoding="utf-8")
        except OSError:
            return ""


def try_version(folder: Path) -> str:
    """Python version an environment was made with, "" when it is none (read, not run: instant)."""
    try:
        lines = (folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    pairs = (line.partition("=") for line in lines)
    return next((value.strip() for key, _, value in pairs if key.startswith("version")), "")


def clean_environ(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Environment variables for a command of ours, without those that leak other Pythons in."""
    return {name: value for name, value in environ.items() if name not in LEAKING_VARIABLES}
