"""Python 3.10 is found wherever it is, and a shim that fails does not count."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.pythons import SetupError, find_bot_python

FIND_PYTHON = Path(__file__).parents[2] / "deploy" / "find-python.sh"
MakeCommand = Callable[[str, str], Path]


@pytest.fixture
def make_command(tmp_path: Path) -> MakeCommand:
    """Write an executable shell script at a path inside tmp_path."""

    def make(path: str, script: str) -> Path:
        command = tmp_path / path
        command.parent.mkdir(parents=True, exist_ok=True)
        command.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        command.chmod(0o755)
        return command

    return make


def environ(home: Path, *folders: str) -> dict[str, str]:
    """Environment of a machine whose PATH is these folders of `home`."""
    return {"HOME": str(home), "PATH": os.pathsep.join(str(home / folder) for folder in folders)}


def test_a_python_on_the_path_is_taken(tmp_path: Path, make_command: MakeCommand) -> None:
    real = make_command("bin/python3.10", "echo 3.10.4")
    found = find_bot_python(environ(tmp_path, "bin"))
    assert (found.path, found.version) == (real, "3.10.4")


def test_a_failing_shim_does_not_hide_the_real_one(tmp_path: Path, make_command: MakeCommand) -> None:
    make_command("shims/python3.10", "echo 'command not found' >&2; exit 127")
    real = make_command("bin/python3.10", "echo 3.10.4")
    assert find_bot_python(environ(tmp_path, "shims", "bin")).path == real


def test_another_version_under_that_name_is_refused(tmp_path: Path, make_command: MakeCommand) -> None:
    make_command("bin/python3.10", "echo 3.11.2")
    with pytest.raises(SetupError):
        find_bot_python(environ(tmp_path, "bin"))


def test_pyenv_gives_its_newest(tmp_path: Path, make_command: MakeCommand) -> None:
    make_command(".pyenv/versions/3.10.9/bin/python3.10", "echo 3.10.9")
    newest = make_command(".pyenv/versions/3.10.13/bin/python3.10", "echo 3.10.13")
    make_command(".pyenv/versions/3.11.7/bin/python3.10", "echo 3.10.99")
    assert find_bot_python(environ(tmp_path, "bin")).path == newest


def test_uv_is_asked_when_nothing_else_has_one(tmp_path: Path, make_command: MakeCommand) -> None:
    real = make_command("uv-pythons/python", "echo 3.10.20")
    make_command("bin/uv", f'[ "$2" = find ] && echo "{real}"')
    assert find_bot_python(environ(tmp_path, "bin")).path == real


def test_uv_is_found_where_the_docs_put_it(tmp_path: Path, make_command: MakeCommand) -> None:
    real = make_command("uv-pythons/python", "echo 3.10.20")
    make_command("uv/bin/uv", f'[ "$2" = find ] && echo "{real}"')
    assert find_bot_python(environ(tmp_path, "bin")).path == real


def test_uv_fetches_one_when_it_has_none(
    tmp_path: Path, make_command: MakeCommand, capfd: pytest.CaptureFixture[str]
) -> None:
    real = make_command("fetched/python", "echo 3.10.20")
    fetched = tmp_path / "was-fetched"
    make_command(
        "bin/uv",
        f'if [ "$2" = install ]; then : > "{fetched}"; fi\n'
        f'if [ "$2" = find ]; then [ -e "{fetched}" ] && echo "{real}"; fi',
    )
    assert find_bot_python(environ(tmp_path, "bin")).path == real
    assert "Fetching Python 3.10" in capfd.readouterr().out


def test_a_uv_that_reaches_nothing_is_told_apart_from_none(tmp_path: Path, make_command: MakeCommand) -> None:
    make_command("bin/uv", "exit 1")
    with pytest.raises(SetupError, match="uv could not fetch one"):
        find_bot_python(environ(tmp_path, "bin"))


def test_what_is_missing_is_said_with_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"Python 3\.10 .*uv python install 3\.10"):
        find_bot_python(environ(tmp_path, "bin"))


def find_web_python(environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["/bin/sh", FIND_PYTHON], env=environ, capture_output=True, text=True, check=False)


def test_make_takes_the_first_python_that_can_make_environments(
    tmp_path: Path, make_command: MakeCommand
) -> None:
    make_command("bin/python3", "exit 1")  # too old, or a shim, or Debian's without venv
    usable = make_command("bin/python3.12", "exit 0")
    found = find_web_python(environ(tmp_path, "bin"))
    assert (found.returncode, found.stdout.strip()) == (0, str(usable))


def test_make_says_how_to_get_a_python(tmp_path: Path) -> None:
    found = find_web_python(environ(tmp_path, "bin"))
    assert found.returncode == 1
    assert "Python 3.11" in found.stderr
    assert "apt install" in found.stderr
