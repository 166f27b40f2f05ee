"""Nothing lies over the buttons of a crisis card: small phones, keyboards, landscape, large letters."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, ViewportSize, expect

from tests.end_to_end.chatting import PATIENCE_MS, PICTURES, asks, chat_on, hears, launcher, picture, said
from tests.end_to_end.desk_cast import at_work
from tests.end_to_end.two_sites import BotThread, FrontDesk, Website
from tests.web.chat.test_safety_first import PASSIVE
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
    colours: Literal["light", "dark"] = "light"


SCREENS = (
    Screen("phone", 360, 640),
    Screen("phone-dark", 360, 640, colours="dark"),
    Screen("keyboard", 360, 640, keyboard=300),
    Screen("landscape", 640, 360),
    Screen("landscape-dark", 640, 360, colours="dark"),
    Screen("letters-130", 360, 640, letters="130%"),
    Screen("letters-130-keyboard", 360, 640, letters="130%", keyboard=300),
    Screen("zoom-200", 640, 400),  # 1280 x 800 at 200 %
    Screen("zoom-200-phone", 195, 422),  # 390 x 844 at 200 %
)
ANSWERS_FIT = ("phone", "phone-dark", "landscape", "landscape-dark", "zoom-200")
PHONE, KEYBOARD_UP, LARGE = SCREENS[0], SCREENS[2], SCREENS[6]
CARD, CHECK = "i want to kill myself. what does it cost?", PASSIVE


def opened(page: Page, url: str, screen: Screen) -> FrameLocator:
    """Open the chat and write in it: on a phone the keyboard is up from then on."""
    page.goto(url)
    launcher(page).click()
    chat = chat_on(page)
    page.frames[1].evaluate("(size) => { document.documentElement.style.fontSize = size }", screen.letters)
    if screen.keyboard:
        page.evaluate(KEYBOARD, screen.keyboard)
    return chat


@contextmanager
def held(browser: Browser, screen: Screen) -> Iterator[Page]:
    """A phone with this screen."""
    size: ViewportSize = {"width": screen.width, "height": screen.height}
    with browser.new_context(
        viewport=size, has_touch=True, is_mobile=True, color_scheme=screen.colours
    ) as context:
        yield context.new_page()


@pytest.mark.parametrize("text", [CARD, CHECK], ids=["card", "check"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_nothing_lies_over_the_buttons_of_a_card(
    browser: Browser, website: Website, front_desk: FrontDesk, bot: BotThread, screen: Screen, text: str
) -> None:
    with held(browser, screen) as page:
        chat = opened(page, website.url, screen)
        asks(chat, "hello")
        hears(chat, "Hello")
        # After the card comes an answer, which waits below.
        bot.bot.says(reply("utter_greet"), reply("utter_greet"))
        chat.locator("#chat-text").focus()
        asks(chat, text)
        expect(chat.locator(".by-bot")).to_have_count(4, timeout=PATIENCE_MS)
        picture(page, os.environ.get(PICTURES), f"{'card' if text == CARD else 'check'}-{screen.name}")
        can_be_pressed(chat, 3 if text == CARD else 2, with_answers=screen.name in ANSWERS_FIT)


@pytest.mark.parametrize("screen", [PHONE, KEYBOARD_UP, LARGE], ids=lambda screen: screen.name)
def test_nothing_lies_over_them_while_no_server_answers(
    browser: Browser, website: Website, front_desk: FrontDesk, screen: Screen
) -> None:
    with held(browser, screen) as page:
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


@pytest.mark.parametrize("screen", [PHONE, KEYBOARD_UP], ids=lambda screen: screen.name)
def test_nothing_lies_over_them_while_the_record_is_away(
    browser: Browser, website: Website, front_desk: FrontDesk, bot: BotThread, screen: Screen
) -> None:
    """The server answers 503 with the card: the message is not stored, the card is there all the same."""
    with held(browser, screen) as page:
        chat = opened(page, website.url, screen)
        asks(chat, "hello")
        hears(chat, "Hello")
        record = front_desk.var / "front-desk.sqlite3"
        lock = sqlite3.connect(record, isolation_level=None)
        try:
            lock.execute("BEGIN EXCLUSIVE")
            with page.expect_response(lambda answer: answer.status == 503, timeout=PATIENCE_MS):
                asks(chat, "i want to kill myself")
            expect(chat.locator(".chat-card")).to_be_visible(timeout=PATIENCE_MS)
            picture(page, os.environ.get(PICTURES), f"card-503-{screen.name}")
            can_be_pressed(chat, 3)
            expect(chat.locator(".chat-card")).to_have_count(1)
            expect(chat.locator("li:has(.chat-card)")).to_be_focused()
            expect(chat.locator(".chat-state.is-failed")).to_contain_text("Not sent")
        finally:
            lock.close()


def can_be_pressed(chat: FrameLocator, count: int = 3, *, with_answers: bool = False) -> None:
    """Every button is whole and free at once, without scrolling.

    `with_answers`: those of a check as well. Elsewhere its question stands there, and they below it.
    """
    links = chat.locator(".chat-card-buttons a")
    expect(links).to_have_count(count, timeout=PATIENCE_MS)
    for link in links.all():
        assert link.evaluate(UNCOVERED), link.inner_text()
    for choice in chat.locator("li:has(.chat-card) .chat-choice").all():
        if not with_answers:
            choice.scroll_into_view_if_needed()
        assert choice.evaluate(UNCOVERED), choice.inner_text()


@pytest.mark.parametrize("text", [CARD, CHECK], ids=["card", "check"])
def test_a_card_takes_the_keyboard_away_and_is_what_is_read_next(
    phone: BrowserContext, website: Website, front_desk: FrontDesk, text: str
) -> None:
    page = phone.new_page()
    chat = opened(page, website.url, PHONE)
    chat.locator("#chat-text").focus()
    asks(chat, text)
    expect(chat.locator("li:has(.chat-card)")).to_be_focused(timeout=PATIENCE_MS)


@pytest.mark.parametrize("text", [CARD, CHECK], ids=["card", "check"])
def test_a_card_names_the_person_who_holds_the_chat(
    browser: Browser, clinic: FrontDesk, phone: BrowserContext, text: str
) -> None:
    page = phone.new_page()
    page.goto(f"{clinic.url}/chat")
    asks(page, "hello")
    hears(page, "Hello")
    nurse = at_work(browser, clinic.url, "nurse")
    nurse.goto(f"{clinic.url}/desk/search")
    nurse.locator("main a[href^='/desk/conversations/']").first.click()
    nurse.locator("#reply").fill("Hi, I am from the front desk.")
    nurse.locator("[data-send]").click()
    hears(page, "I am from the front desk")
    asks(page, text)
    hears(page, "Nina Nurse from our team has this chat open")
    expect(said(page, "nobody may be reading")).to_have_count(0)
    picture(page, os.environ.get(PICTURES), f"{'card' if text == CARD else 'check'}-person")
    nurse.context.close()
