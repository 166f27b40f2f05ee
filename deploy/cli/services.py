"""The systemd unit, when there is one: whether it runs, and off and on again around a restore."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.cli.installation import UNIT, CommandFailed, Installation, say


def state(unit: str = UNIT) -> str:
    """What systemd says of a unit, "" when there is no systemd or no such unit."""
    if shutil.which("systemctl") is None:
        return ""
    asked = ["systemctl", "show", unit, "--property=LoadState,ActiveState,SubState", "--value"]
    done = subprocess.run(asked, capture_output=True, text=True)
    load, *rest = done.stdout.split() or ["not-found"]
    return " ".join(rest) if load == "loaded" else ""


@contextmanager
def stopped(installation: Installation) -> Iterator[None]:
    """Stop the unit if it runs, and start it again afterwards, whatever happened."""
    if not state().startswith("active"):
        yield
        return
    if os.geteuid() != 0:
        raise CommandFailed(f"{UNIT} runs: stop it first, or call this as root, which stops and starts it.")
    say(f"Stopping {UNIT} ...")
    stop()
    try:
        yield
    finally:
        say(f"Starting {UNIT} ...")
        _systemctl("start")


def stop() -> None:
    """Stop the unit. Raises CommandFailed."""
    _systemctl("stop")


def start() -> None:
    """Have the unit started, and do not wait until it is well. Raises CommandFailed."""
    _systemctl("start", "--no-block")


def _systemctl(verb: str, *options: str) -> None:
    done = subprocess.run(["systemctl", verb, *options, UNIT], capture_output=True, text=True)
    if done.returncode != 0:
        raise CommandFailed(f"systemctl {verb} {UNIT} failed: {done.stderr.strip() or done.returncode}")
