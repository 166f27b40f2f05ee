"""Tells systemd that Front Desk is ready, and that its supervisor still works; elsewhere it does nothing."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import MutableMapping

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"


def notify(message: str, environ: MutableMapping[str, str] = os.environ) -> bool:
    """Send one message; False when nobody asked for it."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):  # Linux's abstract names
        address = f"\0{address[1:]}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(message.encode(), address)
    return True


async def keep_telling(environ: MutableMapping[str, str] = os.environ) -> None:
    """Say in time, again and again, that the loop turns; a supervisor that hangs is then started anew."""
    within_us = environ.get("WATCHDOG_USEC", "")
    if not within_us.isdecimal() or not notify(ALIVE, environ):
        return
    while True:
        await asyncio.sleep(int(within_us) / 1_000_000 / 3)
        notify(ALIVE, environ)
