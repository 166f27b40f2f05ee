"""Front Desk as `make run` starts it, on ports and a var folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from deploy.house import ROOT, WEB_PYTHON
from tests.end_to_end.running import Running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Front Desk on its own ports and var folder, with the release that is published."""
    var = tmp_path_factory.mktemp("var")
    for name in ("encoder", "releases"):
        shutil.copytree(ROOT / "var" / name, var / name)
    page, bot, actions = free_ports(3)
    environ = os.environ | {
        "FRONT_DESK_VAR": str(var),
        "FRONT_DESK_PORT": str(page),
        "FRONT_DESK_BOT_PORT": str(bot),
        "FRONT_DESK_ACTIONS_PORT": str(actions),
    }
    command = [str(WEB_PYTHON), "-m", "deploy.supervise"]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as process:
        yield Running(process, read_until_ready(process), var, bot)
        process.kill()


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [probe.getsockname()[1] for probe in probes]


def read_until_ready(process: subprocess.Popen[str]) -> list[str]:
    said: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line.rstrip())
        if line.startswith("Ready."):
            return said
    raise AssertionError(f"It never got ready: {said}")
