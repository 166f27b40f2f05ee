"""Nothing lies over the buttons of a crisis card: small phones, keyboards, landscape, large letters."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, ViewportSize, expect

from tests.end_to_end.chatting import PATIENCE_MS, PICTURES, asks, chat_on, hears, launcher, picture
from tests.end_to_end.two_sites import BotThread, FrontDesk, Website
from tests.web.stand_in_bot import reply

# A phone's keyboard makes the visual viewport smaller and leaves the page as tall as it was.
KEYBOARD = """(height) => {
  const there = visualViewport;
  const shrunk = new EventTarget();
  const rest = { height, width: there.width, offsetTop: 0, offsetLeft: 0, scale: 1 };
  for (const [name, value] of Object.entries(rest)) Object.defineProperty(shrunk, name, { value });
  Object.defineProperty(window, "visualViewport", { value: shrunk, configurable: true });
  there.dispatchEvent(new Event("resize"));
}"""
# What lies on top at nine points of an element, as far as it is inside of its frame.
UNCOVERED = """(element) => {
  const box = element.getBoundingClientRect();
  const inside = (x, y) => x > 0 && y > 0 && x < innerWidth && y < innerHeight;
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  const points = [0.08, 0.5, 0.92].flatMap((x) => [0.15, 0.5, 0.85].map((y) => at(x, y)));
  return points.every(([x, y]) => inside(x, y) && element.contains(document.elementFromPoint(x, y)));
}"""


@dataclass(frozen=True)
class Screen:
    """How a visitor looks at the chat; `keyboard` is what the open keyboard leaves of the height."""

    name: str
    width: int
    height: int
    letters: str = "100%"
    keyboard: int | None = None


SCREENS = (
    Screen("phone", 360, 640),
    Screen("keyboard", 360, 640, keyboard=350),
    Screen("landscape", 640, 360),
    Screen("letters-130", 360, 640, letters="130%"),
    Screen("letters-130-keyboard", 360, 640, letters="130%", keyboard=350),
    Screen("zoom-200", 640, 400),  # 1280 x 800 at 200 %
    Screen("zoom-200-phone", 195, 422),  # 390 x 844 at 200 %
)


def opened(page: Page, url: str, screen: Screen) -> FrameLocator:
    """Open the chat and write in it: on a phone the keyboard is up from then on."""
    page.goto(url)
    launcher(page).click()
    chat = chat_on(page)
    page.frames[1].evaluate("(size) => { document.documentElement.style.fontSize = size }", screen.letters)
    if screen.keyboard:
        page.evaluate(KEYBOARD, screen.keyboard)
    return chat


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_nothing_lies_over_the_buttons_of_a_card(
    browser: Browser, website: Website, front_desk: FrontDesk, bot: BotThread, screen: Screen
) -> None:
    size: ViewportSize = {"width": screen.width, "height": screen.height}
    with browser.new_context(viewport=size, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        chat = opened(page, website.url, screen)
        asks(chat, "hello")
        hears(chat, "Hello")
        # After the card comes an answer, which waits below.
        bot.bot.says(reply("utter_greet"), reply("utter_greet"))
        chat.locator("#chat-text").focus()
        asks(chat, "i want to kill myself. what does it cost?")
        expect(chat.locator(".by-bot")).to_have_count(4, timeout=PATIENCE_MS)
        picture(page, os.environ.get(PICTURES), f"card-{screen.name}")
        can_be_pressed(chat)


@pytest.mark.parametrize("screen", [SCREENS[0], SCREENS[2], SCREENS[4]], ids=lambda screen: screen.name)
def test_nothing_lies_over_them_while_no_server_answers(
    browser: Browser, website: Website, front_desk: FrontDesk, screen: Screen
) -> None:
    size: ViewportSize = {"width": screen.width, "height": screen.height}
    with browser.new_context(viewport=size, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        with page.expect_response("**/widget/plain.json", timeout=PATIENCE_MS):
            chat = opened(page, website.url, screen)
        front_desk.kill()
        try:
            asks(chat, "i want to kill myself")
            expect(chat.locator(".chat-card")).to_be_visible(timeout=PATIENCE_MS)
            expect(chat.locator("[data-part=trouble]")).to_contain_text("988", timeout=PATIENCE_MS)
            picture(page, os.environ.get(PICTURES), f"card-no-server-{screen.name}")
            can_be_pressed(chat)
        finally:
            front_desk.start()


def can_be_pressed(chat: FrameLocator) -> None:
    """The first button is whole and free at once, the others so too, by scrolling where room is short."""
    links = chat.locator(".chat-card-buttons a")
    expect(links).to_have_count(3, timeout=PATIENCE_MS)
    assert links.first.evaluate(UNCOVERED)
    for link in links.all():
        link.scroll_into_view_if_needed()
        assert link.evaluate(UNCOVERED), link.inner_text()


def test_a_card_takes_the_keyboard_away_and_is_what_is_read_next(
    phone: BrowserContext, website: Website, front_desk: FrontDesk
) -> None:
    page = phone.new_page()
    chat = opened(page, website.url, SCREENS[0])
    chat.locator("#chat-text").focus()
    asks(chat, "i want to kill myself")
    expect(chat.locator("li:has(.chat-card)")).to_be_focused(timeout=PATIENCE_MS)
