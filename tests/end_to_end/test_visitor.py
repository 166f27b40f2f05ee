"""A visitor on a phone and staff at the desk, in real Chromium, with everything real."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from tests.end_to_end import staff
from tests.end_to_end.chatting import PATIENCE_MS, PICTURES, asks, chat_on, hears, launcher, opens, picture
from tests.end_to_end.running import Running
from tests.end_to_end.screens import DESKTOP


@dataclass
class Visitor:
    """Somebody with the chat open on the clinic's own page."""

    page: Page
    chat: FrameLocator

    def picture(self, name: str) -> None:
        picture(self.page, os.environ.get(PICTURES), name)


@pytest.fixture
def visitor(phone: BrowserContext, running: Running) -> Visitor:
    page = phone.new_page()
    page.goto(address_of(running))
    expect(launcher(page)).to_be_visible()
    picture(page, os.environ.get(PICTURES), "home-phone")
    return Visitor(page, opens(page, address_of(running)))


def address_of(running: Running) -> str:
    return running.said[-1].split()[2]


def test_a_typed_question_gets_the_clinics_answer(visitor: Visitor) -> None:
    asks(visitor.chat, "wat is a k hole??")
    hears(visitor.chat, "street word")
    visitor.picture("chat-phone")


def test_a_follow_up_stays_on_its_subject_and_survives_a_reload(visitor: Visitor) -> None:
    asks(visitor.chat, "what is a k-hole")
    hears(visitor.chat, "street word")
    visitor.page.reload()
    visitor.page.locator("front-desk-chat .launcher").click()
    chat = chat_on(visitor.page)
    hears(chat, "street word")
    asks(chat, "and how long does it last?")
    hears(chat, "exact time")


def test_a_crisis_gets_a_card_with_a_call_button_that_fits_a_phone(visitor: Visitor) -> None:
    asks(visitor.chat, "i want to kill myself")
    call = visitor.chat.locator(".chat-card a[href='tel:988']").first
    expect(call).to_be_visible(timeout=PATIENCE_MS)
    expect(visitor.chat.locator(".chat-card a[href='tel:911']").first).to_be_in_viewport()
    expect(call).to_be_in_viewport()
    visitor.picture("crisis-card-phone")


def test_a_call_that_was_asked_for_reaches_the_desk(
    browser: Browser, running: Running, visitor: Visitor
) -> None:
    asks(visitor.chat, "please call me, Gwen 555-201-5518 afternoons")
    hears(visitor.chat, "read that back")
    visitor.chat.get_by_role("button", name="Yes, send it").last.click()
    hears(visitor.chat, "passed it on")
    desk = browser.new_context(viewport=DESKTOP).new_page()
    staff.set_up(desk, running)
    desk.goto(f"{address_of(running)}desk/callbacks")
    expect(desk.get_by_text("Gwen").first).to_be_visible()
    expect(desk.get_by_text("(555) 201-5518").first).to_be_visible()
    picture(desk, os.environ.get(PICTURES), "calls-desktop")
    desk.context.close()


def test_the_page_looks_like_a_clinic_on_a_desktop(desktop: BrowserContext, running: Running) -> None:
    page = desktop.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address_of(running))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    picture(page, os.environ.get(PICTURES), "home-desktop")
    launcher(page).click()
    chat = chat_on(page)
    asks(chat, "what are the side effects?")
    hears(chat, "dizziness")
    picture(page, os.environ.get(PICTURES), "chat-desktop")
    assert {url for url in asked if not url.startswith(address_of(running))} == set()


def test_what_a_visitor_types_never_runs(visitor: Visitor) -> None:
    asks(visitor.chat, "<img src=x onerror=\"document.title='owned'\"> what is ketamine")
    hears(visitor.chat, re.compile("."))
    assert visitor.page.frames[-1].title() != "owned"
