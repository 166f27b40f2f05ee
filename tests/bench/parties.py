"""The two that are compared, each started as its users start it."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from deploy.environments import clean_environ
from deploy.settings import BOT_PYTHON, LOOPBACK, QUIET_RASA, ROOT, WEB_PYTHON

GIVE_UP_S = 300.0
ASK_EVERY_S = 0.1
HELLO = "hello"


@dataclass(frozen=True)
class Party:
    """One that runs and has answered a warm turn."""

    name: str
    process_id: int
    port: int  # where visitors write to
    bot_port: int
    token: str
    ready_s: float


def environ() -> dict[str, str]:
    """The environment that both get."""
    return clean_environ(os.environ) | QUIET_RASA


def copy_of_var(to: Path, *, with_releases: bool) -> None:
    """Make a var folder with the encoder, and if wanted with the releases and what their training kept."""
    var = Path(os.environ.get("FRONT_DESK_VAR") or ROOT / "var")
    to.mkdir(parents=True)
    for name in ("encoder", *(("releases", "cache") if with_releases else ())):
        if (var / name).exists():
            shutil.copytree(var / name, to / name)


@contextmanager
def ours(var: Path, more: Mapping[str, str] | None = None) -> Iterator[Party]:
    """Front Desk as `make run` starts it: supervisor, action server, one bot, web half.

    `more` settings can make it several of each.
    """
    port, bot_port, actions_port = free_ports(3)
    settings = {
        "FRONT_DESK_VAR": str(var),
        "FRONT_DESK_PORT": str(port),
        "FRONT_DESK_BOT_PORT": str(bot_port),
        "FRONT_DESK_ACTIONS_PORT": str(actions_port),
        **(more or {}),
    }
    started_s = time.monotonic()
    with _started(
        [str(WEB_PYTHON), "-m", "deploy.supervise"], ROOT, settings, var / "supervisor.log"
    ) as process:
        _until(process, lambda: "Ready." in (var / "supervisor.log").read_text(encoding="utf-8"))
        ready_s = time.monotonic() - started_s
        yield Party("Front Desk", process.pid, port, bot_port, _token_of(process.pid), ready_s)


@contextmanager
def stock(project: Path, model: Path) -> Iterator[Party]:
    """Stock Rasa with its REST channel."""
    (port,) = free_ports(1)
    command = [str(BOT_PYTHON), "-m", "rasa", "run", "-i", LOOPBACK, "-p", str(port), "-m", str(model)]
    started_s = time.monotonic()
    with _started(command, project, {}, project / "run.log") as process:
        for _ in range(2):  # as with ours, the second turn counts
            _until(process, lambda: _says_hello(port))
        yield Party("Stock Rasa", process.pid, port, port, "", time.monotonic() - started_s)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.create_server((LOOPBACK, 0))) for _ in range(count)]
        return [probe.getsockname()[1] for probe in probes]


@contextmanager
def _started(
    command: list[str], folder: Path, settings: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=environ() | dict(settings), stdout=file, stderr=file
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=GIVE_UP_S)


def _until(process: subprocess.Popen[bytes], condition: Callable[[], bool]) -> None:
    limit_s = time.monotonic() + GIVE_UP_S
    while not condition():
        if process.poll() is not None or time.monotonic() > limit_s:
            raise RuntimeError(f"{process.args!r} never got ready.")
        time.sleep(ASK_EVERY_S)


def _says_hello(port: int) -> bool:
    message = {"sender": secrets.token_hex(8), "message": HELLO}
    url = f"http://{LOOPBACK}:{port}/webhooks/rest/webhook"
    try:
        answer = httpx.post(url, json=message, timeout=GIVE_UP_S, trust_env=False)
        return answer.status_code == httpx.codes.OK and bool(answer.json())
    except (httpx.HTTPError, ValueError):
        return False  # not up yet


def _token_of(process_id: int) -> str:
    for child in psutil.Process(process_id).children(recursive=True):
        token = child.environ().get("FRONT_DESK_BOT_TOKEN")
        if token:
            return str(token)
    raise RuntimeError("No part of Front Desk has the bot's token.")
