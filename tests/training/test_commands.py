"""A command that cannot be done says in one sentence what is missing, and shows no traceback."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from components.rasa_patches import no_tensorflow
from training.__main__ import main
from training.errors import MAKE_ROOM, is_full_disk, why

PROJECT = Path(__file__).parents[2]
MESSAGES = str(PROJECT / "tests" / "evaluation" / "messages.tsv")
CONVERSATIONS = PROJECT / "tests" / "evaluation" / "conversations.yml"
WITHOUT_A_RELEASE = (
    ("export",),
    ("evaluate", "--messages", MESSAGES),
    ("thresholds", "--messages", MESSAGES),
    ("converse", str(CONVERSATIONS)),
)


@pytest.fixture(autouse=True)
def with_rasa_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests share their process with others that want the real TensorFlow."""
    monkeypatch.setattr(no_tensorflow, "install", lambda: None)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line that a command says when it fails."""
    assert main(list(arguments)) == 1
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    return line


@pytest.mark.parametrize("command", WITHOUT_A_RELEASE, ids=lambda command: command[0])
def test_without_a_release_it_is_said_how_to_make_one(
    command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = said(capsys, "--var", str(tmp_path), *command)
    assert line == f"No release is published in {tmp_path}/releases yet: `make train` makes one."


def test_a_release_that_is_not_there_is_named_with_those_that_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "releases" / "3").mkdir(parents=True)
    line = said(capsys, "--var", str(tmp_path), "export", "--release", "4")
    assert line == f"There is no release '4' in {tmp_path}/releases; there is 3."


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = said(capsys, "--project", str(tmp_path), "check")
    assert line.startswith(f"{tmp_path}/")
    assert line.endswith("No such file or directory")


def test_a_new_project_says_what_it_holds_and_what_comes_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "clinic"
    assert main(["new", str(folder), "--pack", "general"]) == 0
    assert "holds 43 answers" in capsys.readouterr().out
    assert main(["--project", str(folder), "check"]) == 0
    capsys.readouterr()
    line = said(capsys, "new", str(folder))
    assert line == f"{folder} is not empty: name a new folder, nothing is overwritten."


def test_skills_are_renewed_in_a_project_that_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "clinic"
    main(["new", str(folder), "--pack", "empty"])
    (folder / "clinic.yml").write_text("name: Mine\n")
    assert main(["new", str(folder), "--skills"]) == 0
    assert (folder / "clinic.yml").read_text() == "name: Mine\n"


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "releases/2/model"),
        shutil.Error([("data/one.yml", "releases/2/model", f"[Errno {errno.ENOSPC}] No space left: 'x'")]),
    ],
    ids=["a file", "a whole folder"],
)
def test_a_full_disk_is_named_with_what_to_do(error: OSError) -> None:
    assert is_full_disk(error)
    assert why(error) == f"releases/2/model: {os.strerror(errno.ENOSPC)}. {MAKE_ROOM}"


def test_another_trouble_with_a_folder_is_no_full_disk() -> None:
    error = shutil.Error([("data", "releases/2", f"[Errno {errno.EACCES}] Permission denied: 'x'")])
    assert not is_full_disk(error)
    assert why(error) == f"releases/2: {os.strerror(errno.EACCES)}"
