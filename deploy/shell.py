"""Chat in the terminal: `rasa shell` with its action server, both stopped at the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing

import httpx

from deploy.preflight import StartRefused, check_ports
from deploy.processes import die_with, open_log, signal_group
from deploy.settings import BOT_PYTHON, LOOPBACK, ROOT, Settings, SettingsError, published_model

ASK_EVERY_S = 0.3


def main() -> int:
    """Chat until the person says /stop; return the exit status."""
    try:
        settings = Settings.from_environment(os.environ)
        check_ports([("FRONT_DESK_ACTIONS_PORT", LOOPBACK, settings.actions_port)])
        return chat(settings)
    except (SettingsError, StartRefused) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def chat(settings: Settings) -> int:
    """Run both, the shell in front."""
    actions = _start_actions(settings)
    try:
        _wait_for_actions(settings, actions)
        return subprocess.run(_shell_command(settings), cwd=ROOT, env=_environ(settings)).returncode
    finally:
        signal_group(actions.pid, signal.SIGTERM)
        actions.wait()


def _start_actions(settings: Settings) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    with open_log(settings.var / "logs" / "shell-actions.log") as log:
        return subprocess.Popen(
            settings.actions_command(),
            cwd=ROOT,
            env=_environ(settings),
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=lambda: die_with(parent),
        )


def _wait_for_actions(settings: Settings, actions: subprocess.Popen[bytes]) -> None:
    with httpx.Client(trust_env=False) as client:
        while not _answers(client, f"{settings.actions_url}/health"):
            try:
                status = actions.wait(timeout=ASK_EVERY_S)
            except subprocess.TimeoutExpired:
                continue  # still starting
            raise StartRefused(
                f"The action server ended with status {status};"
                f" see {settings.var / 'logs' / 'shell-actions.log'}."
            )


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _shell_command(settings: Settings) -> list[str]:
    start = [str(BOT_PYTHON), "-m", "rasa", "shell", "-i", LOOPBACK, "-p", str(_free_port())]
    return [*start, "--endpoints", str(settings.endpoints()), "-m", str(published_model(settings.var))]


def _environ(settings: Settings) -> dict[str, str]:
    return settings.environ(with_token=False)


def _free_port() -> int:
    """A port for the server that `rasa shell` opens for itself."""
    with closing(socket.socket()) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
