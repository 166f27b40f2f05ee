"""What visitors do in the widget: open it, write, press, read."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Frame, FrameLocator, Locator, Page, expect

# A test waits for what must come; how long a busy machine takes is not what it is about.
PATIENCE_MS = 90_000
# With this folder named, a run leaves its pictures there.
PICTURES = "FRONT_DESK_SCREENSHOTS"


def launcher(page: Page) -> Locator:
    return page.locator("front-desk-chat .launcher")


def opens(page: Page, url: str) -> FrameLocator:
    """Go to a page of the website and open the chat."""
    page.goto(url)
    launcher(page).click()
    return chat_on(page)


def chat_on(page: Page) -> FrameLocator:
    """The chat in the widget of a page."""
    chat = page.frame_locator("front-desk-chat iframe")
    expect(chat.locator("#chat-text")).to_be_visible(timeout=PATIENCE_MS)
    return chat


def asks(chat: FrameLocator | Frame | Page, text: str) -> None:
    chat.locator("#chat-text").fill(text)
    chat.locator("#chat-text").press("Enter")


def said(chat: FrameLocator | Frame | Page, words: str | re.Pattern[str]) -> Locator:
    """The messages that are not the visitor's and hold these words."""
    others = ".by-bot .chat-bubble, .by-system .chat-bubble, .by-staff .chat-bubble, .chat-card"
    return chat.locator(others).filter(has_text=words)


def hears(chat: FrameLocator | Frame | Page, words: str | re.Pattern[str]) -> None:
    expect(said(chat, words).last).to_be_visible(timeout=PATIENCE_MS)


def is_sent(chat: FrameLocator | Page) -> None:
    expect(chat.locator(".chat-state:visible").last).to_have_text("Sent", timeout=PATIENCE_MS)


def picture(page: Page, folder: str | None, name: str) -> None:
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))
