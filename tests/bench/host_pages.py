"""Visits every host page in every browser: `python -m tests.bench.host_pages [Chromium Firefox WebKit]`.

What a visit is, `tests/end_to_end/any_browser.py` says. Prints the table and writes it into
docs/benchmarks.md, beside what the same kind of page got before (trial of 2026-11-30, commit b478d93).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.bench.parties import free_ports
from tests.bench.report import stamp, table, write
from tests.end_to_end.any_browser import AnyBrowser, visit
from tests.end_to_end.conftest import CHROMIUM
from tests.end_to_end.firefox import Firefox
from tests.end_to_end.host_pages import NAMES, served
from tests.end_to_end.screens import DESKTOP
from tests.end_to_end.two_sites import BotThread, FrontDesk, Website, beside
from tests.end_to_end.webkit import WebKit
from tests.web.stand_in_bot import reply

REFUSED = "nothing kept"
# What it is, and what came of it before.
PAGES = {
    "consent": ("a consent manager starts the line later", "fine"),
    "hostile": ("styles, globals and a store against us", "not tried"),
    "integrity": ("`integrity` and `crossorigin`", "nothing at all"),
    "module": ("a module with `crossorigin`", "nothing at all"),
    "no_shadow": ("no shadow root can be made", "nothing at all"),
    "old_browser": ("iOS before 16.4", "nothing at all"),
    "old_library": (
        "libraries of 2008: `Event`, `Promise`, `Set` and others are theirs or gone",
        "not tried",
    ),
    "optimiser": ("combined, self-hosted, run at the first touch", "a button; the chat dead"),
    "react": ("the document is drawn again", "fine; gone where the body is replaced"),
    "shopify_dawn": ("Shopify's Dawn: `div:empty`, 62.5 %", "invisible"),
    "squarespace": ("pages are swapped", "fine"),
    "tag_manager": ("`data-*` dropped, fired on each view", "two buttons, English for Spanish"),
    "transformed": ("the whole document transformed", "at the end of the page"),
    "turbo": ("the body is replaced, the line in the head", "gone after the first link"),
    "webflow": ("the body transformed", "at the end of the page"),
    "wordpress": ("the line three times, 62.5 %, an id of ours", "two buttons, panel 255 px wide"),
    "xhtml": ("XHTML, served as XML", "not tried"),
    REFUSED: ("all site data refused", "first answer after 4.3 s, as a page never (Chromium)"),
}


class Chromium:
    """Chromium as the other browsers are driven."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def goes_to(self, url: str) -> None:
        self.page.goto(url)

    def run(self, script: str) -> Any:
        return self.page.evaluate(script)

    def run_in_chat(self, script: str) -> Any:
        return self.page.frames[1].evaluate(script)


@contextmanager
def chromium(folder: Path, *, refuses: bool) -> Iterator[Chromium]:
    """A Chromium; one that refuses keeps no cookie and no store."""
    setting = '{"profile": {"default_content_setting_values": {"cookies": 2}}}' if refuses else "{}"
    (folder / "Default").mkdir()
    (folder / "Default" / "Preferences").write_text(setting, encoding="utf-8")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch_persistent_context(
            folder, executable_path=CHROMIUM, args=arguments, viewport=DESKTOP
        ) as context,
    ):
        yield Chromium(context.pages[0])


@contextmanager
def firefox(folder: Path, *, refuses: bool) -> Iterator[Firefox]:
    """A Firefox, the same."""
    browser = Firefox(folder, refuses=refuses)
    try:
        yield browser
    finally:
        browser.stop()


@contextmanager
def webkit(folder: Path, *, refuses: bool) -> Iterator[WebKit]:
    """A WebKit, the same."""
    browser = WebKit(folder, port=free_ports(1)[0], refuses=refuses)
    try:
        yield browser
    finally:
        browser.stop()


BROWSERS: dict[str, Callable[..., Any]] = {"Chromium": chromium, "Firefox": firefox, "WebKit": webkit}


@contextmanager
def website_with_chat() -> Iterator[tuple[Website, FrontDesk, Path]]:
    """A website, the chat beside it whose bot greets, and a folder for profiles of browsers."""
    with ExitStack() as stack:
        bot, website = BotThread(), Website()
        stack.callback(bot.stop)
        stack.callback(website.stop)
        bot.bot.says(reply("utter_greet"))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        desk = beside(website, bot, folder, free_ports(1)[0])
        desk.start()
        stack.callback(desk.kill)
        yield website, desk, folder


def measure(names: Sequence[str]) -> dict[str, dict[str, str]]:
    """What came of each page in each browser: "fine", or what was wrong."""
    found: dict[str, dict[str, str]] = {}
    with website_with_chat() as (website, desk, folder):
        for browser in names:
            for number, refuses in enumerate((False, True)):
                profile = folder / f"{browser}-{number}"
                profile.mkdir()
                pages = [REFUSED] if refuses else NAMES
                with BROWSERS[browser](profile, refuses=refuses) as opened:
                    for page in pages:
                        url = served(website, desk.url, "module" if refuses else page)
                        found.setdefault(page, {})[browser] = _came_of(opened, url, page)
    return found


def _came_of(browser: AnyBrowser, url: str, page: str) -> str:
    try:
        visit(browser, url, page)
    except Exception as error:  # the table is for what goes wrong, whatever it is
        print(f"{page}: {error}", file=sys.stderr)
        return f"**{' '.join(str(error).split())[:60]}**"
    return "links" if page == "no_shadow" else "fine"


def main(names: Sequence[str]) -> int:
    """Visit, print and write."""
    browsers = [name for name in BROWSERS if not names or name in names]
    found = measure(browsers)
    rows = [
        [f"`{page}`: {what}", before, *(found[page][browser] for browser in browsers)]
        for page, (what, before) in PAGES.items()
    ]
    drawn = table(["host page", "before", *browsers], rows)
    print(drawn)
    if len(browsers) == len(BROWSERS):
        write("hosts", f"{stamp('python -m tests.bench.host_pages')}\n\n{drawn}")
    return 0 if all(each in {"fine", "links"} for row in rows for each in row[2:]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
