"""Another version, brought to a booted machine by `front-desk update` while visitors ask, and back."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.cli import versions
from deploy.cli.installation import CommandFailed
from deploy.train import stamp_of
from tests.deploy.booted import CODE, PROJECT, BootedMachine, booted

HOST, SITE = "desk.clinic.example", "https://www.clinic.example"
PATH = f"PATH={CODE}/.venv/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# A newer form of the record, as a version may bring it.
MIGRATION = """
from alembic import op
import sqlalchemy as sa

revision, down_revision, branch_labels, depends_on = "9999", "{before}", None, None


def upgrade():
    op.create_table("brought_by_an_update", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    pass
"""

NOTES = """# Changelog

## Unreleased

## {version}

Before you update: drink tea.

## 0.1.0

- Old.
"""


# Versions, as git knows them.


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project of three versions, the first checked out."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    for version in ("0.1.0", "0.2.0", "0.10.0"):
        (folder / "pyproject.toml").write_text(f'[project]\nversion = "{version}"\n', encoding="utf-8")
        (folder / "clinic.yml").write_text("name: Riverside\n", encoding="utf-8")
        (folder / "CHANGELOG.md").write_text(NOTES.format(version=version), encoding="utf-8")
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "--message", version)
        git(folder, "tag", f"v{version}")
    git(folder, "checkout", "--quiet", "v0.1.0")
    return folder


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Test", "-c", "user.email=test@clinic.example"]
    subprocess.run(["git", "-C", folder, *who, *arguments], check=True, capture_output=True)


def test_the_newest_version_is_the_highest_number_and_not_the_last_word(checkout: Path) -> None:
    assert versions.newest(checkout) == "v0.10.0"


def test_a_version_is_named_with_and_without_its_v(checkout: Path) -> None:
    assert versions.commit_of(checkout, "0.2.0") == versions.commit_of(checkout, "v0.2.0")
    assert versions.version_of(checkout, versions.commit_of(checkout, "0.2.0")) == "0.2.0"


@pytest.mark.parametrize("name", ["0.3.0", "--upload-pack=x", "v0.2.0; true"])
def test_a_version_that_is_not_there_is_told_with_those_that_are(checkout: Path, name: str) -> None:
    with pytest.raises(CommandFailed, match=r"no version(.|\n)*v0\.10\.0"):
        versions.commit_of(checkout, name)


def test_the_notes_are_of_what_is_newer(checkout: Path) -> None:
    notes = versions.notes(checkout, versions.commit_of(checkout, "0.2.0"), "0.1.0")
    assert "Before you update: drink tea." in notes
    assert "Old." not in notes


def test_what_was_changed_by_hand_is_named_and_the_clinics_files_are_carried_over(checkout: Path) -> None:
    (checkout / "clinic.yml").write_text("name: Ours\n", encoding="utf-8")
    assert versions.changed_by_hand(checkout) == []
    assert versions.own_clinic_files(checkout) == ["clinic.yml"]
    (checkout / "pyproject.toml").write_text("", encoding="utf-8")
    assert versions.changed_by_hand(checkout) == ["pyproject.toml"]


# The whole of it.


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BootedMachine]:
    """A machine with this version installed, and in its git 0.3.0, which is well, and 0.4.0, which is not."""
    with booted(tmp_path_factory.mktemp("machine")) as made:
        code = made.root / CODE.lstrip("/")
        make_versions(code)
        shipped = code / "var"
        shipped.mkdir()
        for name in ("encoder", "releases"):
            shutil.copytree(PROJECT / "var" / name, shipped / name)
        stamp = stamp_of(shipped, code)
        (shipped / "releases/trained-from").write_text(stamp, encoding="utf-8")
        install(made, within_s=400)
        yield made


def install(machine: BootedMachine, *, within_s: int) -> None:
    """Install what is checked out there, under a name that the machine itself answers to."""
    with (machine.root / "etc/hosts").open("a", encoding="utf-8") as hosts:
        hosts.write(f"127.0.0.1 {HOST}\n")
    command = [f"{CODE}/deploy/install", HOST, "--site", SITE, "--proxy", "none"]
    done = machine.run("timeout", str(within_s), "env", PATH, *command, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def make_versions(code: Path) -> None:
    """Three commits with their tags in the machine's checkout."""
    (code / ".gitignore").write_text("/var/\n.venv\n.venv-bot\n__pycache__/\n", encoding="utf-8")
    git(code, "init", "--quiet", "--initial-branch=main")
    project = (code / "pyproject.toml").read_text(encoding="utf-8")
    present = re.search(r'(?m)^version = "(.*)"', project)
    assert present is not None
    commit(code, present[1])
    known = sorted(path.name[:4] for path in (code / "web/migrations/versions").glob("[0-9]*.py"))
    migration = code / "web/migrations/versions/9999_brought.py"
    migration.write_text(MIGRATION.format(before=known[-1]), encoding="utf-8")
    (code / "CHANGELOG.md").write_text(NOTES.format(version="0.3.0"), encoding="utf-8")
    (code / "pyproject.toml").write_text(project.replace(present[0], 'version = "0.3.0"'), encoding="utf-8")
    commit(code, "0.3.0")
    # It starts on a copy, by hand, and not as a service.
    main = code / "web/__main__.py"
    refuses = '    sys.exit(2 if "INVOCATION_ID" in os.environ else main())'
    main.write_text(main.read_text("utf-8").replace("    sys.exit(main())", refuses), encoding="utf-8")
    (code / "pyproject.toml").write_text(project.replace(present[0], 'version = "0.4.0"'), encoding="utf-8")
    commit(code, "0.4.0")
    git(code, "checkout", "--quiet", f"v{present[1]}")


def commit(code: Path, version: str) -> None:
    git(code, "add", ".")
    git(code, "commit", "--quiet", "--message", version)
    git(code, "tag", f"v{version}")


def front_desk(machine: BootedMachine, *arguments: str) -> subprocess.CompletedProcess[str]:
    return machine.run("timeout", "500", "env", PATH, "/usr/local/bin/front-desk", *arguments, check=False)


def health(machine: BootedMachine) -> dict[str, Any]:
    return dict(json.loads(machine.run("curl", "--silent", "http://127.0.0.1:8000/health").stdout))


def chat(machine: BootedMachine, text: str) -> None:
    """A visitor writes a message."""
    url = "http://127.0.0.1:8000/v1/conversations"
    opened = json.loads(machine.run("curl", "--silent", "--fail", "-X", "POST", url).stdout)
    body = json.dumps({"client_id": "0123456789abcdef", "text": text})
    machine.run(
        "curl", "--silent", "--fail", "-H", f"authorization: Bearer {opened['token']}",
        "-H", "content-type: application/json", "-d", body, f"{url}/{opened['id']}/messages",
    )  # fmt: skip


def words(machine: BootedMachine) -> set[str]:
    code = (
        "import sqlite3; d = sqlite3.connect('/var/lib/front-desk/front-desk.sqlite3');"
        " print(*(t for (t,) in d.execute(\"SELECT text FROM messages WHERE text LIKE 'word%'\")))"
    )
    return set(machine.run(f"{CODE}/.venv/bin/python", "-c", code).stdout.split())


@pytest.mark.thorough
def test_update_rollback_and_a_version_that_is_not_well(machine: BootedMachine) -> None:
    before = health(machine)["version"]
    chat(machine, "word1")
    asked = front_desk(machine, "update", "0.3.0")
    assert (asked.returncode, health(machine)["version"]) == (0, before)
    assert "drink tea" in asked.stderr  # the notes; and nobody said yes
    assert "Nothing was changed" in asked.stdout

    done = front_desk(machine, "update", "0.3.0", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr + machine.journal("front-desk.service")[-3000:]
    print(done.stdout)  # how long the page was away; on a machine that does other things too, no limit
    assert health(machine)["version"] == "0.3.0"
    chat(machine, "word2")
    assert words(machine) == {"word1", "word2"}

    refused = front_desk(machine, "update", "v0.4.0", "--yes")
    assert refused.returncode == 1
    assert "0.3.0 answers again" in refused.stderr, refused.stderr
    assert health(machine)["version"] == "0.3.0"
    assert words(machine) == {"word1", "word2"}

    back = front_desk(machine, "rollback", "--yes")
    assert back.returncode == 0, back.stdout + back.stderr
    assert "1 chats with messages since then are lost" in back.stderr
    assert health(machine)["version"] == before
    assert words(machine) == {"word1"}
    left = {path.name for path in (machine.root / "opt").glob("front-desk*")}
    assert left == {"front-desk", "front-desk.previous"}
    again = front_desk(machine, "rollback", "--yes")
    assert (again.returncode, "no version to go back to" in again.stderr) == (1, True)
