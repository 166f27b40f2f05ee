"""A visitor forgets the chat, and is asked separately about the call that they asked for."""

from __future__ import annotations

import os
import sqlite3

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.end_to_end.chatting import PATIENCE_MS, PICTURES, asks, hears, opens, picture
from tests.end_to_end.two_sites import BotThread, FrontDesk, Website
from tests.web.stand_in_bot import callback, reply


def asks_for_a_call(chat: FrameLocator, bot: BotThread) -> None:
    bot.bot.says(
        reply("utter_callback_sent", first_name="Ana"),
        requests=(callback(first_name="Ana", phone="+15552018834"),),
    )
    asks(chat, "please call me")
    hears(chat, "Thank you, Ana.")


def wants_to_forget(chat: FrameLocator) -> None:
    chat.locator("[data-part=menu] summary").click()
    chat.get_by_role("button", name="Forget this chat").click()
    expect(chat.get_by_role("heading", name="Forget this chat?")).to_be_visible()
    expect(chat.get_by_role("button", name="Delete it", exact=True)).to_be_enabled()


def rows(desk: FrontDesk, table: str) -> int:
    with sqlite3.connect(desk.var / "front-desk.sqlite3") as record:
        return int(record.execute(f"select count(*) from {table}").fetchone()[0])


@pytest.mark.parametrize(
    ("choice", "calls"), [("Keep it: please still call me", 1), ("Delete it: do not call me", 0)]
)
def test_an_open_call_is_asked_about_separately(
    phone: BrowserContext, website: Website, front_desk: FrontDesk, bot: BotThread, choice: str, calls: int
) -> None:
    before = rows(front_desk, "callbacks")
    page: Page = phone.new_page()
    chat = opens(page, website.url)
    asks_for_a_call(chat, bot)
    wants_to_forget(chat)
    chat.get_by_label(choice).check()
    picture(page, os.environ.get(PICTURES), f"forget-{calls}")
    chat.get_by_role("button", name="Delete it", exact=True).click()
    expect(chat.get_by_text("please call me")).to_have_count(0, timeout=PATIENCE_MS)
    assert rows(front_desk, "callbacks") == before + calls
    assert rows(front_desk, "messages") == 0


def test_without_a_call_nothing_is_asked(visitor: Page, website: Website, front_desk: FrontDesk) -> None:
    chat = opens(visitor, website.url)
    asks(chat, "hello there")
    hears(chat, "What would you like to know?")
    wants_to_forget(chat)
    expect(chat.get_by_text("Your request for a call")).to_be_hidden()
    chat.get_by_role("button", name="Delete it", exact=True).click()
    expect(chat.get_by_text("hello there")).to_have_count(0, timeout=PATIENCE_MS)
