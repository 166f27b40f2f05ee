"""The moment of an update and of a rollback: whatever goes wrong, all is as it was, also on a full disk.

Real files on a disk of 8 MB that is filled to its last byte. systemd and the web half are stood in for:
`test_update.py` does it with both, on a booted machine.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from deploy.cli import next_version, record, services, switch, versions
from deploy.cli import update as updates
from deploy.cli.installation import CommandFailed, Installation
from deploy.cli.next_version import NextVersion

OLD, NEW = "1.0.0", "2.0.0"


class Operated:
    """A checkout of 1.0.0 that runs with release 4, and 2.0.0 with release 6 built beside it."""

    def __init__(self, disk: Path) -> None:
        self.disk = disk
        self.root, self.var = disk / "front-desk", disk / "var"
        write(self.root / "pyproject.toml", f'[project]\nversion = "{OLD}"\n')
        for name in ("4", "5"):  # 5 was built and never published
            write(self.var / "releases" / name / "manifest.json", json.dumps({"release": name}))
        write(self.var / "releases/published", "4\n")
        write(self.var / "releases/candidate", "5\n")
        write(self.var / "releases/trained-from", "old content")
        write(self.var / "encoder/encoder.json", "old encoder")
        with closing(sqlite3.connect(self.var / "front-desk.sqlite3")) as made:
            made.executescript("CREATE TABLE audit (seq INTEGER, hash TEXT); CREATE TABLE said (word TEXT);")
        self.says("before")
        self.installation = Installation({"FRONT_DESK_VAR": str(self.var)}, None, self.root)
        self.new = NextVersion(self.installation, "c0ffee", NEW)
        self.lay_out_next()

    def lay_out_next(self) -> None:
        write(self.new.root / "pyproject.toml", f'[project]\nversion = "{NEW}"\n')
        write(self.new.root / "web/migrations/versions/0002_more.py", "")  # another form of the record
        write(self.new.var / "releases/6/manifest.json", json.dumps({"release": "6"}))
        write(self.new.var / "releases/published", "6\n")
        write(self.new.var / "releases/trained-from", "new content")
        write(self.new.var / "encoder/encoder.json", "new encoder")

    def says(self, word: str) -> None:
        """A visitor writes a word."""
        with closing(sqlite3.connect(self.var / "front-desk.sqlite3")) as made:
            made.execute("INSERT INTO said VALUES (?)", (word,))
            made.commit()

    @property
    def words(self) -> list[str]:
        with closing(sqlite3.connect(self.var / "front-desk.sqlite3")) as made:
            return [word for (word,) in made.execute("SELECT word FROM said")]

    @property
    def state(self) -> dict[str, Any]:
        """What an operator would find: code, pointers, releases, encoder, the record's words."""
        releases = self.var / "releases"
        files = [self.root / "pyproject.toml", self.var / "encoder/encoder.json"]
        files += [releases / name for name in ("published", "candidate", "trained-from")]
        return {
            "files": [path.read_text(encoding="utf-8") if path.exists() else None for path in files],
            "releases": sorted(path.name for path in releases.iterdir() if path.is_dir()),
            "words": self.words,
        }

    def fill(self) -> None:
        """Take every byte of the disk that is left."""
        with suppress(OSError), (self.disk / "filler").open("ab", buffering=0) as filler:
            for size in (65_536, 4_096, 1):
                with suppress(OSError):
                    while filler.write(b"x" * size):
                        pass

    def make_room(self) -> None:
        (self.disk / "filler").unlink(missing_ok=True)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def operated(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operated]:
    made = Operated(small_disk)
    runs: list[bool] = [True]
    monkeypatch.setattr(services, "start", lambda: runs.append(True))
    monkeypatch.setattr(services, "stop", lambda: runs.append(False))
    monkeypatch.setattr(switch, "write_units", lambda *_: None)
    monkeypatch.setattr(switch, "wait_for_page", lambda _: 0.0)
    monkeypatch.setattr(switch, "wait_until_well", lambda *_: None)
    monkeypatch.setattr(updates, "_note", lambda *_: None)
    monkeypatch.setattr(updates, "replay", lambda *_: None)
    monkeypatch.setattr(updates, "_deletions_since", lambda *_: None)
    monkeypatch.setattr(updates, "_chats_since", lambda *_: "2")
    yield made
    made.make_room()
    assert runs[-1] is True  # whatever happened, it was started again


def update(operated: Operated) -> None:
    updates._switch(operated.installation, operated.new, "")


def roll_back(operated: Operated) -> None:
    updates.rollback(operated.installation, ask=lambda _: "y")


def full_at(operated: Operated, monkeypatch: pytest.MonkeyPatch, module: object, step: str) -> None:
    """Let the disk be full when this step begins."""
    really: Callable[..., Any] = getattr(module, step)

    def on_a_full_disk(*arguments: Any) -> Any:
        operated.fill()
        return really(*arguments)

    monkeypatch.setattr(module, step, on_a_full_disk)


