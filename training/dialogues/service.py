"""The whole service on one release, for a while: bot, actions and the web half on a record of its own.

What visitors see is made by both halves: cards, truth about a request, wording, buttons. So
conversations are played against the real web half, started by its command in a folder that is
thrown away: it knows no record, mailbox or site of the installation, and no fact of the clinic but
those in `clinic.yml`.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from training.errors import NotDone
from training.local_bots import free_port, local_bot
from training.models import CODE
from training.process import die_with_parent
from training.releases import POINTER, release_id

WEB_PYTHON = CODE / ".venv" / "bin" / "python"
LOG = "web.log"
START_LIMIT_S, LOOK_EVERY_S, LOOK_LIMIT_S, STOP_LIMIT_S = 300.0, 0.1, 10.0, 20.0
# Settings of the installation: none of them may reach the service that is tried.
NOT_FOR_IT = ("FRONT_DESK_", "DATABASE_URL", "SMTP_URL", "MAIL_TO", "NOTIFY_SOCKET")


class ServiceNotReady(NotDone):
    """The web half did not come up; its log says why."""


@contextmanager
def service_of(release: Path, var: Path) -> Iterator[str]:
    """Run the service on a release folder until the block ends; gives its address.

    Raises BotNotReady, ServiceNotReady.
    """
    bot_port, port, token = free_port(), free_port(), secrets.token_urlsafe(16)
    with tempfile.TemporaryDirectory() as thrown_away:
        folder = Path(thrown_away)
        _point_at(release, folder)
        # Both at once: each takes some seconds to start.
        with (
            _web_half(folder, _environ(folder, port, bot_port, token)) as process,
            local_bot(CODE, var, release=release, port=bot_port, token=token),
        ):
            _wait_until_served(_url(port), process, folder / LOG)
            yield _url(port)


def _point_at(release: Path, folder: Path) -> None:
    releases = folder / "releases"
    releases.mkdir()
    (releases / release_id(release)).symlink_to(release.resolve(), target_is_directory=True)
    (releases / POINTER).write_text(f"{release_id(release)}\n", encoding="utf-8")


@contextmanager
def _web_half(folder: Path, environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [str(WEB_PYTHON), "-m", "web"]
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(
            command, cwd=CODE, env=environ, stdout=log, stderr=log, preexec_fn=die_with_parent
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environ(folder: Path, port: int, bot_port: int, token: str) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_FOR_IT)}
    return {
        **kept,
        "FRONT_DESK_VAR": str(folder),
        "FRONT_DESK_PORT": str(port),
        "FRONT_DESK_BOT_URL": _url(bot_port),
        "FRONT_DESK_BOT_TOKEN": token,
        # Each visitor comes from an address of their own, or they would share one's limits.
        "FRONT_DESK_TRUSTED_PROXIES": "127.0.0.1",
    }


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _wait_until_served(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/v1/health", timeout=LOOK_LIMIT_S):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(LOOK_EVERY_S)
    raise ServiceNotReady(log.read_text(encoding="utf-8", errors="replace")[-3000:])
