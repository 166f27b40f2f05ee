"""The next version, built beside the one that runs: its code, environments, encoder and release.

Nothing of what runs is touched here: packages are shared by hard links only where the requirements
are the same to the byte, and the training works on a copy of the published release.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.cli import versions
from deploy.cli.installation import CommandFailed, Installation, say
from deploy.environments import clean_environ
from deploy.installer.steps import compile_code
from deploy.os_errors import why

ENVIRONMENTS = {".venv": ("web",), ".venv-bot": ("bot", "encoder")}
TOOLS = (".python", ".uv")  # what deploy/install fetched
ENOUGH_FREE_BYTES, ENOUGH_FREE_BYTES_WITH_PACKAGES = 1_500_000_000, 5_000_000_000


@dataclass(frozen=True)
class NextVersion:
    """Where the next version is while it is built: its code, and its own var beside the real one."""

    installation: Installation
    commit: str
    version: str

    @property
    def root(self) -> Path:
        """Its code, on the disk of the present one."""
        return self.installation.root.with_name(f"{self.installation.root.name}.next")

    @property
    def var(self) -> Path:
        """A var folder for its training, on the disk of the real one."""
        return self.installation.var / "update"

    @property
    def migrates(self) -> bool:
        """Whether it knows other forms of the record than the present version."""
        return _migrations(self.root) != _migrations(self.installation.root)

    @property
    def release(self) -> str:
        """The release that it will serve."""
        return (self.var / "releases" / "published").read_text(encoding="utf-8").strip()

    @property
    def closed_gates(self) -> list[dict[str, Any]]:
        """The gates that keep its release from being published without a reason."""
        path = self.var / "releases" / self.release / "report.json"
        try:
            gates = json.loads(path.read_text(encoding="utf-8")).get("gates", [])
        except (OSError, ValueError):
            return []
        return [gate for gate in gates if not gate.get("passed")]

    def build(self) -> None:
        """Make everything that it needs. Raises CommandFailed."""
        closed = os.umask(0o022)  # the service's users read the code
        try:
            self._build()
        except OSError as error:
            raise CommandFailed(f"{why(error)}. Nothing was changed.") from error
        finally:
            os.umask(closed)

    def _build(self) -> None:
        self.discard()
        self._check_room()
        versions.lay_out(self.installation.root, self.commit, self.root)
        for name in versions.own_clinic_files(self.installation.root):
            shutil.copy2(self.installation.root / name, self.root / name)
        kept = (*TOOLS, *self._same_environments())
        _link_tree([self.installation.root / name for name in kept], self.root)
        self._lay_out_var()
        say("Setting up its packages (nothing to do when they are the same) ...")
        self._as_root([sys.executable, "-m", "deploy.setup"], "Its packages could not be installed")
        self._compile()
        self.installation.give(self.var)
        say("Building its answers (none when they fit; else up to 5 minutes) ...")
        command: list[str | Path] = [self.root / ".venv/bin/python", "-m", "deploy.train", "--if-needed"]
        done = self.installation.run(command, cwd=self.root, env=self._environ())
        if done.returncode != 0:
            raise CommandFailed(f"Its answers could not be built: {_end(done.stdout + done.stderr)}")

    def _compile(self) -> None:
        try:
            compile_code(self.root)
        except subprocess.CalledProcessError as error:
            raise CommandFailed("Its code could not be compiled. Nothing was changed.") from error

    def discard(self) -> None:
        """Take away what was built, or what an earlier try left."""
        for folder in (self.root, self.var):
            shutil.rmtree(folder, ignore_errors=True)

    def _same_environments(self) -> Iterator[str]:
        for environment, names in ENVIRONMENTS.items():
            if all(self._is_same(f"requirements/{name}.txt") for name in names):
                yield environment

    def _is_same(self, name: str) -> bool:
        present, new = self.installation.root / name, self.root / name
        return present.is_file() and new.is_file() and present.read_bytes() == new.read_bytes()

    def _check_room(self) -> None:
        has_packages = versions.differ(self.installation.root, self.commit, "requirements")
        needed = ENOUGH_FREE_BYTES_WITH_PACKAGES if has_packages else ENOUGH_FREE_BYTES
        for folder in (self.installation.root, self.installation.var):
            free = shutil.disk_usage(folder).free
            if free < needed:
                raise CommandFailed(
                    f"{needed // 1_000_000:,} MB free are needed on the disk of {folder}, and there are"
                    f" {free // 1_000_000:,}. Nothing was changed."
                )

    def _lay_out_var(self) -> None:
        """The releases and what training keeps, by links; a copy of the encoder."""
        releases, present = self.var / "releases", self.installation.releases
        self.var.mkdir(mode=0o700)
        releases.mkdir()
        # All of them: the one that is built takes the next number.
        _link_tree([path for path in present.iterdir() if path.name.isdigit()], releases)
        for name in ("published", "trained-from"):
            if (present / name).exists():
                shutil.copy2(present / name, releases / name)
        for name in ("encoder", "cache"):
            if (self.installation.var / name).is_dir():
                shutil.copytree(self.installation.var / name, self.var / name)
        (self.var / "tmp").mkdir()

    def _environ(self) -> dict[str, str]:
        root = self.installation.root
        path = os.pathsep.join([str(root / ".uv/bin"), os.environ.get("PATH", "/usr/bin:/bin")])
        return clean_environ(self.installation.environ) | {
            "PATH": path,
            "FRONT_DESK_VAR": str(self.var),
            "TMPDIR": str(self.var / "tmp"),
            "UV_CACHE_DIR": str(self.var / "tmp" / "uv"),
            # Links into it stay true when the folders change places.
            "UV_PYTHON_INSTALL_DIR": str(root / ".python"),
        }

    def _as_root(self, command: list[str | Path], otherwise: str) -> None:
        done = self.installation.run_as_root(command, cwd=self.root, env=self._environ())
        if done.returncode != 0:
            raise CommandFailed(f"{otherwise}: {_end(done.stdout + done.stderr)}")


def _migrations(root: Path) -> set[str]:
    return {path.name for path in (root / "web/migrations/versions").glob("*.py")}


def _link_tree(sources: list[Path], to: Path) -> None:
    """Copy folders by hard links: no room, no time."""
    for source in sources:
        if source.is_symlink():  # shared by several checkouts
            (to / source.name).symlink_to(source.resolve())
        elif source.is_dir():
            shutil.copytree(source, to / source.name, symlinks=True, copy_function=_link_or_copy)


def _link_or_copy(source: str, to: str) -> None:
    try:
        os.link(source, to, follow_symlinks=False)
    except OSError:  # another file system
        shutil.copy2(source, to, follow_symlinks=False)


def _end(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return " / ".join(lines[-3:]) or "no reason given"
