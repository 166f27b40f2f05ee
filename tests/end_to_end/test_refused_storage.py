"""A browser that refuses all site data: no storage, no cookies, no locks. The chat works all the same."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.chatting import PATIENCE_MS, asks, hears, is_sent, opens
from tests.end_to_end.conftest import CHROMIUM
from tests.end_to_end.two_sites import BotThread, FrontDesk, Website
from tests.web.stand_in_bot import reply

# In every frame: whatever waits longer than a tenth of a second waits for ever.
NO_TIMERS = """const soon = setTimeout;
window.setTimeout = (work, ms = 0, ...rest) => (ms > 100 ? 0 : soon(work, ms, ...rest));"""
BLOCK = 2  # of Chromium's content settings
REFUSES = """async () => {
  const refused = [];
  for (const name of ["localStorage", "sessionStorage"]) {
    try { window[name].length; } catch { refused.push(name); }
  }
  await navigator.locks.request("a test", () => {}).catch(() => refused.push("locks"));
  document.cookie = "a=1";
  if (!document.cookie) refused.push("cookies");
  return refused;
}"""


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page of somebody who has set "block all cookies" in the browser's settings."""
    settings = {"profile": {"default_content_setting_values": {"cookies": BLOCK}}}
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(settings), encoding="utf-8")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=CHROMIUM, args=arguments
    ) as context:
        yield context.pages[0]


def test_the_chat_as_a_page_sends_and_receives(page: Page, front_desk: FrontDesk, bot: BotThread) -> None:
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(f"{front_desk.url}/chat")
    assert page.evaluate(REFUSES) == ["localStorage", "sessionStorage", "locks", "cookies"]
    asks(page, "hello")
    hears(page, "Hello! What would you like to know?")
    is_sent(page)
    bot.bot.says(reply("utter_which_one"))
    asks(page, "and then?")
    hears(page, "Which of these is closest?")
    assert broken == []


def test_the_embedded_chat_sends_and_receives(page: Page, website: Website, front_desk: FrontDesk) -> None:
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    chat = opens(page, website.url)
    assert page.evaluate(REFUSES) == ["localStorage", "sessionStorage", "locks", "cookies"]
    asks(chat, "hello")
    hears(chat, "Hello! What would you like to know?")
    is_sent(chat)
    assert broken == []
    expect(chat.locator(".chat-state.is-failed")).to_have_count(0, timeout=PATIENCE_MS)


def test_the_first_answer_waits_for_nothing_but_the_server(
    page: Page, website: Website, front_desk: FrontDesk
) -> None:
    """No lock, no pause, no second try: it comes although no timer of ours ever ends.

    How long that takes on a machine, `python -m tests.bench.first_answers` measures.
    """
    page.add_init_script(NO_TIMERS)
    chat = opens(page, website.url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    before = processor_s(front_desk)
    asks(chat, "hello")
    hears(chat, "Hello! What would you like to know?")
    assert asked.count("POST") == 2  # the conversation, the message
    assert processor_s(front_desk) - before < 1


def processor_s(desk: FrontDesk) -> float:
    """What the web half's process has worked until now."""
    assert desk.process
    user, system = Path(f"/proc/{desk.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
