"""Debian's Firefox, driven through WebDriver BiDi: no driver of a browser maker fits it."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PROGRAM = "/usr/bin/firefox-esr"
ANSWER_WITHIN_S = 60
REFUSING = 'user_pref("network.cookie.cookieBehavior", 2);'


class Firefox:
    """One running Firefox with one page."""

    def __init__(self, profile: Path, *, refuses: bool = False) -> None:
        """Start it; one that `refuses` keeps no site data, as its setting "Block all cookies" says."""
        if refuses:
            (profile / "user.js").write_text(REFUSING, encoding="utf-8")
        command = [PROGRAM, "--headless", "--no-remote", "--profile", str(profile)]
        self._log = profile / "firefox.log"
        self._open = ExitStack()
        log = self._open.enter_context(self._log.open("w"))
        self._process = subprocess.Popen([*command, "--remote-debugging-port", "0"], stderr=log)
        self._ids = itertools.count(1)
        self._socket: ClientConnection = self._open.enter_context(
            connect(f"{self._address()}/session", proxy=None)
        )
        self.ask("session.new", capabilities={})
        tree = self.ask("browsingContext.getTree")
        self._page = tree["contexts"][0]["context"]

    def stop(self) -> None:
        self._open.close()
        self._process.kill()
        self._process.wait()

    def goes_to(self, url: str) -> None:
        self.ask("browsingContext.navigate", context=self._page, url=url, wait="complete")

    def frame(self) -> str:
        """The chat's frame."""
        tree = self.ask("browsingContext.getTree", root=self._page)
        return str(tree["contexts"][0]["children"][0]["context"])

    def run_in_chat(self, script: str) -> Any:
        """Run a function in the chat's frame."""
        return self.run(script, frame=self.frame())

    def run(self, script: str, *, frame: str | None = None) -> Any:
        """Run a function in the page, or in a frame of it; a promise is waited for."""
        answer = self.ask(
            "script.callFunction",
            functionDeclaration=script,
            awaitPromise=True,
            target={"context": frame or self._page},
        )
        assert answer["type"] == "success", answer
        return answer["result"].get("value")

    def ask(self, method: str, **params: Any) -> Any:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=ANSWER_WITHIN_S))
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    def _address(self) -> str:
        until = time.monotonic() + ANSWER_WITHIN_S
        while time.monotonic() < until:
            if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", self._log.read_text()):
                return found[1]
            time.sleep(0.1)
        raise AssertionError("Firefox did not open its door")
