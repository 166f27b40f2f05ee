"""Slow steps say what they do, and a failing one shows the end of its output."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from deploy.progress import Progress, StepFailed


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_step_has_a_number_and_an_end(tmp_path: Path) -> None:
    stream = io.StringIO()
    progress = Progress(total=2, log=tmp_path / "log", stream=stream)
    progress.step("Fetching", python("print('noise')"), environ={})
    lines = stream.getvalue().splitlines()
    assert lines[0] == "[1/2] Fetching ..."
    assert lines[-1].startswith("[1/2] Fetching ... done in ")
    assert "noise" in progress.log.read_text(encoding="utf-8")


def test_a_terminal_gets_one_line_that_is_rewritten(tmp_path: Path) -> None:
    stream = Terminal()
    Progress(total=1, log=tmp_path / "log", stream=stream).step("Fetching", environ={})
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().count("\r") == 2


def test_a_failing_command_stops_the_step_and_shows_why(tmp_path: Path) -> None:
    progress = Progress(total=1, log=tmp_path / "log", stream=io.StringIO())
    with pytest.raises(StepFailed, match="the disk is full"):
        progress.step("Fetching", python("import sys; sys.exit('the disk is full')"), environ={})


def test_only_this_steps_output_is_shown(tmp_path: Path) -> None:
    progress = Progress(total=2, log=tmp_path / "log", stream=io.StringIO())
    progress.step("First", python("print('of the first')"), environ={})
    with pytest.raises(StepFailed) as failure:
        progress.step("Second", python("import sys; sys.exit(1)"), environ={})
    assert "of the first" not in str(failure.value)
