"""A visitor on a phone and staff at the in-tray, in real Chromium, with everything real."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.end_to_end.running import Running

PHONE, DESKTOP = {"width": 360, "height": 640}, {"width": 1280, "height": 800}
ANSWER_LIMIT_MS = 20_000
# With this folder named, the run leaves its pictures there (docs/screenshots).
PICTURES = os.environ.get("FRONT_DESK_SCREENSHOTS")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def visitor(browser: Browser, running: Running) -> Iterator[Page]:
    page = browser.new_context(viewport=PHONE, has_touch=True).new_page()
    page.goto(address_of(running))
    picture(page, "home-phone")
    open_chat(page)
    yield page
    page.context.close()


def open_chat(page: Page) -> None:
    page.locator("[data-part=launcher]").click()


def address_of(running: Running) -> str:
    return running.said[-1].split()[2]


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def ask(page: Page, text: str) -> None:
    page.locator("#chat-text").fill(text)
    page.keyboard.press("Enter")


def bot_says(page: Page, words: str | re.Pattern[str]) -> None:
    said = page.locator(".by-bot .chat-bubble, .by-system .chat-bubble").filter(has_text=words)
    expect(said.last).to_be_visible(timeout=ANSWER_LIMIT_MS)


def test_a_typed_question_gets_the_clinics_answer(visitor: Page) -> None:
    ask(visitor, "wat is a k hole??")
    bot_says(visitor, "street word")
    picture(visitor, "chat-phone")


def test_a_follow_up_stays_on_its_subject_and_survives_a_reload(visitor: Page) -> None:
    ask(visitor, "what is a k-hole")
    bot_says(visitor, "street word")
    visitor.reload()
    open_chat(visitor)
    bot_says(visitor, "street word")
    ask(visitor, "and how long does it last?")
    bot_says(visitor, "exact time")


def test_a_crisis_gets_a_card_with_a_call_button_that_fits_a_phone(visitor: Page) -> None:
    ask(visitor, "i want to kill myself")
    call = visitor.locator(".chat-card a[href='tel:988']").first
    expect(call).to_be_visible(timeout=ANSWER_LIMIT_MS)
    expect(visitor.locator(".chat-card a[href='tel:911']").first).to_be_in_viewport()
    expect(call).to_be_in_viewport()
    picture(visitor, "crisis-card-phone")


def test_a_call_that_was_asked_for_reaches_the_in_tray(
    browser: Browser, running: Running, visitor: Page
) -> None:
    ask(visitor, "please call me, Gwen 555-201-5518 afternoons")
    bot_says(visitor, "read that back")
    visitor.get_by_role("button", name=re.compile("may leave a message")).last.click()
    bot_says(visitor, "passed it on")
    desk = browser.new_context(viewport=DESKTOP).new_page()
    desk.goto(f"{address_of(running)}in-tray")
    desk.get_by_label("Password").fill(password_of(running))
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Gwen").first).to_be_visible()
    expect(desk.get_by_text("(555) 201-5518").first).to_be_visible()
    picture(desk, "in-tray-desktop")
    desk.context.close()


def test_the_page_looks_like_a_clinic_on_a_desktop(browser: Browser, running: Running) -> None:
    page = browser.new_context(viewport=DESKTOP).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address_of(running))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    picture(page, "home-desktop")
    assert {url for url in asked if not url.startswith(address_of(running))} == set()
    page.context.close()


def test_what_a_visitor_types_never_runs(visitor: Page) -> None:
    ask(visitor, "<img src=x onerror=\"document.title='owned'\"> what is ketamine")
    bot_says(visitor, re.compile("."))
    assert visitor.title() != "owned"


def password_of(running: Running) -> str:
    line = next(line for line in running.said if "password" in line.lower())
    return line.rsplit(" ", 1)[-1]
