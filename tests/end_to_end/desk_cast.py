"""Staff with accounts and visitors with wishes, for the desk's browser tests."""

from __future__ import annotations

import asyncio
import threading
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, ViewportSize

from tests.end_to_end import staff
from tests.end_to_end.conftest import DESKTOP
from tests.web.conftest import CAST, PASSWORD, hire_everybody
from web.db import Database


def hire(var: Path) -> None:
    """Give everybody of the cast an account in a running installation's record."""

    async def hiring() -> None:
        db = Database(f"sqlite:///{var / 'front-desk.sqlite3'}")
        await hire_everybody(db)
        await db.close()

    # Playwright's own loop runs in this thread already.
    thread = threading.Thread(target=lambda: asyncio.run(hiring()))
    thread.start()
    thread.join()


def at_work(browser: Browser, site: str, who: str, *, viewport: ViewportSize | None = None) -> Page:
    """Open a browser of their own for somebody of the cast, signed in."""
    page = browser.new_context(viewport=viewport or DESKTOP).new_page()
    staff.sign_in(page, site, name=CAST[who][0], password=PASSWORD)
    return page


@dataclass
class Caller:
    """A visitor who talks to the service without a browser."""

    http: httpx.Client
    id: str
    headers: dict[str, str]

    def says(self, text: str) -> None:
        body = {"client_id": uuid.uuid4().hex, "text": text}
        answer = self.http.post(f"/v1/conversations/{self.id}/messages", json=body, headers=self.headers)
        assert answer.status_code == 201, answer.text

    def reads(self, *, after: int = 0, wait: int = 0) -> list[dict[str, Any]]:
        answer = self.http.get(
            f"/v1/conversations/{self.id}/messages",
            params={"after": after, "wait": wait},
            headers=self.headers,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]

    def hears_the_bot(self) -> None:
        """Wait until the bot has spoken, so that what it asked for is in the record."""
        while not any(each["author"] == "bot" for each in self.reads(wait=5)):
            pass


def calls_in(http: httpx.Client) -> Caller:
    """Begin a chat."""
    started = http.post("/v1/conversations").json()
    return Caller(http, started["id"], {"authorization": f"Bearer {started['token']}"})
