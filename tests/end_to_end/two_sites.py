"""The clinic's own website on one origin, Front Desk on another; the bot does what it is told.

`localhost` and `127.0.0.1` are different sites to a browser: what a frame keeps is partitioned.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from deploy.settings import ROOT, WEB_PYTHON
from tests.end_to_end.loop_thread import LoopThread
from tests.web.conftest import FIXTURES, publish
from tests.web.stand_in_bot import TOKEN, StandInBot
from web.core.settings import Settings

START_WITHIN_S = 400  # a busy machine pauses for a minute


class BotThread:
    """The stand-in bot on an event loop of its own, for tests that drive a browser."""

    def __init__(self) -> None:
        self.bot = StandInBot()
        self._loop = LoopThread()
        self._loop.run(self.bot.start())

    def stop(self) -> None:
        self._loop.run(self.bot.die())
        self._loop.stop()

    def goes_on(self, *replies: dict[str, Any]) -> None:
        """Answer those who hang. It is done on return: the next test tells the bot something else."""

        async def go_on() -> None:
            self.bot.goes_on(*replies)

        self._loop.run(go_on())


@dataclass
class FrontDesk:
    """The web half as a process that can be killed and started again on the same record."""

    var: Path
    clinic: Path
    port: int
    bot_url: str
    sites: str
    process: subprocess.Popen[bytes] | None = None
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environ = os.environ | {
            "FRONT_DESK_VAR": str(self.var),
            "FRONT_DESK_PORT": str(self.port),
            "FRONT_DESK_BOT_URL": self.bot_url,
            "FRONT_DESK_BOT_TOKEN": TOKEN,
            "FRONT_DESK_ALLOWED_SITES": self.sites,
            **self.environ,
        }
        command = [str(WEB_PYTHON), "-m", "tests.end_to_end.serve", str(self.clinic)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environ)
        until = time.monotonic() + START_WITHIN_S
        while not self.answers():
            assert time.monotonic() < until, "the web half did not start"

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/v1/health", trust_env=False).is_success
        except httpx.TransportError:
            time.sleep(0.1)
            return False


def beside(website: Website, bot: BotThread, folder: Path, port: int) -> FrontDesk:
    """A Front Desk that a website may show, with the release of the tests; it is not started."""
    (folder / "var").mkdir()
    clinic = Path(shutil.copy(FIXTURES / "clinic.yml", folder))
    publish(Settings(var=folder / "var"))
    return FrontDesk(folder / "var", clinic, port, bot.bot.url, website.url)


class Website:
    """Plain pages of somebody's site; `pages` maps a path to its body and headers."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body, headers = site.pages.get(self.path.partition("?")[0], ("", {}))
                self.send_response(200 if body else 404)
                for name, value in {"content-type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
