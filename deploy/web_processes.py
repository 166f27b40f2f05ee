"""Several web processes behind one port (`FRONT_DESK_WEB_PROCESSES`, on PostgreSQL).

The supervisor listens; each process takes connections from the same socket. So one that dies or hangs
leaves the others to serve, and while all are away a browser waits a moment and is not refused. Asked
through the port any of them would answer: whether each is alive, it says by touching a file.
"""

from __future__ import annotations

import asyncio
import socket
import time
from functools import partial
from pathlib import Path

from deploy.processes import Child, Watch
from deploy.settings import ROOT, Settings

BACKLOG = 512
ALIVE_WITHIN_S = 30.0


def listen(settings: Settings) -> socket.socket:
    """Open the port for all web processes."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((settings.host, settings.port))
    listening.listen(BACKLOG)
    return listening


def webs_of(settings: Settings, listening: socket.socket) -> list[Child]:
    """The web processes; the first prints the link to set up with and does what only one has to.

    The socket is theirs from now on: it stays open as long as this process lives.
    """
    opened = listening.detach()
    return [_web(settings, opened, number) for number in range(settings.web_processes)]


def _web(settings: Settings, listening: int, number: int) -> Child:
    alive = settings.var / f"web-{number + 1}.alive"
    environ = settings.environ(with_token=True, with_actions_token=False) | {
        "FRONT_DESK_LISTEN_FD": str(listening),
        "FRONT_DESK_WEB_NUMBER": str(number),
    }
    if port := environ.get("FRONT_DESK_METRICS_PORT"):
        environ["FRONT_DESK_METRICS_PORT"] = str(int(port) + number) if port.isdigit() else port
    return Child(
        f"Web process {number + 1}",
        settings.web_command,
        environ,
        ROOT,
        settings.var / "logs" / ("web.log" if number == 0 else f"web-{number + 1}.log"),
        shows_output=number == 0,
        watch=Watch(partial(is_alive, alive)),
        pass_fds=(listening,),
    )


async def is_alive(file: Path) -> bool:
    """Whether a web process has said lately that it is there."""
    try:
        said = await asyncio.to_thread(file.stat)
    except OSError:
        return False
    return time.time() - said.st_mtime < ALIVE_WITHIN_S
