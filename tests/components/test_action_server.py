"""The action server runs actions for who knows the token, and unpacks nothing."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from rasa.utils.endpoints import read_endpoint_config

PROJECT = Path(__file__).parents[2]
TOKEN = "a-token-of-this-test-alone"
COMMAND = [sys.executable, "-W", "ignore", "-m", "components.rasa_patches.action_server"]
START_LIMIT_S = 60.0


class Server:
    """A running action server."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self.process = port, process

    def asks(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
            line.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            answer = line.getresponse()
            return answer.status, answer.read()

    def is_up(self) -> bool:
        try:
            return self.asks("GET", "/health")[0] == 200
        except OSError:
            return False


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {**os.environ, "FRONT_DESK_ACTIONS_TOKEN": TOKEN}
    with subprocess.Popen([*COMMAND, "--port", str(port)], cwd=PROJECT, env=environ) as process:
        running = Server(port, process)
        until = time.monotonic() + START_LIMIT_S
        while not running.is_up():
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield running
        process.terminate()


CALL = json.dumps({"next_action": "action_listen", "tracker": {}, "domain": {}, "version": "3.6.21"}).encode()


@pytest.mark.thorough
@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer wrong", TOKEN, f"Bearer {TOKEN}x", "Bearer é"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/webhook"), ("GET", "/actions")])
def test_without_the_token_nothing_runs(server: Server, method: str, path: str, shown: str) -> None:
    status, said = server.asks(method, path, CALL, authorization=shown.encode().decode("latin-1"))
    assert status == 401
    assert b"next_action" not in said


@pytest.mark.thorough
def test_with_the_token_actions_run(server: Server) -> None:
    status, said = server.asks("GET", "/actions", authorization=f"Bearer {TOKEN}")
    assert status == 200
    assert b"action_safety" in said


@pytest.mark.thorough
@pytest.mark.parametrize("headers", [{}, {"authorization": f"Bearer {TOKEN}"}])
def test_a_bomb_is_not_unpacked(server: Server, headers: dict[str, str]) -> None:
    bomb = zlib.compress(b'{"a":"' + b"a" * 300_000_000 + b'"}', 9)
    before = psutil.Process(server.process.pid).memory_info().rss
    assert server.asks("POST", "/webhook", bomb, content_encoding="deflate", **headers)[0] in (401, 415)
    assert psutil.Process(server.process.pid).memory_info().rss < before + 30_000_000


@pytest.mark.thorough
def test_a_body_without_end_is_refused_before_it_is_read(server: Server) -> None:
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=30)) as line:
        head = f"POST /webhook HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TOKEN}\r\n"
        line.sendall(f"{head}content-length: 400000000\r\n\r\n".encode())
        assert b" 413 " in line.recv(100)


@pytest.mark.thorough
@pytest.mark.parametrize("token", ["", "short"])
def test_it_does_not_start_without_a_token(token: str) -> None:
    environ = {**os.environ, "FRONT_DESK_ACTIONS_TOKEN": token}
    done = subprocess.run(COMMAND, cwd=PROJECT, env=environ, capture_output=True, text=True)
    assert done.returncode == 2
    assert "FRONT_DESK_ACTIONS_TOKEN" in done.stderr


@pytest.mark.filterwarnings("ignore:the load_module:DeprecationWarning")  # of Rasa's reader of schemas
def test_rasa_shows_the_token_that_the_environment_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONT_DESK_ACTIONS_TOKEN", TOKEN)
    endpoint = read_endpoint_config(str(PROJECT / "endpoints.yml"), "action_endpoint")
    assert endpoint is not None
    assert endpoint.headers == {"Authorization": f"Bearer {TOKEN}"}
