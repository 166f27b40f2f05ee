"""`python -m web` serves; `python -m web new-password` makes a new password for the in-tray."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import socket
import sys
from collections.abc import Sequence
from typing import Any

from clinic.facts import ClinicError
from web import migrations, staff
from web.app import create_app
from web.db import Database
from web.house import utc_now
from web.settings import Settings, SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the answer is the exit status."""
    parser = argparse.ArgumentParser(prog="python -m web", description=__doc__)
    parser.add_argument("command", nargs="?", default="serve", choices=("serve", "new-password"))
    command = parser.parse_args(arguments).command
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    os.umask(0o077)  # the record is for this user alone
    try:
        settings = Settings.from_environment(os.environ)
        return _new_password(settings) if command == "new-password" else _serve(settings)
    except (SettingsError, ClinicError) as error:
        print(error, file=sys.stderr)
        return 2


def _serve(settings: Settings) -> int:
    if not _is_free(settings.host, settings.port):
        print(
            f"Port {settings.port} on {settings.host} is taken. "
            "Stop the program that uses it, or set FRONT_DESK_PORT to another one.",
            file=sys.stderr,
        )
        return 1
    app = create_app(settings)
    app.register_listener(_tell_first_password, "after_server_start")
    app.run(host=settings.host, port=settings.port, single_process=True, access_log=False, motd=False)
    return 0


async def _tell_first_password(app: Any) -> None:
    settings: Settings = app.ctx.house.settings
    print(f"The page: http://{settings.host}:{settings.port}/", flush=True)
    if app.ctx.first_password:
        print(
            f"The in-tray: {settings.public_url}/in-tray\n"
            f"Its password, shown only this once: {app.ctx.first_password}\n"
            "(`python -m web new-password` makes another one.)",
            flush=True,
        )
        app.ctx.first_password = None


def _new_password(settings: Settings) -> int:
    print(f"The new password of the in-tray: {asyncio.run(_make_password(settings))}")
    print("Everybody is signed out.")
    return 0


async def _make_password(settings: Settings) -> str:
    db = Database(settings.database_url)
    try:
        await migrations.upgrade(db)
        async with db.write() as tx:
            return await staff.make_password(tx, now=utc_now())
    finally:
        await db.close()


def _is_free(host: str, port: int) -> bool:
    """Whether the port can be had; said before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
