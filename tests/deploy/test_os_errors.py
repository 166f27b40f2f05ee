"""What the system refused is told in its own words, also of a folder that was copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deploy.installer import __main__ as installer
from deploy.os_errors import why

FULL = "No space left on device"


def test_the_reason_and_the_file_are_told() -> None:
    assert why(OSError(28, FULL, "/var/lib/x")) == f"{FULL} (/var/lib/x)"
    assert why(OSError(28, FULL)) == FULL
    assert why(OSError("a reason of its own")) == "a reason of its own"


def test_of_a_folder_that_could_not_be_copied_the_first_reason_is_told(tmp_path: Path) -> None:
    (tmp_path / "from").mkdir()
    (tmp_path / "from/file").write_text("words", encoding="utf-8")

    def full(_: str, to: str) -> None:
        raise OSError(28, FULL, to)

    with pytest.raises(shutil.Error) as told:
        shutil.copytree(tmp_path / "from", tmp_path / "to", copy_function=full)
    assert why(told.value) == f"{FULL} ({tmp_path}/to/file)"


def test_the_installer_says_it_in_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def fails(*_: object, **__: object) -> int:
        raise shutil.Error([("/opt/x", "/var/x", f"[Errno 28] {FULL}: '/var/x'")])

    monkeypatch.setattr(installer, "install", fails)
    assert installer.main(["install", "desk.clinic.example"]) == 1
    assert capsys.readouterr().err == f"{FULL} (/var/x). Start this again afterwards.\n"
