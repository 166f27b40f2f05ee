"""Staff with accounts and visitors with wishes, for the desk's browser tests."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
from playwright.sync_api import Browser, Page, ViewportSize

from tests.end_to_end import staff
from tests.end_to_end.screens import DESKTOP
from tests.web.conftest import CAST, PASSWORD, hire_everybody
from web.core.db import Database, Transaction
from web.core.keys.record_keys import RecordKeys

Result = TypeVar("Result")
WRITES_WITHIN_S = 120


def hire(var: Path) -> None:
    """Give everybody of the cast an account in a running installation's record."""
    _to_the_end(var, hire_everybody)


def in_the_record(var: Path, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
    """Write into the record of a running service, within a limit of time."""

    async def writing(db: Database) -> Result:
        async with asyncio.timeout(WRITES_WITHIN_S), db.write() as tx:
            return await work(tx)

    return _to_the_end(var, writing)


def _to_the_end(var: Path, work: Callable[[Database], Awaitable[Result]]) -> Result:
    async def working() -> Result:
        db = Database(f"sqlite:///{var / 'front-desk.sqlite3'}", RecordKeys(var / "record.key"))
        try:
            return await work(db)
        finally:
            await db.close()

    with ThreadPoolExecutor(1) as thread:  # Playwright's own loop runs in this one
        return thread.submit(asyncio.run, working()).result()


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
