"""Where a clinic is told of what waits: its mail server and its team's chat, both real ones on loopback."""

from __future__ import annotations

import asyncio
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.end_to_end.loop_thread import LoopThread
from tests.web.notifications.mail_server import StandInMailServer


class Mailbox:
    """A mail server on an event loop of its own; `letters` are waited for."""

    def __init__(self) -> None:
        self._loop = LoopThread()
        self._server = StandInMailServer()
        self._loop.run(self._server.__aenter__())
        self.url = self._server.url

    def letters(self, wait_s: float) -> list[str]:
        """All letters, as soon as there is one."""
        self._loop.run(asyncio.wait_for(self._server.tried.wait(), wait_s))
        return list(self._server.mails)

    def stop(self) -> None:
        self._loop.run(self._server.__aexit__())
        self._loop.stop()


class TeamChat:
    """A chat that takes webhooks; `heard` holds what was posted."""

    def __init__(self) -> None:
        heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self.heard = heard

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                heard.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
