"""Installations for the tests of the command `front-desk`, on both databases."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.installed import Installed
from tests.postgres import Cluster


@pytest.fixture(autouse=True)
def own_umask() -> Iterator[None]:
    """Commands set the umask of their process; here that is the tests' own."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The tests' own PostgreSQL. Missing, it fails; it never skips."""
    started = Cluster().start()
    yield started
    started.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)])
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Installed:
    url = f"sqlite:///{tmp_path / 'var' / 'front-desk.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("cluster").database()
    return Installed(tmp_path, url).set_up()


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Installed:
    return Installed(tmp_path, f"sqlite:///{tmp_path / 'var' / 'front-desk.sqlite3'}").set_up()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB that is really full when it is full."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)