def is_not_well(installation: Installation, version: str) -> None:
    if installation.version == version == NEW:
        raise CommandFailed("the bot does not answer.")


def test_an_update_brings_code_release_encoder_and_what_it_was_trained_from(operated: Operated) -> None:
    update(operated)
    assert operated.state["files"] == [
        f'[project]\nversion = "{NEW}"\n', "new encoder", "6\n", None, "new content"
    ]  # fmt: skip
    assert operated.state["releases"] == ["4", "5", "6"]


def test_a_rollback_brings_all_of_it_back_and_asks_for_no_training(operated: Operated) -> None:
    before = operated.state
    update(operated)
    operated.says("after")
    roll_back(operated)
    came = operated.state
    came["releases"].remove("6")  # it is kept, and not served
    before["files"][3] = None  # what was to be tried is not anymore
    assert came == before


@pytest.mark.parametrize(
    ("module", "step"),
    [(updates, "fresh"), (record, "snapshot"), (updates, "take_release"), (switch, "point_at"),
     (updates, "_write")],
)  # fmt: skip
def test_a_disk_that_is_full_at_a_step_of_an_update_ends_as_it_was(
    operated: Operated, monkeypatch: pytest.MonkeyPatch, module: object, step: str
) -> None:
    before = operated.state
    full_at(operated, monkeypatch, module, step)
    with pytest.raises((CommandFailed, OSError), match=r"(?i)no space left|disk is full"):
        update(operated)
    assert operated.state == before


def test_what_is_not_well_goes_back_on_a_disk_without_a_byte(
    operated: Operated, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = operated.state
    full_at(operated, monkeypatch, switch, "exchange")
    monkeypatch.setattr(switch, "wait_until_well", is_not_well)
    with pytest.raises(CommandFailed, match=r"the bot does not answer\. 1\.0\.0 answers again"):
        update(operated)
    assert operated.state == before


def test_a_disk_that_is_full_when_it_starts_does_not_undo_an_update(
    operated: Operated, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_at(operated, monkeypatch, switch, "exchange")
    update(operated)
    operated.make_room()
    assert operated.installation.version == NEW
    assert updates.last_update(operated.installation) is not None


@pytest.mark.parametrize(
    ("module", "step"),
    [(updates, "bring_release_back"), (updates, "bring_record_back"), (switch, "exchange_sqlite")],
)
def test_a_disk_that_is_full_at_a_step_of_a_rollback_ends_as_it_was(
    operated: Operated, monkeypatch: pytest.MonkeyPatch, module: object, step: str
) -> None:
    update(operated)
    operated.says("after")
    before = operated.state
    with monkeypatch.context() as full:
        full_at(operated, full, module, step)
        with suppress(CommandFailed):  # from the last step on there is nothing left to write
            roll_back(operated)
    operated.make_room()
    if operated.installation.version == NEW:
        assert operated.state == before
        roll_back(operated)
    assert (operated.installation.version, operated.words) == (OLD, ["before"])


def test_an_update_that_brings_no_encoder_leaves_the_one_of_an_earlier_update_alone(
    operated: Operated, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(operated)
    operated.lay_out_next()  # with the answers that visitors have now
    monkeypatch.setattr(switch, "exchange", refused)
    with pytest.raises(CommandFailed, match="not permitted"):
        update(operated)
    assert operated.state["files"][1] == "new encoder"


def refused(*_: object) -> None:
    raise PermissionError(1, "Operation not permitted")


def test_the_next_version_takes_a_number_that_no_release_has(operated: Operated) -> None:
    shutil.rmtree(operated.new.var)
    operated.new._lay_out_var()
    # Training counts from the highest that it sees.
    assert {path.name for path in (operated.new.var / "releases").glob("[0-9]*")} == {"4", "5"}


def test_a_full_disk_while_it_is_built_is_a_sentence_and_leaves_nothing(
    operated: Operated, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = operated.state
    write(operated.var / "cache/kept", "x" * 3_000_000)
    operated.new.discard()
    monkeypatch.setattr(next_version, "ENOUGH_FREE_BYTES", 0)
    monkeypatch.setattr(next_version, "ENOUGH_FREE_BYTES_WITH_PACKAGES", 0)
    monkeypatch.setattr(versions, "differ", lambda *_: False)
    monkeypatch.setattr(versions, "own_clinic_files", lambda _: [])
    monkeypatch.setattr(versions, "lay_out", lambda *_: operated.new.root.mkdir())
    write(operated.disk / "filler", "x" * 3_000_000)
    with pytest.raises(CommandFailed, match=r"No space left on device \(.*cache.*\)\. Nothing was changed"):
        operated.new.build()
    operated.new.discard()
    assert operated.state == before


def test_a_file_that_an_owner_edits_for_the_help_center_is_carried_over() -> None:
    assert "help_center.yml" in versions.CLINIC_FILES
