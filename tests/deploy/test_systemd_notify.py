"""What systemd hears: ready, and that the loop still turns."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.systemd_notify import ALIVE, READY, keep_telling, notify


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "notify"))
        ear.settimeout(10)
        yield ear


def test_ready_is_heard(systemd: socket.socket) -> None:
    assert notify(READY, {"NOTIFY_SOCKET": systemd.getsockname()})
    assert systemd.recv(100) == b"READY=1"


def test_without_systemd_nothing_is_told() -> None:
    assert not notify(READY, {})


async def test_the_watchdog_hears_in_time_as_long_as_the_loop_turns(systemd: socket.socket) -> None:
    environ = {"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "60000"}
    telling = asyncio.create_task(keep_telling(environ))
    for _ in range(3):
        assert await asyncio.to_thread(systemd.recv, 100) == ALIVE.encode()
    telling.cancel()
    # Nobody asked for a watchdog: nothing is told, and it is no error.
    await keep_telling({"NOTIFY_SOCKET": systemd.getsockname()})
