"""Debian's WebKit (the engine of Safari), driven through its own WebDriver on a screen that nobody sees."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

DRIVER = "/usr/bin/WebKitWebDriver"
BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"
ANSWER_WITHIN_S = 90
# Without storage `window.localStorage` is null here, not refused.
REFUSING = ("--cookies-policy=never", "--enable-html5-local-storage=false")
FRAME = "return document.querySelector('front-desk-chat').shadowRoot.querySelector('iframe')"
# W3C WebDriver's key of a reference to an element.
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class WebKit:
    """One running WebKit with one page."""

    def __init__(self, folder: Path, *, port: int, refuses: bool = False) -> None:
        """Start it; one that `refuses` keeps no site data."""
        self._open = ExitStack()
        display = self._open.enter_context(_screen())
        # Its sandbox wants namespaces, which a container may not give; the pages are our own.
        environ = os.environ | {"DISPLAY": display, "HOME": str(folder), "NO_AT_BRIDGE": "1",
                                "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}  # fmt: skip
        log = self._open.enter_context((folder / "webkit.log").open("w"))
        driver = subprocess.Popen([DRIVER, f"--port={port}"], env=environ, stdout=log, stderr=log)
        self._open.callback(_end, driver)
        transport = httpx.HTTPTransport(retries=8)  # the driver opens its door a moment after it starts
        self._http = self._open.enter_context(
            httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=transport, timeout=ANSWER_WITHIN_S)
        )
        options = {"binary": BROWSER, "args": ["--automation", *(REFUSING if refuses else ())]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        self._session = f"/session/{self._ask('/session', capabilities=wanted)['sessionId']}"
        limit_ms = ANSWER_WITHIN_S * 1000
        self._ask(f"{self._session}/timeouts", script=limit_ms, pageLoad=limit_ms)

    def stop(self) -> None:
        self._http.delete(self._session)
        self._open.close()

    def goes_to(self, url: str) -> None:
        self._ask(f"{self._session}/url", url=url)

    def run_in_chat(self, script: str) -> Any:
        """Run an async function in the chat's frame."""
        element = self._ask(f"{self._session}/execute/sync", script=FRAME, args=[])
        self._ask(f"{self._session}/frame", id={ELEMENT: element[ELEMENT]})
        try:
            return self.run(script)
        finally:
            self._ask(f"{self._session}/frame", id=None)

    def run(self, script: str) -> Any:
        """Run an async function in the page or frame and wait for it."""
        waited = f"const done = arguments[0]; ({script})().then(done, (error) => done(`! ${{error}}`));"
        found = self._ask(f"{self._session}/execute/async", script=waited, args=[])
        assert not str(found).startswith("! "), found
        return found

    def _ask(self, path: str, **params: Any) -> Any:
        answer = self._http.post(path, json=params).json()["value"]
        assert not (isinstance(answer, dict) and "error" in answer), answer
        return answer


@contextmanager
def _screen() -> Iterator[str]:
    """A screen in memory; Xvfb takes the first free number and says which."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]
    screen = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = re.fullmatch(r"(\d+)\s*", told.readline())
        assert number, "Xvfb did not start"
        yield f":{number[1]}"
    finally:
        _end(screen)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=ANSWER_WITHIN_S)
