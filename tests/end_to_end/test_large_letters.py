"""Large letters and little room: nothing is lost, nothing has to be scrolled sideways."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, ViewportSize, expect

from tests.end_to_end.chatting import asks, chat_on, hears, launcher, opens
from tests.end_to_end.conftest import CHROMIUM
from tests.end_to_end.screens import DESKTOP, PHONE
from tests.end_to_end.two_sites import BotThread, FrontDesk, Website
from tests.web.stand_in_bot import reply

ANSWER = reply("utter_faq/what_is_a_crown", (("Does it hurt?", "faq/does_it_hurt"),))
CROWN = "A crown is a cap"
# 1280 x 1024 at 400 %: WCAG's measure of reflow.
SMALLEST: ViewportSize = {"width": 320, "height": 256}
SIZE = "() => document.documentElement.style.fontSize"
# Everything of the chat that stands wider than its window, or is cut off at its side.
WIDER = """() => [...document.querySelectorAll('.chat-panel, .chat-panel *')]
  .filter((each) => each.checkVisibility() && !each.closest('.unseen, svg'))
  .filter((each) => !each.matches('.is-more > .chat-who'))
  .filter((each) => { const box = each.getBoundingClientRect();
    return box.left < -1 || box.right > innerWidth + 1 || each.scrollWidth > each.clientWidth + 1
      && getComputedStyle(each).overflowX !== 'visible' && each.clientWidth; })
  .map((each) => each.className || each.localName)"""
PAGE_WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')].filter((each) => each.scrollWidth > each.clientWidth + 1)
    .map((each) => each.className || each.localName)"""
MIN_READING_PX = 60


def nothing_is_lost(page: Page, chat: FrameLocator) -> None:
    """All of an answer and everything to press can be reached by scrolling up and down alone."""
    assert page.frames[1].evaluate(WIDER) == []
    for part in ("text", "send", "person", "leave", "close"):
        expect(chat.locator(f"[data-part={part}]")).to_be_in_viewport(ratio=0.9)
    room = chat.locator("[data-part=scroll]").bounding_box()
    assert room
    assert room["height"] >= MIN_READING_PX
    for reached in (".chat-notice", ".by-bot .chat-bubble", ".chat-rate.is-no", ".chat-choice:visible"):
        chat.locator(reached).last.scroll_into_view_if_needed()
        expect(chat.locator(reached).last).to_be_in_viewport()


def test_letters_are_made_larger_and_stay_so_from_page_to_page(
    visitor: Page, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.says(ANSWER)
    chat = opens(visitor, website.url)
    asks(chat, "what is a crown")
    hears(chat, CROWN)
    chat.locator(".chat-menu summary").click()
    smaller, larger = (chat.get_by_role("button", name=f"{size} text") for size in ("Smaller", "Larger"))
    expect(smaller).to_have_attribute("aria-disabled", "true")
    for size in ("125%", "150%", "200%"):
        larger.click()
        assert visitor.frames[1].evaluate(SIZE) == size
        expect(chat.get_by_role("status").filter(has_text=size)).to_be_visible()
    expect(larger).to_have_attribute("aria-disabled", "true")
    larger.press("Enter")  # nothing beyond it
    assert visitor.frames[1].evaluate(SIZE) == "200%"
    smaller.click()
    assert visitor.frames[1].evaluate(SIZE) == "150%"
    visitor.reload()
    chat = chat_on(visitor)
    hears(chat, CROWN)
    assert visitor.frames[1].evaluate(SIZE) == "150%"


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_with_the_largest_letters_nothing_is_lost(
    browser: Browser, website: Website, front_desk: FrontDesk, bot: BotThread, screen: ViewportSize
) -> None:
    bot.bot.says(ANSWER)
    with browser.new_context(viewport=screen) as context:
        page = context.new_page()
        chat = opens(page, website.url)
        chat.locator(".chat-menu summary").click()
        for _ in range(3):
            chat.get_by_role("button", name="Larger text").click()
        assert page.frames[1].evaluate(WIDER) == []
        chat.locator("[data-part=text]").click()
        asks(chat, "what is a crown")
        hears(chat, CROWN)
        nothing_is_lost(page, chat)


def test_at_400_percent_nothing_is_lost(
    browser: Browser, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.says(ANSWER)
    with browser.new_context(viewport=SMALLEST, device_scale_factor=4) as context:
        page = context.new_page()
        chat = opens(page, website.url)
        asks(chat, "what is a crown")
        hears(chat, CROWN)
        nothing_is_lost(page, chat)
        for path in ("/answers", "/answers/what_is_a_crown", "/answers?q=crown"):
            page.goto(f"{front_desk.url}{path}")
            assert page.evaluate(PAGE_WIDER) == [], path


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def reader(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser whose own letters are set to twice their size, and nothing else."""
    (tmp_path / "Default").mkdir()
    settings = {"webkit": {"webprefs": {"default_font_size": 32}}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(settings), encoding="utf-8")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=CHROMIUM, args=arguments, viewport=request.param
    ) as context:
        yield context


def test_with_only_the_text_at_200_percent_nothing_is_lost(
    reader: BrowserContext, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.says(ANSWER)
    page = reader.pages[0]
    page.goto(website.url)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    expect(launcher(page)).to_be_in_viewport(ratio=1)
    launcher(page).click()
    chat = chat_on(page)
    asks(chat, "what is a crown")
    hears(chat, CROWN)
    nothing_is_lost(page, chat)
    for path in ("/answers", "/answers/what_is_a_crown", "/answers?q=crown"):
        page.goto(f"{front_desk.url}{path}")
        assert page.evaluate(PAGE_WIDER) == [], path
