"""The supervisor restarts what dies, leaves nothing behind, and stops when asked."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy.processes import Backoff
from deploy.supervise import WRONG_SETTINGS

STAND_IN = Path(__file__).with_name("stand_in_supervisor.py")
PROJECT = Path(__file__).parents[2]
UP_AND_WAIT = "import os, pathlib, signal; print(os.getpid(), flush=True);"
UP_AND_WAIT += "pathlib.Path('up').touch(); signal.pause()"
IGNORE_SIGTERM = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + UP_AND_WAIT
# Dies at its first start, stays up at the second.
DIE_ONCE = "import pathlib, sys; first = not pathlib.Path('was-here').exists();"
DIE_ONCE += "pathlib.Path('was-here').touch(); sys.exit(3) if first else None\n" + UP_AND_WAIT
GIVE_UP_S = 120

Supervisor = subprocess.Popen[str]
Start = Callable[[str], Supervisor]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a supervisor of one part that runs the given code."""
    started: list[Supervisor] = []

    def start(code: str) -> Supervisor:
        command = [sys.executable, str(STAND_IN), str(tmp_path), code]
        environ = os.environ | {"PYTHONPATH": str(PROJECT)}
        supervisor = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ)
        started.append(supervisor)
        return supervisor

    yield start
    for supervisor in started:
        supervisor.kill()
        supervisor.communicate()


def read_until(supervisor: Supervisor, words: str) -> list[str]:
    """Read lines up to the one that holds `words`."""
    lines: list[str] = []
    assert supervisor.stdout is not None
    for line in supervisor.stdout:
        lines.append(line.rstrip())
        if words in line:
            return lines
    raise AssertionError(f"{words!r} was never said: {lines}")


def part_of(supervisor: Supervisor) -> psutil.Process:
    (child,) = psutil.Process(supervisor.pid).children()
    return child


def test_the_address_is_said_once_it_is_ready(start: Start) -> None:
    *before, ready = read_until(start(UP_AND_WAIT), "http://here/")
    assert ready.startswith("Ready.")
    assert not [line for line in before if "http" in line]


def test_a_sigkilled_supervisor_takes_its_part_with_it(start: Start) -> None:
    supervisor = start(IGNORE_SIGTERM)
    read_until(supervisor, "Ready")
    part = part_of(supervisor)
    supervisor.kill()
    part.wait(timeout=GIVE_UP_S)  # raises when it lives on


def test_a_dead_part_is_started_again_and_that_is_said(start: Start, tmp_path: Path) -> None:
    supervisor = start(DIE_ONCE)
    lines = read_until(supervisor, "Ready")
    assert "The part ended with status 3. Its last words:" in lines
    assert str(tmp_path / "logs" / "part.log") in lines[-2]
    assert part_of(supervisor).is_running()


def test_a_killed_part_comes_back(start: Start) -> None:
    supervisor = start(UP_AND_WAIT)
    read_until(supervisor, "Ready")
    first = part_of(supervisor)
    first.kill()
    lines = read_until(supervisor, "Everything answers again.")
    assert "The part was ended by SIGKILL. Its last words:" in lines
    assert part_of(supervisor).pid != first.pid


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_order(start: Start, number: signal.Signals) -> None:
    supervisor = start(UP_AND_WAIT)
    read_until(supervisor, "Ready")
    part = part_of(supervisor)
    supervisor.send_signal(number)
    said, _ = supervisor.communicate(timeout=GIVE_UP_S)
    assert said.splitlines() == ["Stopping ...", "Stopped."]
    assert supervisor.returncode == 0
    assert not part.is_running()


def test_a_part_that_cannot_start_ends_it_all_with_its_words(start: Start) -> None:
    code = "import sys; print('FRONT_DESK_MODE: expected demo or live.', file=sys.stderr)\n"
    supervisor = start(code + "sys.exit(2)")
    said, _ = supervisor.communicate(timeout=GIVE_UP_S)
    assert "The part cannot start:\n    FRONT_DESK_MODE: expected demo or live." in said
    assert supervisor.returncode == WRONG_SETTINGS


def test_logs_are_for_their_owner_only(start: Start, tmp_path: Path) -> None:
    read_until(start(UP_AND_WAIT), "Ready")
    log = tmp_path / "logs" / "part.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700


def test_waits_double_up_to_a_limit() -> None:
    backoff = Backoff(first_s=1, longest_s=5)
    waits = [0.0]
    for _ in range(5):
        waits.append(backoff.next_delay_s(waits[-1], ran_s=0))
    assert waits[1:] == [1, 2, 4, 5, 5]


def test_a_part_that_held_a_while_is_started_soon_again() -> None:
    backoff = Backoff(first_s=1, longest_s=60, steady_after_s=60)
    assert backoff.next_delay_s(32, ran_s=61) == 1
