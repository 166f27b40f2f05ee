"""`python -m web` serves; `break-glass` lets an administrator in again; `audit` checks who did what.

`reset-second-factor` takes a second step away; `rotate-key` seals names and numbers anew; `retention`
prints the oldest row of every table against the policy; `safety-examples` writes what the clinic
teaches safety; `export-answers` writes the published answers as files for any web server.
"""

from __future__ import annotations

import gc

if __name__ == "__main__":
    gc.disable()  # nothing of what is imported is garbage; looking for some takes a fifth of a start

import argparse
import asyncio
import logging
import os
import socket
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from content.yaml_files import ProblemsError
from safety.classifier import ModelRefused
from safety.classifier import model as second_opinion
from web import cli, migrations
from web.answers_export import export_answers
from web.app import create_app
from web.chat.retention_report import print_report
from web.core import plain_logs
from web.core.db import RECORD_AWAY, Database
from web.core.open_files import raise_limit
from web.core.settings import Settings, SettingsError, version
from web.http.wire import BoundedProtocol
from web.notifications import operator_mail

logger = logging.getLogger(__name__)
ALIVE_EVERY_S = 5.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the answer is the exit status."""
    parser = argparse.ArgumentParser(prog="python -m web", description=__doc__)
    parser.add_argument("--version", action="version", version=f"Front Desk {version()}")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("serve", help="run the web half (the default)")
    glass = commands.add_parser("break-glass", help="print a one-time link for an administrator")
    glass.add_argument("sign_in_name", nargs="?", help="whose password to replace; none: a new administrator")
    resets = commands.add_parser("reset-second-factor", help="take a second step away: phone or key lost")
    whose = resets.add_mutually_exclusive_group(required=True)
    whose.add_argument("sign_in_name", nargs="?", help="whose")
    whose.add_argument("--unreadable", action="store_true", help="of all that the key here does not open")
    commands.add_parser("rotate-key", help="seal names and numbers in the record with a new key")
    checks = commands.add_parser("audit", help="check that nobody changed the audit")
    checks.add_argument("verify", choices=("verify",))
    commands.add_parser("retention", help="print the oldest row of every table against the policy")
    commands.add_parser("link", help="print the one-time link that makes the first administrator")
    commands.add_parser("settings", help="say whether the settings can be used")
    taught = commands.add_parser("safety-examples", help="write accepted false alarms for safety's corpus")
    taught.add_argument("folder", type=Path, help="safety/corpus, to train from them")
    pages = commands.add_parser("export-answers", help="write the answers as pages for any web server")
    pages.add_argument("folder", type=Path, help="an empty one, or that of the last export")
    pages.add_argument("--site", default="", help="where they will stand: https://www.example.com/answers")
    pages.add_argument("--with-chat", action="store_true", help="with the chat's button, from this service")
    told = commands.add_parser("deletions", help="(for front-desk restore) write what was deleted since")
    told.add_argument("file", type=Path)
    told.add_argument("--seal", default="", help="the last seal of the backup's audit")
    replayed = commands.add_parser("replay-deletions", help="(for front-desk restore) delete it again")
    replayed.add_argument("file", type=Path, nargs="?")
    told_of = commands.add_parser("tell-operator", help="(for timers) tell by mail or webhook what failed")
    told_of.add_argument("chore", choices=tuple(operator_mail.TOLD))
    noted = commands.add_parser("note-update", help="(for front-desk update) write it into the audit")
    noted.add_argument("before")
    noted.add_argument("after")
    noted.add_argument("--reason", default="", help="why a closed gate was passed")
    counted = commands.add_parser("chats-since", help="(for front-desk rollback) count chats since then")
    counted.add_argument("since", type=datetime.fromisoformat)
    asked = parser.parse_args(arguments)
    gc.freeze()
    gc.enable()
    plain_logs.set_up()
    os.umask(0o077)  # the record is for this user alone
    try:
        settings = Settings.from_environment(os.environ)
        if asked.command == "settings":
            return 0  # they were read above
        if asked.command == "link":
            return asyncio.run(cli.first_link(settings))
        if asked.command == "break-glass":
            return asyncio.run(cli.break_glass(settings, asked.sign_in_name))
        if asked.command == "reset-second-factor":
            return asyncio.run(cli.reset_second_factor(settings, asked.sign_in_name))
        if asked.command == "rotate-key":
            return asyncio.run(cli.rotate_key(settings))
        if asked.command == "audit":
            return asyncio.run(cli.verify_audit(settings))
        if asked.command == "retention":
            return asyncio.run(print_report(settings))
        if asked.command == "safety-examples":
            return asyncio.run(cli.write_examples(settings, asked.folder))
        if asked.command == "export-answers":
            return asyncio.run(
                export_answers(settings, asked.folder, site=asked.site, with_chat=asked.with_chat)
            )
        if asked.command == "deletions":
            with asked.file.open("w", encoding="utf-8") as out:
                return asyncio.run(cli.write_deletions(settings, out, asked.seal))
        if asked.command == "replay-deletions":
            known = asked.file.read_text(encoding="utf-8") if asked.file else ""
            return asyncio.run(cli.replay_deletions(settings, known))
        if asked.command == "tell-operator":
            if asyncio.run(operator_mail.tell(settings, asked.chore)):
                return 0
            print("There is no mailbox and no webhook, or none of them took it.", file=sys.stderr)
            return 1
        if asked.command == "note-update":
            return asyncio.run(cli.note_update(settings, asked.before, asked.after, asked.reason))
        if asked.command == "chats-since":
            return asyncio.run(cli.chats_since(settings, asked.since))
        return _serve(settings)
    except (SettingsError, ProblemsError, ModelRefused, migrations.RecordTooNewError) as error:
        print(error, file=sys.stderr)
        return 2


def _serve(settings: Settings) -> int:
    second_opinion()  # refused, nothing starts; lost later, the rules answer alone
    listening = socket.socket(fileno=settings.listen_fd) if settings.listen_fd >= 0 else None
    if listening is None and not _is_free(settings.host, settings.port):
        print(
            f"Port {settings.port} on {settings.host} is taken. "
            "Stop the program that uses it, or set FRONT_DESK_PORT to another one.",
            file=sys.stderr,
        )
        return 1
    for doubt in settings.doubts():
        logger.warning("%s", doubt)
    asyncio.run(_refuse_newer_record(settings))
    if settings.metrics_port and not _is_free("127.0.0.1", settings.metrics_port):
        print(
            f"Port {settings.metrics_port} is taken. Set FRONT_DESK_METRICS_PORT to another one.",
            file=sys.stderr,
        )
        return 1
    raise_limit()
    app = create_app(settings)
    app.register_listener(_tell_set_up_link, "after_server_start")
    app.ctx.once_open.append(_tell_set_up_link)
    app.register_listener(_keep_what_was_loaded, "after_server_start")
    if listening is not None:
        app.register_listener(_say_alive, "after_server_start")
    own: dict[str, Any] = {"host": settings.host, "port": settings.port}
    app.run(
        **({"sock": listening} if listening is not None else own),
        protocol=BoundedProtocol,
        single_process=True,
        access_log=False,
        motd=False,
    )
    return 0


async def _refuse_newer_record(settings: Settings) -> None:
    """Say it before anything is started; a record that is away is waited for later."""
    db = Database.of(settings)
    try:
        await migrations.upgrade(db)
    except RECORD_AWAY as error:
        logger.warning("The record cannot be looked at before the start: %s", type(error).__name__)
    finally:
        await db.close()


async def _tell_set_up_link(app: Any) -> None:
    settings: Settings = app.ctx.context.settings
    print(f"The page: http://{settings.host}:{settings.port}/", flush=True)
    if app.ctx.set_up_code:
        print(
            "Nobody has an account yet. Open this link once, within a day, to set Front Desk up:\n"
            f"{cli.set_up_link(settings, app.ctx.set_up_code)}",
            flush=True,
        )
        app.ctx.set_up_code = None


async def _say_alive(app: Any) -> None:
    """Tell the supervisor again and again that this process is there: the port answers for all of them."""
    file: Path = app.ctx.context.settings.alive_file

    async def touch() -> None:
        while True:
            await asyncio.to_thread(file.touch, 0o600)
            if await app.ctx.stop_signal.pause(ALIVE_EVERY_S):
                return

    app.ctx.task_group.start(touch())


async def _keep_what_was_loaded(_: Any) -> None:
    """Have Python's collector pass over rules and tables: they stay, and all requests wait meanwhile."""
    gc.collect()
    gc.freeze()


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
