"""What the timers do, backups and drills: how the last one went, and who is told when one fails."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from deploy import os_errors
from deploy.cli.installation import CommandFailed, Installation, reason_of, say

FILE = "chores.json"
BACKUP, DRILL = "backup", "drill"


@contextmanager
def noted(installation: Installation, name: str, *, shouts: bool = False) -> Iterator[None]:
    """Write down how a chore went; with `shouts`, staff's mailbox and webhook are told of a failure."""
    try:
        yield
    except CommandFailed as error:
        _write(installation, name, is_ok=False, why=str(error))
        if shouts:
            _shout(installation, name)
        raise
    _write(installation, name, is_ok=True)


def last(installation: Installation) -> dict[str, dict[str, Any]]:
    """How each chore went the last time: {"ok", "at", "why"}."""
    try:
        data = json.loads((installation.var / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _write(installation: Installation, name: str, *, is_ok: bool, why: str = "") -> None:
    known = last(installation)
    # When it last worked is what an alarm asks for.
    ok_at = time.time() if is_ok else known.get(name, {}).get("ok_at", 0)
    known[name] = {"ok": is_ok, "at": time.time(), "ok_at": ok_at, "why": why}
    path = installation.var / FILE
    draft = path.with_name(f".{FILE}.next")
    try:
        draft.write_text(json.dumps(known), encoding="utf-8")
        draft.chmod(0o600)
        installation.give(draft)
        draft.replace(path)
    except OSError as error:
        say(f"How it went could not be written down: {os_errors.why(error)}.")


def _shout(installation: Installation, name: str) -> None:
    done = installation.web("tell-operator", name)
    if done.returncode != 0:
        say(f"Nobody could be told by mail or webhook: {reason_of(done)}")
