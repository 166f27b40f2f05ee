"""From pressing Enter to reading the answer, in a real Chromium on our own page."""

from __future__ import annotations

import time
from collections.abc import Sequence

from playwright.sync_api import Page, sync_playwright

from tests.bench.figures import Times

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
GIVE_UP_MS = 30_000
# One conversation may send one message every two seconds after its first twelve.
PAUSE_S = 2.0
ANSWERS = ".by-bot .chat-bubble, .by-system .chat-bubble"
UNTIL_DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def measure(url: str, texts: Sequence[str]) -> Times:
    """Ask every text in one conversation and time each until its answer is drawn."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(url)
        seconds = tuple(_ask(page, text) for text in texts)
        browser.close()
    return Times(seconds)


def _ask(page: Page, text: str) -> float:
    page.wait_for_timeout(PAUSE_S * 1000)
    answers = page.locator(ANSWERS)
    before = answers.count()
    page.locator("#chat-text").fill(text)
    started_s = time.perf_counter()
    page.keyboard.press("Enter")
    answers.nth(before).wait_for(timeout=GIVE_UP_MS)
    page.evaluate(UNTIL_DRAWN)
    return time.perf_counter() - started_s
