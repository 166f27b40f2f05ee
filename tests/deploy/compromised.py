"""What somebody would try who got to run code in the bot half; prints what came of each deed as JSON.

Run in place of the bot half, in its unit, with a server elsewhere and the page on this machine.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

CLONE_NEWUSER = 0x10000000
WITHIN_S = 3.0


def main(elsewhere: str, port: int, page_port: int, process: int) -> None:
    var = Path("/var/lib/front-desk")
    deeds: dict[str, Callable[[], object]] = {
        "reads the record": lambda: (var / "front-desk.sqlite3").read_bytes(),
        "reads the record's log": lambda: (var / "front-desk.sqlite3-wal").read_bytes(),
        "reads the key": lambda: (var / "second-factor.key").read_bytes(),
        "reads the keys of the record": lambda: (var / "record.key").read_bytes(),
        "lists var": lambda: listed(var),
        "reads the web half's log": lambda: (var / "logs/web.log").read_bytes(),
        "reads the settings": lambda: Path("/etc/front-desk/settings").read_bytes(),
        "reads the token's file": lambda: Path("/etc/front-desk/bot-token").read_bytes(),
        "reads a backup": lambda: list(Path("/var/backups/front-desk").iterdir()),
        "reads the web half's environment": lambda: Path(f"/proc/{process}/environ").read_bytes(),
        "signals the web half": lambda: os.kill(process, 0),
        "writes code": lambda: os.open("/opt/front-desk/web/app.py", os.O_APPEND | os.O_WRONLY),
        "writes a release": lambda: Path("/run/front-desk-serving/releases/published").write_text("1"),
        "becomes root": lambda: os.setuid(0),
        "makes a namespace": unshare,
        "reaches another address": lambda: socket.create_connection((elsewhere, port), WITHIN_S),
        "sends to another address": lambda: send(elsewhere, port),
        "reads a release": lambda: Path("/run/front-desk-serving/releases/published").read_text(),
        "writes its own folder": lambda: Path("/var/lib/front-desk-bot/note").write_text("mine"),
        "reaches loopback": lambda: socket.create_connection(("127.0.0.1", page_port), WITHIN_S),
    }
    found: dict[str, object] = {name: came_of(deed) for name, deed in deeds.items()}
    found["environment"] = sorted(os.environ)
    print(json.dumps(found), flush=True)


def came_of(deed: Callable[[], object]) -> str:
    try:
        deed()
    except OSError as error:
        return error.strerror or type(error).__name__
    return "done"


def listed(folder: Path) -> None:
    if not list(folder.iterdir()):
        raise PermissionError(errno.EACCES, "empty")


def send(elsewhere: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"words", (elsewhere, port))


def unshare() -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "refused")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
