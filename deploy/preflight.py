"""What must hold before anything starts: one supervisor for a var folder, and free ports."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


class StartRefused(Exception):
    """Front Desk cannot start here and now; the message says why and what to do."""


@contextmanager
def hold(var: Path) -> Iterator[None]:
    """Hold the lock of a var folder; the kernel lets go of it however this process ends."""
    path = var / "supervisor.lock"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StartRefused(
                f"Front Desk already runs on {var} (process {file.read().strip() or 'unknown'})."
                " Stop that one, or set FRONT_DESK_VAR to another folder."
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def check_ports(ports: Iterable[tuple[str, str, int]]) -> None:
    """Refuse to start when a (setting, host, port) cannot be listened on; name every one."""
    problems = [problem for entry in ports if (problem := _problem(*entry))]
    if problems:
        raise StartRefused("\n".join(problems))


def _problem(setting: str, host: str, port: int) -> str | None:
    try:
        _listen(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"Port {port} is already taken{_by(port)}. Stop it, or set {setting} to a free port."
        return f"Cannot listen on {host}:{port} ({error.strerror}). Check {setting}."
    return None


def _listen(host: str, port: int) -> None:
    family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen(1)


def _by(port: int) -> str:
    """Name who listens on a port, as far as this user may know."""
    for process_id in _listeners(port):
        try:
            return f" by {psutil.Process(process_id).name()} (process {process_id})"
        except psutil.Error:
            continue  # it ended meanwhile, or is not ours to look at
    return ""


def _listeners(port: int) -> list[int]:
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return []
    return [
        connection.pid
        for connection in connections
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid
    ]
