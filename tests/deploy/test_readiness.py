"""Ready means: the parts are up and the bot answered a turn, twice."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from deploy.readiness import takes_turn, wait_until_ready
from deploy.settings import Settings

REPLIES = [{"utterance": "utter_greet"}]


class StandIn(ThreadingHTTPServer):
    """Action server, bot and page in one: answers what `turns` holds, the last one for ever."""

    def __init__(self, turns: list[tuple[int, object]]) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.turns = turns
        self.seen: list[str] = []
        self.tokens: list[str | None] = []


class Door(BaseHTTPRequestHandler):
    server: StandIn

    def do_GET(self) -> None:
        self.server.seen.append(f"GET {self.path}")
        self._send(200, {})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.server.seen.append(f"POST {self.path}")
        self.server.tokens.append(self.headers["authorization"])
        turns = self.server.turns
        self._send(*(turns.pop(0) if len(turns) > 1 else turns[0]))

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def _send(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(turns: list[tuple[int, object]]) -> Iterator[tuple[StandIn, Settings]]:
    with StandIn(turns) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        port = server.server_address[1]
        settings = Settings.from_environment({"FRONT_DESK_VAR": "unused"})
        yield server, replace(settings, port=port, bot_port=port, actions_port=port)
        server.shutdown()
        thread.join()


async def test_ready_is_two_answered_turns_and_an_open_page() -> None:
    starting = [(500, {}), (200, {"replies": []}), (200, {"replies": REPLIES})]
    with serving(starting) as (server, settings):
        await wait_until_ready(settings, every_s=0.001)
    turn = "POST /webhooks/turn/turn"
    assert server.seen == ["GET /health", turn, turn, turn, turn, "GET /"]
    assert set(server.tokens) == {f"Bearer {settings.bot_token}"}


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (200, {"replies": REPLIES}, True),
        (200, {"replies": []}, False),
        (200, {}, False),
        (401, {"error": "token"}, False),
        (500, {"error": "x"}, False),
    ],
)
async def test_a_turn_counts_only_with_a_reply(status: int, content: object, expected: bool) -> None:
    with serving([(status, content)]) as (_, settings):
        async with httpx.AsyncClient() as client:
            assert await takes_turn(client, settings) is expected


async def test_a_bot_that_is_not_there_yet_is_not_ready(tmp_path: Path) -> None:
    with serving([(200, {})]) as (_, settings):
        pass
    async with httpx.AsyncClient() as client:
        assert await takes_turn(client, settings) is False
