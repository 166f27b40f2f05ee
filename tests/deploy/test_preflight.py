"""A second start and a taken port are refused, with who is in the way."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.preflight import StartRefused, check_ports, hold


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_second_start_is_told_who_runs(tmp_path: Path) -> None:
    second = "from pathlib import Path; from deploy.preflight import hold; hold(Path(%r)).__enter__()"
    with hold(tmp_path):
        refused = subprocess.run(
            [sys.executable, "-c", second % str(tmp_path)], capture_output=True, text=True
        )
    assert f"process {os.getpid()}" in refused.stderr
    assert "FRONT_DESK_VAR" in refused.stderr


def test_a_killed_holder_does_not_block_the_next_start(tmp_path: Path) -> None:
    code = (
        "import os, signal; from pathlib import Path; from deploy.preflight import hold\n"
        f"hold(Path({str(tmp_path)!r})).__enter__(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode < 0
    with hold(tmp_path):
        written = (tmp_path / "supervisor.lock").read_text(encoding="utf-8")
    assert written.strip() == str(os.getpid())


def test_the_lock_is_for_its_owner_only(tmp_path: Path) -> None:
    with hold(tmp_path):
        mode = (tmp_path / "supervisor.lock").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_taken_port_is_named_with_setting_and_process(taken_port: int) -> None:
    with pytest.raises(StartRefused) as refusal:
        check_ports([("FRONT_DESK_BOT_PORT", "127.0.0.1", taken_port)])
    message = str(refusal.value)
    assert f"Port {taken_port} is already taken by " in message
    assert f"(process {os.getpid()})" in message
    assert "set FRONT_DESK_BOT_PORT" in message


def test_every_taken_port_is_named(taken_port: int) -> None:
    with pytest.raises(StartRefused, match=r"FIRST(.|\n)*SECOND"):
        check_ports([(name, "127.0.0.1", taken_port) for name in ("FIRST", "SECOND")])


def test_a_foreign_address_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="Check FRONT_DESK_HOST_AND_PORT"):
        check_ports([("FRONT_DESK_HOST_AND_PORT", "192.0.2.1", 8000)])


def test_free_ports_are_fine(taken_port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    check_ports([("FRONT_DESK_PORT", "127.0.0.1", port)])
