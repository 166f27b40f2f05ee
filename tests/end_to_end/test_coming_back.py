"""A visitor opens their chat by the link of a mail, on another device; and a second time in vain."""

from __future__ import annotations

import hashlib
import sqlite3

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.end_to_end.chatting import PATIENCE_MS, asks, hears, opens
from tests.end_to_end.two_sites import FrontDesk, Website

TOKEN = "a-token-that-stood-in-a-mail"
LINK = (
    "insert into reply_links (id, conversation_id, message_id, by, way, address, state, token_hash, "
    "created_at, due_at, expires_at) select 'link', id, '', 'n1', 'email', '', 'sent', ?, created_at, "
    "created_at, '2099-01-01 00:00:00' from conversations order by created_at desc limit 1"
)


def test_a_link_opens_the_chat_on_another_device_once(
    visitor: Page, phone: BrowserContext, browser: Browser, website: Website, front_desk: FrontDesk
) -> None:
    chat = opens(visitor, website.url)
    asks(chat, "my words from the first device")
    hears(chat, "What would you like to know?")
    with sqlite3.connect(front_desk.var / "front-desk.sqlite3", timeout=30) as record:
        record.execute(LINK, (hashlib.sha256(TOKEN.encode()).hexdigest(),))
    page = phone.new_page()
    page.goto(f"{front_desk.url}/chat/back#{TOKEN}")
    button = page.get_by_role("button", name="Open the chat")
    expect(button).to_be_focused(timeout=PATIENCE_MS)
    assert TOKEN not in page.url
    button.press("Enter")
    words = page.get_by_text("my words from the first device")
    expect(words).to_be_visible(timeout=PATIENCE_MS)
    page.reload()
    expect(words).to_be_visible(timeout=PATIENCE_MS)
    with browser.new_context() as third:
        page = third.new_page()
        page.goto(f"{front_desk.url}/chat/back#{TOKEN}")
        page.get_by_role("button", name="Open the chat").click()
        expect(page.get_by_role("alert")).to_contain_text("This link was used already", timeout=PATIENCE_MS)
        expect(page.get_by_role("button", name="Open the chat")).to_be_hidden()
