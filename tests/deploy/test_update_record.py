"""`front-desk update` and `rollback` with the record on PostgreSQL, and before a gate that is closed.

A real checkout of two versions, real backups, a real web half in systemd's place. Only the training is
stood in for: `test_update.py` builds for real, on a booted machine.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from deploy.cli import services, switch, versions
from deploy.cli import update as updates
from deploy.cli.installation import CommandFailed, Installation
from deploy.cli.next_version import NextVersion
from tests.bench.parties import free_ports
from tests.deploy.booted import PROJECT
from tests.deploy.installed import Installed
from tests.deploy.test_update import MIGRATION, git
from tests.postgres import Cluster
from tests.web.stand_in_bot import TOKEN, StandInBot

REASON = "the two lost messages were looked at"


@dataclass
class InPlaceOfSystemd:
    """One web half as the unit would run it: with the code that is in its folder now."""

    installation: Installation
    running: subprocess.Popen[bytes] | None = None

    def state(self, _unit: str = "") -> str:
        return "active running" if self.running is not None and self.running.poll() is None else "failed"

    def stop(self) -> None:
        if self.running is not None:
            self.running.terminate()
            self.running.wait()
            self.running = None

    def start(self) -> None:
        root = self.installation.root
        with (self.installation.var / "web.log").open("ab") as log:
            self.running = subprocess.Popen(
                [root / ".venv/bin/python", "-m", "web"],
                cwd=root, env=self.installation.child_environ(), stdout=log, stderr=log,
            )  # fmt: skip


@pytest.fixture
def bot() -> Iterator[StandInBot]:
    """A bot in a thread of its own: the command blocks this one."""
    loop, made = asyncio.new_event_loop(), StandInBot()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(made.start(), loop).result()
    yield made
    asyncio.run_coroutine_threadsafe(made.die(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def installed(tmp_path: Path, cluster: Cluster, bot: StandInBot) -> Installed:
    made = Installed(tmp_path, cluster.database()).set_up()
    (port,) = free_ports(1)
    made.configure(
        FRONT_DESK_PORT=str(port), FRONT_DESK_BOT_URL=bot.url, FRONT_DESK_BOT_TOKEN=TOKEN,
        FRONT_DESK_BACKUP_TO=str(tmp_path / "backups"),
    )  # fmt: skip
    (made.var / "encoder").mkdir()
    return made


@pytest.fixture
def installation(
    installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """It runs, from a checkout that knows a version 9.9.9, whose record has a table more."""
    made = replace(installed.installation, root=checkout_in(tmp_path / "code"))
    unit = InPlaceOfSystemd(made)
    for name in ("state", "stop", "start"):
        monkeypatch.setattr(services, name, getattr(unit, name))
    monkeypatch.setattr(switch, "write_units", lambda *_: None)  # of this machine
    monkeypatch.setattr(NextVersion, "build", build)
    unit.start()
    switch.wait_until_well(made, made.version)
    yield made
    unit.stop()


def checkout_in(folder: Path) -> Path:
    """This project with its environments, and 9.9.9 in its git."""
    git(PROJECT, "clone", "--quiet", "--shared", str(PROJECT), str(folder))
    git(folder, "remote", "remove", "origin")
    git(folder, "checkout", "--quiet", "-b", "next")
    before = (folder / "pyproject.toml").read_text(encoding="utf-8")
    after = re.sub(r'(?m)^version = ".*"', 'version = "9.9.9"', before, count=1)
    (folder / "pyproject.toml").write_text(after, encoding="utf-8")
    heads = sorted(path.name[:4] for path in (folder / "web/migrations/versions").glob("[0-9]*.py"))
    migration = folder / "web/migrations/versions/9999_brought.py"
    migration.write_text(MIGRATION.format(before=heads[-1]), encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "9.9.9")
    git(folder, "tag", "v9.9.9")
    git(folder, "checkout", "--quiet", "HEAD~1")
    link_environments(folder)
    return folder


def link_environments(folder: Path) -> None:
    for name in (".venv", ".venv-bot"):
        (folder / name).symlink_to((PROJECT / name).resolve())


def build(new: NextVersion) -> None:
    """Lay the next version out, with a release 2 one of whose gates is closed."""
    new.discard()
    present = new.installation.releases
    versions.lay_out(new.installation.root, new.commit, new.root)
    link_environments(new.root)
    release = new.var / "releases" / "2"
    shutil.copytree(present / "r1", release)
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    (release / "manifest.json").write_text(json.dumps(manifest | {"release": "2"}), encoding="utf-8")
    gates = [
        {"name": "crisis", "passed": True},
        {"name": "asked", "passed": False, "sentence": "2 of 40 messages would be lost."},
    ]
    (release / "report.json").write_text(json.dumps({"gates": gates}), encoding="utf-8")
    (new.var / "releases" / "published").write_text("2\n", encoding="utf-8")
    (new.var / "releases" / "trained-from").touch()
    (new.var / "encoder").mkdir()


class Operator:
    """Somebody at the terminal, who has decided beforehand what to answer."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.was_asked: list[str] = []

    def __call__(self, question: str) -> str:
        self.was_asked.append(question)
        return self.answers.pop(0)


