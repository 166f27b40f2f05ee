"""A supervisor that has started, as the tests see it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.settings import ROOT, WEB_PYTHON
from tests.bench.parties import free_ports


@dataclass
class Running:
    """A supervisor that said it is ready."""

    process: subprocess.Popen[str]
    said: list[str]
    var: Path
    bot_port: int

    @property
    def parts(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@contextmanager
def started(var: Path) -> Iterator[Running]:
    """Front Desk on its own ports and in this var folder, with the release that is published."""
    for name in ("encoder", "releases", "cache"):
        if (ROOT / "var" / name).exists():
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
        yield Running(process, _read_until_ready(process), var, bot)
        process.kill()


def _read_until_ready(process: subprocess.Popen[str]) -> list[str]:
    said: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line.rstrip())
        if line.startswith("Ready."):
            return said
    raise AssertionError(f"It never got ready: {said}")
