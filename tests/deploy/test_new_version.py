"""A version is one number everywhere, and what is unreleased becomes one in a single step."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import new_version
from deploy.cli.installation import Installation
from deploy.cli.versions import HEADING, number_of
from deploy.new_version import NotReadyError
from web.core.settings import version

PROJECT = Path(__file__).parents[2]
NOTES = """# Changelog

## Unreleased

Before you update
- The record gets the form 0002.

For visitors
- More.

## 0.1.0

The first version.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of version 0.1.0 whose next one is written down."""
    (tmp_path / "web/migrations/versions").mkdir(parents=True)
    for name in ("0001_first.py", "0002_more.py"):
        (tmp_path / "web/migrations/versions" / name).touch()
    (tmp_path / "requirements").mkdir()
    for name in ("web.txt", "bot.txt", "encoder.txt"):
        shutil.copy(PROJECT / "requirements" / name, tmp_path / "requirements" / name)
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(
        text.replace(f'version = "{version()}"', 'version = "0.1.0"', 1), encoding="utf-8"
    )
    (tmp_path / "CHANGELOG.md").write_text(NOTES, encoding="utf-8")
    return tmp_path


def said_by(folder: Path) -> dict[str, str]:
    bill = json.loads((folder / "requirements/sbom.cdx.json").read_text(encoding="utf-8"))
    headings = HEADING.finditer((folder / "CHANGELOG.md").read_text(encoding="utf-8"))
    return {
        "the command": Installation({}, None, folder).version,
        "the bill of materials": bill["metadata"]["component"]["version"],
        "the changelog": next((found[1] for found in headings if found[1]), ""),
    }


def test_this_version_is_one_number_wherever_it_is_said() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "web", "--version"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert asked.stdout.strip() == f"Front Desk {version()}"
    said = said_by(PROJECT)
    newest = said.pop("the changelog")
    assert set(said.values()) == {version()}
    # Between two versions the next one's changes stand under "Unreleased".
    is_unreleased = new_version.UNRELEASED in (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert newest == version() or (is_unreleased and number_of(newest) < number_of(version()))


def test_a_tag_on_this_commit_is_this_version() -> None:
    asked = subprocess.run(["git", "tag", "--points-at", "HEAD"], cwd=PROJECT, capture_output=True, text=True)
    tags = [tag for tag in asked.stdout.split() if number_of(tag)]
    assert tags in ([], [f"v{version()}"])
    if tags:
        assert said_by(PROJECT)["the changelog"] == version()


def test_what_is_unreleased_becomes_a_version_in_every_place(project: Path) -> None:
    new_version.make("0.2.0", project)
    assert set(said_by(project).values()) == {"0.2.0"}
    text = (project / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text == NOTES.replace("Unreleased", "0.2.0")


@pytest.mark.parametrize(
    ("asked", "change", "sentence"),
    [
        ("0.1.0", ("", ""), "There is a version 0.1.0 already"),
        ("0.0.9", ("", ""), "There is a version 0.1.0 already"),
        ("next", ("", ""), "'next' is no version; expected one like 0.3.0"),
        ("0.2.0", ("## Unreleased", "## 0.1.9"), "nothing has changed since the last version"),
        ("0.2.0", ("Before you update", "By the way"), "does not begin with 'Before you update'"),
        ("0.2.0", ("form 0002", "newest form"), "does not say that the record gets the form 0002"),
    ],
)
def test_what_keeps_it_from_being_a_version_is_said_and_nothing_changed(
    project: Path, asked: str, change: tuple[str, str], sentence: str
) -> None:
    changelog = project / "CHANGELOG.md"
    if change[0]:
        changelog.write_text(NOTES.replace(*change), encoding="utf-8")
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    with pytest.raises(NotReadyError, match="Nothing was changed") as told:
        new_version.make(asked, project)
    assert sentence in str(told.value)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before
