"""Below a path of the clinic's website, behind a real nginx with https: chat and desk in a real browser."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    expect,
)

from deploy.settings import ROOT
from tests.bench.parties import free_ports
from tests.end_to_end.chatting import PATIENCE_MS, asks, hears, launcher, opens
from tests.end_to_end.two_sites import BotThread, FrontDesk
from tests.web.conftest import CAST, FIXTURES, PASSWORD, first_start, publish
from web.core.settings import Settings

PREFIX = "/chat-desk"
SNIPPET = ROOT / "deploy" / "proxies" / "below-a-path.nginx"
FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
NGINX = """daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off; {folders}
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
        # A rule that many websites have, and that must not take what is ours.
        location ~* \\.(js|css|svg)$ {{ return 404; }}
        location = / {{ default_type text/html; return 200 '{page}'; }}
        {snippet}
    }}
}}
"""
PAGE = """<!doctype html><html lang="en"><title>Riverside</title><h1>Riverside</h1>
<script src="{url}/widget.js" async></script></html>"""


@dataclass
class Below:
    """The website, and Front Desk below a path of it."""

    website: str
    desk: FrontDesk

    @property
    def url(self) -> str:
        return f"{self.website}{PREFIX}"


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory, bot: BotThread) -> Iterator[Below]:
    folder = tmp_path_factory.mktemp("below")
    (folder / "var").mkdir()
    record = f"sqlite:///{folder / 'var' / 'front-desk.sqlite3'}"
    with ThreadPoolExecutor(1) as thread:  # the browser's loop runs in this one
        thread.submit(lambda: asyncio.run(first_start(record))).result()
    publish(Settings(var=folder / "var"))
    port, page = free_ports(2)
    facts = Path(shutil.copy(FIXTURES / "clinic.yml", folder))
    website = f"https://localhost:{port}"
    desk = FrontDesk(folder / "var", facts, page, bot.bot.url, "")
    desk.environ = {"FRONT_DESK_PUBLIC_URL": f"{website}{PREFIX}/", "FRONT_DESK_TRUSTED_PROXIES": "127.0.0.1"}
    desk.start()
    with subprocess.Popen(["nginx", "-c", configured(folder, port, page, f"{website}{PREFIX}")]) as nginx:
        yield Below(website, desk)
        nginx.terminate()
    desk.kill()


def configured(folder: Path, port: int, desk_port: int, url: str) -> Path:
    """The website's nginx with our file in it, as it is shipped but for the ports."""
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    made += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(made, check=True, capture_output=True)
    shipped = SNIPPET.read_text(encoding="utf-8")
    assert "127.0.0.1:8000" in shipped
    snippet = shipped.replace("127.0.0.1:8000", f"127.0.0.1:{desk_port}")
    # The test's website has a port of its own, which a real one has not.
    snippet = snippet.replace("Host $host;", "Host $http_host;")
    folders = "".join(f"{name}_temp_path {folder / name};" for name in FOLDERS)
    path = folder / "nginx.conf"
    path.write_text(
        NGINX.format(folder=folder, folders=folders, port=port, page=PAGE.format(url=url), snippet=snippet),
        encoding="utf-8",
    )
    return path


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(ignore_https_errors=True) as context:
        yield context


@dataclass
class Watched:
    """A page, where it asked, and what it was refused."""

    page: Page
    asked: list[str]
    wrong: list[str]

    def hear(self, request: Request) -> None:
        self.asked.append(request.url)

    def stumble(self, error: Error) -> None:
        self.wrong.append(str(error))

    def look_at(self, answer: Response) -> None:
        if answer.status >= 400 and "favicon" not in answer.url:
            self.wrong.append(f"{answer.status} {answer.url}")

    def read(self, line: ConsoleMessage) -> None:
        if line.type == "error" and "favicon" not in line.location["url"]:
            self.wrong.append(line.text)


def watched(context: BrowserContext) -> Watched:
    page = context.new_page()
    made = Watched(page, [], [])
    page.on("request", made.hear)
    page.on("response", made.look_at)
    page.on("pageerror", made.stumble)
    page.on("console", made.read)
    return made


def is_below(below: Below, seen: Watched) -> bool:
    others = {url for url in seen.asked if not url.startswith((f"{below.url}/", "blob:"))}
    return others <= {f"{below.website}/", f"{below.website}/favicon.ico", below.url}


def test_a_visitor_chats_and_somebody_of_staff_answers_below_a_path(below: Below, context, browser) -> None:
    seen = watched(context)
    chat = opens(seen.page, f"{below.website}/")
    asks(chat, "hello there")
    hears(chat, "What would you like to know?")
    with browser.new_context(ignore_https_errors=True) as of_nina:
        nina = watched(of_nina)
        nina.page.goto(f"{below.url}/desk")  # leads to the sign-in, and back to the desk
        nina.page.get_by_label("Sign-in name").fill(CAST["nurse"][0])
        nina.page.get_by_label("Password", exact=True).fill(PASSWORD)
        nina.page.get_by_role("button", name="Sign in").click()
        expect(nina.page).to_have_url(f"{below.url}/desk", timeout=PATIENCE_MS)
        cookies = {each["name"]: each for each in of_nina.cookies()}
        assert cookies["__Secure-front_desk_staff"]["path"] == PREFIX
        asks(chat, "I want to kill myself")
        expect(nina.page.locator(".case.is-urgent")).to_be_visible(timeout=PATIENCE_MS)  # by itself
        nina.page.locator(".case.is-urgent a").first.click()
        nina.page.get_by_role("button", name="Take over").first.click()
        nina.page.locator("[data-composer] textarea").fill("I am Nina, I am here")
        nina.page.locator("[data-composer] button[type=submit], [data-composer] button.primary").first.click()
        hears(chat, "I am Nina, I am here")
        assert is_below(below, nina), nina.asked
        assert nina.wrong == []
    assert is_below(below, seen), seen.asked
    assert seen.wrong == []


def test_answers_and_the_chats_own_page_stand_below_the_path(below: Below, context: BrowserContext) -> None:
    seen = watched(context)
    seen.page.goto(f"{below.url}")
    expect(launcher(seen.page)).to_be_visible(timeout=PATIENCE_MS)
    seen.page.goto(f"{below.url}/answers")
    seen.page.locator("main a[href*='/answers/']").first.click()
    expect(seen.page.locator("h1")).to_be_visible()
    assert seen.page.url.startswith(f"{below.url}/answers/")
    seen.page.goto(f"{below.url}/chat")
    asks(seen.page, "hello there")
    hears(seen.page, "What would you like to know?")
    assert is_below(below, seen), seen.asked
    assert seen.wrong == []
