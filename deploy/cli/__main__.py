"""`front-desk`: everything an operator does on the machine itself; it reads the settings file."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.cli import backup, chores, restore, services, settings_file, status, update
from deploy.cli.installation import BOT_UNIT, BOT_VAR, UNIT, CommandFailed, Installation, find, say
from deploy.os_errors import why
from deploy.settings import WEB_PYTHON

PARTS = ("web", "bot", "bot-2", "actions", "build")
# They stop and start the unit.
OF_ROOT = ("restore", "update", "rollback")
# Commands of the web half itself, with the settings read.
OF_THE_WEB_HALF = ("break-glass", "reset-second-factor", "rotate-key", "audit", "retention", "export-answers")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    asked, others = _parser().parse_known_args(arguments)
    os.umask(0o077)  # what this makes is for its owner alone
    if others and asked.command not in OF_THE_WEB_HALF:
        _parser().error(f"unknown: {' '.join(others)}")
    try:
        installation = find(asked.settings)
        if installation.settings and (sentence := settings_file.too_open(installation.settings)):
            say(sentence)
        if asked.command in OF_THE_WEB_HALF:
            return _of_the_web_half(installation, [asked.command, *others])
        if asked.command not in OF_ROOT:
            installation.become_owner()
        run: Callable[[Installation, argparse.Namespace], int] = asked.run
        return run(installation, asked)
    except CommandFailed as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:  # a full disk can say no at any step
        print(f"{why(error)}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="front-desk", description=__doc__)
    parser.add_argument("--settings", type=Path, help="the settings file (/etc/front-desk/settings)")
    commands = parser.add_subparsers(dest="command", required=True)

    def add(
        name: str, run: Callable[[Installation, argparse.Namespace], int] | None, text: str
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text)
        made.set_defaults(run=run)
        return made

    add("status", _status, "how it stands")
    add("doctor", _doctor, "what is wrong, and what to do")
    add("version", _version, "which version this is")
    add("link", _link, "print a one-time link that makes an administrator")
    logs = add("logs", _logs, "the last lines of the logs")
    logs.add_argument("part", nargs="?", choices=PARTS)
    logs.add_argument("-n", type=int, default=30, help="how many lines of each")
    logs.add_argument("-f", "--follow", action="store_true", help="go on showing what comes")
    _add_backup(add("backup", _backup, "save everything that cannot be made again, while it runs"))
    _add_restore(add("restore", _restore, "bring a backup back, or try whether it could be"))
    updates = add("update", _update, "bring a newer version; it goes back by itself when that is not well")
    updates.add_argument("version", nargs="?", help="a tag like v0.3.0; without one the newest")
    updates.add_argument("--reason", default="", help="why a closed gate is passed")
    for each in (updates, add("rollback", _rollback, "bring the version before the last update back")):
        each.add_argument("--yes", action="store_true", help="ask nothing; a closed gate needs --reason")
    for name in OF_THE_WEB_HALF:
        commands.add_parser(name, add_help=False, help=f"as python -m web {name}")
    return parser


def _add_backup(parser: argparse.ArgumentParser) -> None:
    _add_shout(parser)
    parser.add_argument("--to", type=Path, metavar="DIR")
    parser.add_argument(
        "--encrypt", nargs="?", const="", metavar="RECIPIENT", help="age1..., ssh-..., or a gpg key"
    )
    parser.add_argument("--plain", action="store_true", help="not encrypted, whatever the settings say")
    parser.add_argument("--keep", type=int, metavar="N", help="delete older ones over this number")
    parser.add_argument("--keys-to", type=Path, metavar="DIR", help="where the key's copy goes (DIR/keys)")


def _add_shout(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--shout", action="store_true", help="tell MAIL_TO and the webhook when it fails")


def _add_restore(parser: argparse.ArgumentParser) -> None:
    _add_shout(parser)
    parser.add_argument("file", type=Path, nargs="?", help="the newest backup with --try, when none is named")
    parser.add_argument("--try", dest="is_trial", action="store_true", help="only check, on a copy")
    parser.add_argument("--key", type=Path, help="the key's file, when it is not beside the backup")
    parser.add_argument("--identity", type=Path, help="what opens a file encrypted with age")
    parser.add_argument("--database", help="an empty PostgreSQL database for the trial")


def _status(installation: Installation, _: argparse.Namespace) -> int:
    print("\n".join(status.lines(installation)))
    return 0 if status.health(installation)["ok"] else 1


def _doctor(installation: Installation, _: argparse.Namespace) -> int:
    found = status.problems(installation)
    for problem in found:
        print(f"- {problem.what}\n  {problem.do}")
    if not found:
        print("Nothing is wrong.")
    return 1 if found else 0


def _version(installation: Installation, _: argparse.Namespace) -> int:
    print(f"Front Desk {installation.version}")
    return 0


def _link(installation: Installation, _: argparse.Namespace) -> int:
    return _of_the_web_half(installation, ["link"])


def _logs(installation: Installation, asked: argparse.Namespace) -> int:
    parts = [asked.part] if asked.part else list(PARTS)
    # On a server the bot half logs into a folder of its own.
    folders = [installation.var, *([BOT_VAR] if services.state() else [])]
    named = [folder / "logs" / f"{part}.log" for folder in folders for part in parts]
    paths = [path for path in named if path.exists()]
    if not asked.part and services.state():
        units = [f"--unit={UNIT}", f"--unit={BOT_UNIT}"]
        subprocess.run(["journalctl", "--no-pager", *units, f"--lines={asked.n}"])
    if not paths:
        say(f"There are no logs in {installation.var / 'logs'} yet.")
        return 0
    follow = ["--follow"] if asked.follow else []
    return subprocess.run(["tail", f"--lines={asked.n}", *follow, *paths]).returncode


def _backup(installation: Installation, asked: argparse.Namespace) -> int:
    with chores.noted(installation, chores.BACKUP, shouts=asked.shout):
        return _back_up(installation, asked)


def _back_up(installation: Installation, asked: argparse.Namespace) -> int:
    began_s = time.monotonic()
    wish = backup.wish_of(
        installation,
        to=asked.to,
        recipient=asked.encrypt,
        keep=asked.keep,
        keys_to=asked.keys_to,
        is_plain=asked.plain,
    )
    path = backup.back_up(installation, wish)
    size = path.stat().st_size / 1_000_000
    say(
        f"{'Encrypted backup' if wish.recipient else 'Backup'} of {size:.1f} MB"
        f" in {time.monotonic() - began_s:.1f} s."
    )
    if not wish.recipient:
        say("It is not encrypted and holds what visitors wrote: keep it as you keep patient files.")
    print(path)
    return 0


def _restore(installation: Installation, asked: argparse.Namespace) -> int:
    if asked.is_trial and asked.file is None:
        with chores.noted(installation, chores.DRILL, shouts=asked.shout):
            return _restore_file(installation, asked)
    return _restore_file(installation, asked)


def _restore_file(installation: Installation, asked: argparse.Namespace) -> int:
    began_s = time.monotonic()
    file = asked.file or (status.newest_backup(installation) if asked.is_trial else None)
    if file is None:
        folder = installation.environ.get("FRONT_DESK_BACKUP_TO") or installation.var / "backups"
        raise CommandFailed(
            f"There is no backup in {folder} to try yet: make one with front-desk backup."
            if asked.is_trial
            else f"Which backup? Name its file: front-desk restore FILE. They are in {folder}."
        )
    wish = restore.RestoreOptions(file.absolute(), asked.key, asked.identity, asked.database)
    if asked.is_trial:
        restore.try_restore(installation, wish)
        print(f"This backup can be restored (tried in {time.monotonic() - began_s:.1f} s).")
        return 0
    before = restore.restore(installation, wish)
    was_here = f" What was here before is in {before}: delete it when all is well." if before else ""
    print(f"Restored in {time.monotonic() - began_s:.1f} s.{was_here}")
    return 0


def _update(installation: Installation, asked: argparse.Namespace) -> int:
    print(update.update(installation, asked.version, ask=_ask, is_sure=asked.yes, reason=asked.reason))
    return 0


def _rollback(installation: Installation, asked: argparse.Namespace) -> int:
    print(update.rollback(installation, ask=_ask, is_sure=asked.yes))
    return 0


def _ask(question: str) -> str:
    """What somebody at the terminal says; nothing when nobody is there."""
    if not sys.stdin.isatty():
        return ""
    return input(question).strip()


def _of_the_web_half(installation: Installation, arguments: Sequence[str]) -> int:
    installation.become_owner()
    command: list[str | Path] = [WEB_PYTHON, "-m", "web", *arguments]
    return subprocess.run(command, cwd=installation.root, env=installation.child_environ()).returncode


if __name__ == "__main__":
    sys.exit(main())
