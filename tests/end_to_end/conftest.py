"""Front Desk as `make run` starts it, and the web half alone under a website of another origin."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.bench.parties import free_ports
from tests.end_to_end.desk_cast import at_work, hire
from tests.end_to_end.running import Running, started
from tests.end_to_end.screens import DESKTOP, PHONE
from tests.end_to_end.two_sites import BotThread, FrontDesk, Website, beside
from tests.web.conftest import FIXTURES, first_start, publish
from tests.web.stand_in_bot import reply
from web.core.settings import Settings

CHROMIUM = "/usr/bin/chromium"
# A busy machine is slow, not wrong: what is waited for without a limit of its own may take so long.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Front Desk with the release that is published."""
    with started(tmp_path_factory.mktemp("var")) as up:
        yield up


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def desktop(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport=DESKTOP) as context:
        yield context


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True) as context:
        yield context


@pytest.fixture(autouse=True)
def polite_bot(request: pytest.FixtureRequest) -> None:
    """Every test with the stand-in bot begins with one that greets."""
    if "bot" in request.fixturenames or "front_desk" in request.fixturenames:
        request.getfixturevalue("bot").bot.says(reply("utter_greet"))


@pytest.fixture(scope="module")
def staffed(front_desk: FrontDesk) -> FrontDesk:
    """The web half with a cast of staff."""
    hire(front_desk.var)
    return front_desk


@pytest.fixture
def http(staffed: FrontDesk) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=staffed.url, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
def owner(browser: Browser, site: str) -> Iterator[Page]:
    """A content owner, signed in at the test's `site`."""
    page = at_work(browser, site, "owner")
    yield page
    page.context.close()


@pytest.fixture
def clinician(browser: Browser, site: str) -> Iterator[Page]:
    page = at_work(browser, site, "clinician")
    yield page
    page.context.close()


@pytest.fixture
def visitor(desktop: BrowserContext) -> Page:
    return desktop.new_page()


@pytest.fixture(scope="module")
def bot() -> Iterator[BotThread]:
    thread = BotThread()
    yield thread
    thread.stop()


@pytest.fixture(scope="module")
def website() -> Iterator[Website]:
    site = Website()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def front_desk(
    tmp_path_factory: pytest.TempPathFactory, bot: BotThread, website: Website
) -> Iterator[FrontDesk]:
    desk = beside(website, bot, tmp_path_factory.mktemp("front-desk"), free_ports(1)[0])
    website.pages["/"] = (plain_page(desk), {})
    desk.start()
    yield desk
    desk.kill()


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory, bot: BotThread) -> Iterator[FrontDesk]:
    """Front Desk in which everybody of the cast has an account."""
    folder = tmp_path_factory.mktemp("clinic")
    (folder / "var").mkdir()
    record = f"sqlite:///{folder / 'var' / 'front-desk.sqlite3'}"
    with ThreadPoolExecutor(1) as thread:  # the browser's loop runs in this one
        thread.submit(lambda: asyncio.run(first_start(record))).result()
    facts = Path(shutil.copy(FIXTURES / "clinic.yml", folder))
    publish(Settings(var=folder / "var"))
    desk = FrontDesk(folder / "var", facts, free_ports(1)[0], bot.bot.url, "")
    desk.environ["FRONT_DESK_TRUSTED_PROXIES"] = "127.0.0.1"  # the tests stand in for a proxy
    desk.start()
    yield desk
    desk.kill()


def plain_page(desk: FrontDesk, script: str = "") -> str:
    """A page of a clinic that has put the one line into it."""
    return f"""<!doctype html><html lang="en"><title>Riverside Dental</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <h1>Riverside Dental</h1><p>Welcome.</p><p><a href="/about">About us</a></p>
    <script src="{desk.url}/widget.js" {script} async></script></html>"""
