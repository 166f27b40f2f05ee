"""The upgrade drill of `make prove`: the version before this one, installed, used and updated to this one.

The version before is the newest tag that is not this commit, or UPGRADE_FROM (a commit). Both
run on this project's environments; everything else is of each version itself. It trains, for minutes.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.booted import CODE, PROJECT, BootedMachine, booted
from tests.deploy.test_update import chat, commit, front_desk, git, health, install, words

ENVIRONMENTS = (".venv", ".venv-bot")
NEXT = "999.0.0"
STAMP = "from pathlib import Path; from deploy.train import stamp_of; print(stamp_of(Path('var')), end='')"


def previous() -> str:
    """The version to come from; empty while this project has no tag."""
    if named := os.environ.get("UPGRADE_FROM"):
        return named
    asked = ["git", "describe", "--tags", "--abbrev=0", "--match=v*", "HEAD~1"]
    return subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True).stdout.strip()


@contextmanager
def installed(tmp_path: Path) -> Iterator[BootedMachine]:
    """A machine with the version before installed, and this one in its git."""
    with booted(tmp_path) as made:
        code = made.root / CODE.lstrip("/")
        lay_out_both(code)
        shutil.copytree(PROJECT / "var/encoder", code / "var/encoder")
        shutil.copytree(PROJECT / "var/releases", code / "var/releases")
        stamp = made.run("env", "-C", CODE, f"{CODE}/.venv/bin/python", "-c", STAMP).stdout
        (code / "var/releases/trained-from").write_text(stamp, encoding="utf-8")
        install(made, within_s=600)
        yield made


def lay_out_both(code: Path) -> None:
    """Two commits: the version before, checked out, and this one as the next."""
    present = {path.name: path for path in code.iterdir() if path.name not in ENVIRONMENTS}
    aside = code.with_name("present")
    aside.mkdir()
    for name, path in present.items():
        path.rename(aside / name)
    archive = subprocess.run(["git", "archive", previous()], cwd=PROJECT, check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(code, filter="data")
    git(code, "init", "--quiet", "--initial-branch=main")
    (code / ".git/info/exclude").write_text("/var/\n.venv\n.venv-bot\n__pycache__/\n", encoding="utf-8")
    shutil.rmtree(code / "requirements")
    shutil.copytree(aside / "requirements", code / "requirements")
    commit(code, "0.0.1")
    for name in present:
        place = code / name
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
        (aside / name).rename(place)
    project = code / "pyproject.toml"
    text = re.sub(r'(?m)^version = ".*"', f'version = "{NEXT}"', project.read_text(encoding="utf-8"), count=1)
    project.write_text(text, encoding="utf-8")
    commit(code, NEXT)
    git(code, "checkout", "--quiet", "v0.0.1")


@pytest.mark.thorough
def test_what_visitors_wrote_before_is_there_after_and_a_rollback_brings_the_version_before(
    tmp_path: Path,
) -> None:
    if not os.environ.get("FRONT_DESK_PROVE") or not previous():
        return  # minutes, and a version to come from
    with installed(tmp_path) as machine:
        before = health(machine)["version"]
        chat(machine, "word1")
        done = front_desk(machine, "update", NEXT, "--yes", "--reason", "the upgrade drill of make prove")
        assert done.returncode == 0, done.stdout + done.stderr + machine.journal("front-desk.service")[-3000:]
        print(done.stdout)
        assert health(machine)["version"] == NEXT
        chat(machine, "word2")
        assert words(machine) == {"word1", "word2"}
        back = front_desk(machine, "rollback", "--yes")
        assert back.returncode == 0, back.stdout + back.stderr
        assert health(machine)["version"] == before
        assert "word1" in words(machine)