def tables(installed: Installed) -> set[str]:
    done = subprocess.run(
        ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command",
         "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'", installed.url],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return set(done.stdout.split())


@pytest.mark.thorough
def test_a_record_on_postgresql_is_backed_up_migrated_and_brought_back(
    installed: Installed, installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    version = installation.version
    installed.chats("early", "word1")

    stops = Operator("y", "")
    with pytest.raises(CommandFailed, match="A closed gate wants a reason"):
        updates.update(installation, "9.9.9", ask=stops)
    assert stops.was_asked[1] == "Publish anyway? Then say why (Enter stops): "
    assert "Closed gate: 2 of 40 messages would be lost." in capsys.readouterr().err
    assert (installation.version, switch.published(installation)) == (version, "r1")
    assert "brought_by_an_update" not in tables(installed)
    assert not list(installed.folder.glob("code.next"))

    done = updates.update(installation, "9.9.9", ask=Operator("y", REASON))
    assert done.startswith("Front Desk 9.9.9 answers.")
    assert (installation.version, switch.published(installation)) == ("9.9.9", "2")
    assert "brought_by_an_update" in tables(installed)
    installed.chats("late", "word2")
    assert installed.words() == ["word1", "word2"]
    assert len(list((installed.folder / "backups").glob("front-desk-*"))) == 2

    back = updates.rollback(installation, ask=Operator("y"))
    assert back.startswith(f"Front Desk {version} answers again")
    assert "chats with messages since then are lost" in capsys.readouterr().err
    assert (installation.version, switch.published(installation)) == (version, "r1")
    assert installed.words() == ["word1"]
    assert "brought_by_an_update" not in tables(installed)


# The gate by itself.


@pytest.fixture
def built(tmp_path: Path, on_sqlite: Installed) -> NextVersion:
    made = NextVersion(on_sqlite.installation, "HEAD", "9.9.9")
    release = made.var / "releases" / "2"
    release.mkdir(parents=True)
    (made.var / "releases" / "published").write_text("2\n", encoding="utf-8")
    return made


def close(built: NextVersion, *, needs_clinician: bool = False, passed: bool = False) -> None:
    gate = {"name": "asked", "passed": passed, "sentence": "Lost.", "needs_clinician": needs_clinician}
    (built.var / "releases/2/report.json").write_text(json.dumps({"gates": [gate]}), encoding="utf-8")


def test_with_open_gates_nobody_is_asked(built: NextVersion) -> None:
    close(built, passed=True)
    assert updates._ask_at_closed_gates(built, Operator(), "") == ""


def test_a_reason_given_beforehand_opens_a_gate_for_scripts(built: NextVersion) -> None:
    close(built)
    assert updates._ask_at_closed_gates(built, Operator(), f" {REASON} ") == REASON


@pytest.mark.parametrize("said", ["", "   ", "because"])
def test_too_short_a_reason_opens_nothing(built: NextVersion, said: str) -> None:
    close(built)
    with pytest.raises(CommandFailed, match="10 characters or more"):
        updates._ask_at_closed_gates(built, Operator(said), "")


def test_a_clinicians_gate_is_opened_by_no_operator(built: NextVersion) -> None:
    close(built, needs_clinician=True)
    with pytest.raises(CommandFailed, match="Only a clinician"):
        updates._ask_at_closed_gates(built, Operator(REASON), REASON)


def test_a_release_that_visitors_have_already_needs_no_gate(built: NextVersion) -> None:
    close(built)
    (built.installation.releases / "published").write_text("2\n", encoding="utf-8")
    assert updates._ask_at_closed_gates(built, Operator(), "") == ""
