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
from deploy.settings import BOT_PYTHON, LOOPBACK, ROOT, House, SettingsError, published_model

ASK_EVERY_S = 0.3


def main() -> int:
    """Chat until the person says /stop; return the exit status."""
    try:
        house = House.from_environment(os.environ)
        check_ports([("FRONT_DESK_ACTIONS_PORT", LOOPBACK, house.actions_port)])
        return chat(house)
    except (SettingsError, StartRefused) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def chat(house: House) -> int:
    """Run both, the shell in front."""
    actions = _start_actions(house)
    try:
        _wait_for_actions(house, actions)
        return subprocess.run(_shell_command(house), cwd=ROOT, env=_environ(house)).returncode
    finally:
        signal_group(actions.pid, signal.SIGTERM)
        actions.wait()


def _start_actions(house: House) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    with open_log(house.var / "logs" / "shell-actions.log") as log:
        return subprocess.Popen(
            house.actions_command(),
            cwd=ROOT,
            env=_environ(house),
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=lambda: die_with(parent),
        )


def _wait_for_actions(house: House, actions: subprocess.Popen[bytes]) -> None:
    with httpx.Client(trust_env=False) as client:
        while not _answers(client, f"{house.actions_url}/health"):
            try:
                status = actions.wait(timeout=ASK_EVERY_S)
            except subprocess.TimeoutExpired:
                continue  # still starting
            raise StartRefused(
                f"The action server ended with status {status};"
                f" see {house.var / 'logs' / 'shell-actions.log'}."
            )


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _shell_command(house: House) -> list[str]:
    start = [str(BOT_PYTHON), "-m", "rasa", "shell", "-i", LOOPBACK, "-p", str(_free_port())]
    return [*start, "--endpoints", str(house.endpoints()), "-m", str(published_model(house.var))]


def _environ(house: House) -> dict[str, str]:
    return house.environ(with_token=False)


def _free_port() -> int:
    """A port for the server that `rasa shell` opens for itself."""
    with closing(socket.socket()) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
