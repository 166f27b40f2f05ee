"""`front-desk`: the settings file, and what status and doctor say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from deploy.cli import installation, settings_file
from deploy.cli.installation import CommandFailed
from tests.deploy.installed import Installed

PROJECT = Path(__file__).parents[2]


def written(folder: Path, text: str) -> Path:
    path = folder / "settings-file"
    path.write_text(text, encoding="utf-8")
    return path


def test_comments_quotes_and_empty_lines_are_read_as_systemd_reads_them(tmp_path) -> None:
    text = "# a comment\n; another\n\nA=1\n  B = no\nC='two words'\nD=\"x\"\nE=a=b#c\n"
    with pytest.raises(settings_file.SettingsFileError, match="line 5: expected NAME=value"):
        settings_file.read(written(tmp_path, text))
    text = text.replace("  B = no\n", "")
    assert settings_file.read(written(tmp_path, text)) == {"A": "1", "C": "two words", "D": "x", "E": "a=b#c"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("SMTP_URL smtp://u:hidden@h\n", "line 1: expected NAME=value"),
        ("A=1\nSMTP_URL='smtp://u:hidden@h\n", "line 2: the quotation mark is not closed"),
        ("SMTP_URL=smtp://u:hidden@h\\\n", "line 1: a value stands on one line"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_without_its_value(tmp_path, text, sentence) -> None:
    with pytest.raises(CommandFailed) as caught:
        installation.find(written(tmp_path, text))
    assert sentence in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_settings_with_a_secret_that_everybody_may_read_are_told(tmp_path) -> None:
    path = written(tmp_path, "SMTP_URL=smtp://u:hidden@h\n")
    path.chmod(0o644)
    assert "Everybody on this machine may read" in settings_file.too_open(path)
    assert "hidden" not in settings_file.too_open(path)
    path.chmod(0o640)
    assert settings_file.too_open(path) == ""
    path = written(tmp_path, "FRONT_DESK_PORT=8000\n")
    path.chmod(0o644)
    assert settings_file.too_open(path) == ""


@pytest.mark.thorough
def test_doctor_names_every_trouble_and_what_to_do(on_sqlite: Installed, capsys) -> None:
    on_sqlite.configure(FRONT_DESK_PUBIC_URL="x", FRONT_DESK_PUBLIC_URL="https://desk.invalid")
    (on_sqlite.var / "before-restore-x").mkdir()
    assert on_sqlite.runs("doctor") == 1
    told = capsys.readouterr().out
    for part in (
        "Did you mean FRONT_DESK_PUBLIC_URL?",
        "no proxy is trusted",
        "desk.invalid is not reached by https",
        "There is no backup yet.",
        "Nobody answers",
        "before a restore",
    ):
        assert part in told


def test_status_says_that_nobody_answers_with_an_exit_status(on_sqlite: Installed, capsys) -> None:
    on_sqlite.configure(FRONT_DESK_PORT="1")
    assert on_sqlite.runs("status") == 1
    assert "answers        NO: Nobody answers at http://127.0.0.1:1" in capsys.readouterr().out


@pytest.mark.thorough
def test_the_command_works_from_any_folder_through_a_link(on_sqlite: Installed, tmp_path) -> None:
    link = tmp_path / "front-desk"
    link.symlink_to(PROJECT / "deploy/front-desk")
    asked = [link, "--settings", on_sqlite.settings]
    done = subprocess.run([*asked, "version"], cwd="/", capture_output=True, text=True)
    assert done.stdout.startswith("Front Desk ")
    done = subprocess.run([*asked, "audit", "verify"], cwd="/", capture_output=True, text=True)
    assert "The audit log has not been altered: 2 entries" in done.stdout
    # Who has an account needs no first link.
    done = subprocess.run([*asked, "link"], cwd="/", capture_output=True, text=True)
    assert (done.returncode, "break-glass" in done.stdout) == (1, True)


def test_every_command_says_when_everybody_may_read_a_secret(on_sqlite: Installed, capsys) -> None:
    on_sqlite.configure(SMTP_URL="smtp://u:hidden@h", MAIL_TO="a@b.example")
    on_sqlite.settings.chmod(0o644)
    assert on_sqlite.runs("version") == 0
    told = capsys.readouterr()
    assert "Everybody on this machine may read" in told.err
    assert "hidden" not in told.err + told.out
