"""Where things are and how each part is started: the settings of the supervisor."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.environments import clean_environ

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"
MAX_BOTS, MAX_WEB_PROCESSES = 8, 16
ACTIONS_PORT = 5055  # the one in endpoints.yml
WEB_PYTHON = ROOT / ".venv" / "bin" / "python"
BOT_PYTHON = ROOT / ".venv-bot" / "bin" / "python"
# What both units are given by systemd, when the bot half runs as a user of its own.
BOT_TOKEN_CREDENTIAL = "bot-token"
# Their values may hold a password.
SMS = ("FRONT_DESK_SMS_WEBHOOK_URL", "FRONT_DESK_SMS_WEBHOOK_SECRET")
SECRETS = ("DATABASE_URL", "SMTP_URL", "MAIL_TO", "FRONT_DESK_WEBHOOK_URL", *SMS)
QUIET_RASA = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


class SettingsError(Exception):
    """A setting cannot be used; the message names it."""


@dataclass(frozen=True)
class Settings:
    """The settings, read once."""

    var: Path
    host: str
    port: int
    bot_port: int
    actions_port: int
    bots: int
    web_processes: int
    bot_token: str
    actions_token: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings; make new tokens for the doors of bot and action server."""
        return cls(
            var=Path(environ.get("FRONT_DESK_VAR") or ROOT / "var").resolve(),
            host=environ.get("FRONT_DESK_HOST") or LOOPBACK,
            port=_port(environ, "FRONT_DESK_PORT", 8000),
            bot_port=_port(environ, "FRONT_DESK_BOT_PORT", 5005),
            actions_port=_port(environ, "FRONT_DESK_ACTIONS_PORT", ACTIONS_PORT),
            bots=_count(environ, "FRONT_DESK_BOTS", most=MAX_BOTS),
            web_processes=_web_processes(environ),
            bot_token=_credential(environ, BOT_TOKEN_CREDENTIAL) or secrets.token_urlsafe(32),
            actions_token=secrets.token_urlsafe(32),
        )

    @property
    def bot_url(self) -> str:
        """Address of the bot, always on this machine."""
        return f"http://{LOOPBACK}:{self.bot_port}"

    @property
    def actions_url(self) -> str:
        """Address of the action server, always on this machine."""
        return f"http://{LOOPBACK}:{self.actions_port}"

    @property
    def page_url(self) -> str:
        """Address to open in a browser."""
        host = LOOPBACK if self.host in ("0.0.0.0", "::", "") else self.host
        return f"http://{host}:{self.port}/"

    def environ(
        self, *, with_token: bool, with_actions_token: bool = True, with_secrets: bool = True
    ) -> dict[str, str]:
        """Environment of a part; tokens go by environment, for a command line is public.

        The bot half gets no secrets: record, mail and webhook are no business of its.
        """
        environ = clean_environ(os.environ) | QUIET_RASA
        environ |= {
            "FRONT_DESK_VAR": str(self.var),
            "FRONT_DESK_BOT_URL": self.bot_url,
            "FRONT_DESK_ACTIONS_PORT": str(self.actions_port),
            "PYTHONUNBUFFERED": "1",
        }
        tokens = {
            "FRONT_DESK_BOT_TOKEN": self.bot_token if with_token else "",
            "FRONT_DESK_ACTIONS_TOKEN": self.actions_token if with_actions_token else "",
        }
        for name in (*tokens, *(() if with_secrets else SECRETS)):
            environ.pop(name, None)
        return environ | {name: token for name, token in tokens.items() if token}

    def endpoints(self) -> Path:
        """File that tells Rasa where the action server is: a copy for another port than usual."""
        usual = ROOT / "endpoints.yml"
        if self.actions_port == ACTIONS_PORT:
            return usual
        text = usual.read_text(encoding="utf-8").replace(f":{ACTIONS_PORT}/", f":{self.actions_port}/")
        copy = self.var / "endpoints.yml"
        copy.write_text(text, encoding="utf-8")
        return copy

    def actions_command(self) -> list[str]:
        """Start the action server."""
        start = [str(BOT_PYTHON), "-W", "ignore", "-m", "components.rasa_patches.action_server"]
        return [*start, "--port", str(self.actions_port)]

    def bot_command(self, model: Path | None = None, port: int | None = None) -> list[str]:
        """Start a bot: with the published release, or another model on another port.

        The model is named as a file: given a folder, Rasa loads the newest one in it. The bot is
        Rasa's own server without TensorFlow, which it does not use: half the memory and the time.
        """
        start = [
            str(BOT_PYTHON),
            "-W",
            "ignore",
            "-m",
            "components.rasa_patches.no_tensorflow",
            "run",
            "-i",
            LOOPBACK,
        ]
        files = ["--credentials", "credentials.yml", "--endpoints", str(self.endpoints())]
        where = ["-p", str(port or self.bot_port), "-m", str(model or published_model(self.var))]
        return [*start, *files, *where]

    def web_command(self) -> list[str]:
        """Start the web half."""
        return [str(WEB_PYTHON), "-m", "web"]


def published_model(var: Path) -> Path:
    """Model file of the published release; it may not exist."""
    pointer = var / "releases" / "published"
    release = pointer.read_text(encoding="utf-8").strip() if pointer.exists() else "none"
    return var / "releases" / release / "model.tar.gz"


def _credential(environ: Mapping[str, str], name: str) -> str:
    """What systemd's LoadCredential= holds under a name; empty without systemd."""
    folder = environ.get("CREDENTIALS_DIRECTORY", "")
    path = Path(folder, name)
    return path.read_text(encoding="utf-8").strip() if folder and path.exists() else ""


def _web_processes(environ: Mapping[str, str]) -> int:
    count = _count(environ, "FRONT_DESK_WEB_PROCESSES", most=MAX_WEB_PROCESSES)
    if count > 1 and not environ.get("DATABASE_URL", "").startswith("postgresql"):
        raise SettingsError(
            f"FRONT_DESK_WEB_PROCESSES is {count} and the record is on SQLite, which has one writer: "
            "set DATABASE_URL to a PostgreSQL."
        )
    return count


def _count(environ: Mapping[str, str], name: str, *, most: int) -> int:
    text = environ.get(name) or "1"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise SettingsError(f"{name} is '{text}'; expected a number between 1 and {most}.")
    return int(text)


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SettingsError(f"{name} is '{text}'; expected a port between 1 and 65535.")
    return int(text)
