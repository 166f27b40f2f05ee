"""The real bot half for a while: action server and `rasa run`, on free loopback ports."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from training.errors import NotDone
from training.models import MODEL
from training.process import die_with_parent
from training.releases import needed_release

START_LIMIT_S = 300.0  # a build starts it behind everything else; one that died is noticed at once
TURN_LIMIT_S = 30.0
_STEP_S = 0.2
# Of the installation, when a build runs there: record, mail and webhook are no business of a bot's.
SECRETS = ("DATABASE_URL", "SMTP_URL", "MAIL_TO", "FRONT_DESK_WEBHOOK_URL")


class BotNotReady(NotDone):
    """The bot half did not come up; its log says why."""


class TurnRefused(Exception):
    """The channel answered with an error; `status` is HTTP's."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        super().__init__(f"{status}: {text}")


class LocalBot:
    """Speaks the turn protocol to one running bot."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token

    def post(self, path: str, body: Any, *, token: str | None = None) -> dict[str, Any]:
        """POST to the turn channel. Raises TurnRefused."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        request = urllib.request.Request(f"{self.url}/{path}", data=data, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=TURN_LIMIT_S) as response:
                return dict(json.load(response))
        except urllib.error.HTTPError as error:
            raise TurnRefused(error.code, error.read().decode()) from error

    def turn(self, **body: Any) -> dict[str, Any]:
        """Take one turn."""
        return self.post("turn", {"conversation_id": "c", "message_id": "m", **body})


@contextmanager
def local_bot(
    project: Path, var: Path, *, release: Path | None = None, port: int = 0, token: str = ""
) -> Iterator[LocalBot]:
    """Run the published release's bot (or `release`) with its action server until the block ends.

    On `port` and with `token`, when somebody else has to know them before. Raises NoRelease,
    BotNotReady.
    """
    folder = release or needed_release(var)
    bot_port, actions_port = port or free_port(), free_port()
    token = token or secrets.token_urlsafe(16)
    work = var / "local-bot" / str(bot_port)
    work.mkdir(parents=True, exist_ok=True)
    endpoints = _endpoints(project, work, actions_port)
    environment = {
        **{name: value for name, value in os.environ.items() if name not in SECRETS},
        "FRONT_DESK_BOT_TOKEN": token,
        "FRONT_DESK_ACTIONS_TOKEN": secrets.token_urlsafe(16),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    commands = [
        ["components.rasa_patches.action_server", "--port", str(actions_port)],
        # Without TensorFlow: an installation has none, and the start takes half the time.
        ["components.rasa_patches.no_tensorflow", "run", "-i", "127.0.0.1", "-p", str(bot_port),
         "-m", str(folder.resolve() / MODEL),
         "--endpoints", str(endpoints.resolve()), "--credentials", "credentials.yml"],
    ]  # fmt: skip
    with (work / "bot.log").open("wb") as log:
        children = [
            subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", *command],
                cwd=project, env=environment, stdout=log, stderr=log, preexec_fn=die_with_parent,
            )
            for command in commands
        ]  # fmt: skip
        try:
            bot = LocalBot(f"http://127.0.0.1:{bot_port}/webhooks/turn", token)
            _wait_until_warm(bot, children, work / "bot.log")
            yield bot
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait(timeout=20)
    shutil.rmtree(work)


def _endpoints(project: Path, work: Path, actions_port: int) -> Path:
    text = (project / "endpoints.yml").read_text(encoding="utf-8")
    path = work / "endpoints.yml"
    path.write_text(text.replace("127.0.0.1:5055", f"127.0.0.1:{actions_port}"), encoding="utf-8")
    return path


def _wait_until_warm(bot: LocalBot, children: list[subprocess.Popen[bytes]], log: Path) -> Mapping[str, Any]:
    """Ready is when a turn that needs the action server too was really answered."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if any(child.poll() is not None for child in children):
            break
        try:
            return bot.turn(choice={"intent": "none_of_these", "title": "warm up"})
        except (TurnRefused, OSError):
            time.sleep(_STEP_S)
    raise BotNotReady(log.read_text(encoding="utf-8", errors="replace")[-3000:])


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
