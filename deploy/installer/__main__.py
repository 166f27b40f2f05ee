"""`deploy/install` and `deploy/uninstall`: look first, then change, then say what was done."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.installer import checks, files, known, steps
from deploy.installer.plan import CODE, PROXIES, Plan
from deploy.os_errors import why
from deploy.progress import StepFailed
from deploy.pythons import SetupError


def main(arguments: Sequence[str] | None = None) -> int:
    """Install or uninstall; return the exit status."""
    asked = _parser().parse_args(arguments)
    os.umask(0o022)  # units and the proxy's file are read by others than root
    try:
        if asked.what == "units":
            return units(Plan(root=asked.root.absolute(), proxy="none"), runs_in=asked.code)
        if asked.what == "uninstall":
            return uninstall(Plan(root=asked.root.absolute()))
        return install(_plan_of(asked), only_check=asked.check)
    except (SetupError, StepFailed) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{why(error)}. Start this again afterwards.", file=sys.stderr)
    except subprocess.CalledProcessError as error:
        print(f"`{' '.join(map(str, error.cmd))}` failed. Start this again afterwards.", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted; start it again, and it goes on.", file=sys.stderr)
        return 130
    return 1


def install(plan: Plan, *, only_check: bool = False) -> int:
    """Bring everything to where the plan wants it, and start it."""
    missing = [*checks.look(plan), *known.contradictions(plan)]
    if missing:
        print(checks.told(missing), file=sys.stderr)
        return 1
    if doubt := checks.doubt():
        print(doubt, file=sys.stderr)
    if only_check:
        print("Nothing is missing. Without --check this would be installed.")
        return 0
    began_s = time.monotonic()
    steps.make_user(plan)
    changed = files.write_all(plan)
    steps.make_folders(plan)
    for path in changed:
        print(f"written: {path}")
    steps.bring_uv(plan)
    steps.set_up(plan)
    steps.train(plan)
    steps.start(plan)
    if not plan.is_real:
        print(f"Installed into {plan.root}; nothing was started.")
        return 0
    steps.wait_for_health(plan)
    minutes, seconds = divmod(round(time.monotonic() - began_s), 60)
    print(f"\nFront Desk runs at {plan.url} ({minutes} min {seconds:02d} s).\n{steps.first_link(plan)}")
    return 0


def uninstall(plan: Plan) -> int:
    """Take units, command and proxy file away; data, settings and backups stay."""
    steps.stop(plan)
    removed = files.remove_all(plan)
    for path in removed:
        print(f"{'our line removed from' if path.exists() else 'removed'}: {path}")
    if plan.is_real:
        subprocess.run(["systemctl", "daemon-reload"], check=False)
    print(f"Kept: {plan.var}, {plan.settings.parent} and {plan.backups}. Reload your proxy.")
    return 0


def units(plan: Plan, runs_in: Path) -> int:
    """Write users, folders and units of this version, for an update; settings and proxy stay."""
    steps.make_user(plan)
    files.write_units(plan, runs_in)
    steps.make_folders(plan)
    if plan.is_real:
        subprocess.run(["systemctl", "daemon-reload"], check=True)
    return 0


def _plan_of(asked: argparse.Namespace) -> Plan:
    """What was asked for; a second time the rest is as the first time."""
    wishes = {
        "host": asked.host and asked.host.lower().rstrip("."),
        "sites": tuple(asked.site),
        "proxy": asked.proxy,
        "port": asked.port,
        "bot_port": asked.bot_port,
        "actions_port": asked.actions_port,
    }
    given = {name: wish for name, wish in wishes.items() if wish}
    return known.completed(Plan(root=asked.root.absolute(), **given), given=set(given))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="deploy", description=__doc__)
    what = parser.add_subparsers(dest="what", required=True)
    install_ = what.add_parser("install", prog="deploy/install", help="install and start")
    install_.add_argument("host", nargs="?", help="the name under which people reach it: desk.clinic.example")
    install_.add_argument("--site", action="append", default=[], help="a website that shows the chat")
    install_.add_argument("--proxy", choices=PROXIES, help="caddy when none is named")
    install_.add_argument("--port", type=int, help="of the page, on this machine: 8000")
    install_.add_argument("--bot-port", type=int, help="5005")
    install_.add_argument("--actions-port", type=int, help="5055")
    install_.add_argument("--check", action="store_true", help="only look what is missing")
    uninstall_ = what.add_parser("uninstall", prog="deploy/uninstall", help="take it away; data stays")
    units_ = what.add_parser("units", help="(for front-desk update) write the units of this version")
    units_.add_argument("--code", type=Path, default=CODE, help="where this version will run")
    for each in (install_, uninstall_, units_):
        each.add_argument("--root", type=Path, default=Path("/"), help="a folder in the machine's place")
    return parser


if __name__ == "__main__":
    sys.exit(main())
