"""The widget on a plain page of another origin: one line to embed, and nothing is lost."""

from __future__ import annotations

import sqlite3

from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.end_to_end.chatting import PATIENCE_MS, asks, chat_on, hears, is_sent, launcher, opens, said
from tests.end_to_end.two_sites import BotThread, FrontDesk, Website
from tests.web.stand_in_bot import reply


def test_one_line_puts_the_chat_on_a_page_of_another_origin(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    chat = opens(visitor, website.url)
    asks(chat, "hello there")
    hears(chat, "What would you like to know?")
    is_sent(chat)


def test_nothing_of_the_chat_is_loaded_before_it_is_opened(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    visitor.goto(website.url)
    expect(launcher(visitor)).to_be_visible()
    assert [url for url in asked if url.startswith(front_desk.url)] == [f"{front_desk.url}/widget.js"]


def test_the_conversation_survives_a_reload_and_another_page(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    website.pages["/about"] = website.pages["/"]
    chat = opens(visitor, website.url)
    asks(chat, "my first question")
    hears(chat, "What would you like to know?")
    visitor.goto(f"{website.url}/about")  # the chat stays open from page to page
    chat = chat_on(visitor)
    expect(chat.get_by_text("my first question")).to_have_count(1)
    hears(chat, "What would you like to know?")


def test_the_conversation_survives_a_closed_tab(
    desktop: BrowserContext, website: Website, front_desk: FrontDesk
) -> None:
    page = desktop.new_page()
    chat = opens(page, website.url)
    asks(chat, "before the tab closes")
    is_sent(chat)
    page.close()
    chat = opens(desktop.new_page(), website.url)
    expect(chat.get_by_text("before the tab closes")).to_be_visible(timeout=PATIENCE_MS)


def test_a_draft_survives_a_reload(visitor: Page, website: Website, front_desk: FrontDesk) -> None:
    chat = opens(visitor, website.url)
    chat.locator("#chat-text").press_sequentially("half a thou")
    visitor.reload()
    expect(chat_on(visitor).locator("#chat-text")).to_have_value("half a thou")


def writes_in_the_dark(visitor: Page, website: Website, front_desk: FrontDesk) -> FrameLocator:
    """Open a chat, and write in it once the server is dead."""
    chat = opens(visitor, website.url)
    asks(chat, "first")
    is_sent(chat)
    front_desk.kill()
    asks(chat, "written in the dark")
    expect(chat.get_by_text("Not sent")).to_be_visible(timeout=PATIENCE_MS)
    return chat


def test_a_message_written_while_the_server_is_dead_is_kept_and_sent_once(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    chat = writes_in_the_dark(visitor, website, front_desk)
    expect(chat.get_by_text("(555) 201-8834").first).to_be_visible()  # the client says so itself
    front_desk.start()
    visitor.reload()
    chat = chat_on(visitor)
    is_sent(chat)
    expect(chat.get_by_text("written in the dark")).to_have_count(1)
    visitor.reload()
    chat = chat_on(visitor)
    expect(chat.get_by_text("written in the dark")).to_have_count(1)


def test_a_first_message_that_failed_is_sent_by_itself_when_the_server_is_back(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    chat = opens(visitor, website.url)
    front_desk.kill()
    asks(chat, "the very first words")
    expect(chat.get_by_text("Not sent")).to_be_visible(timeout=PATIENCE_MS)
    chat.get_by_role("button", name="Retry").focus()
    front_desk.start()
    is_sent(chat)
    # The button is gone; whoever was there by keyboard stays at the message.
    expect(chat.locator(".chat-message:focus")).to_contain_text("the very first words")
    hears(chat, "What would you like to know?")
    expect(chat.get_by_text("the very first words")).to_have_count(1)


def test_unsent_words_begin_a_new_chat_when_the_old_one_is_gone(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    chat = writes_in_the_dark(visitor, website, front_desk)
    chat.locator("#chat-text").press_sequentially("half a thou")
    with sqlite3.connect(front_desk.var / "front-desk.sqlite3") as record:  # as its age would have it
        record.execute("PRAGMA foreign_keys = ON")
        record.execute("DELETE FROM conversations")
    record.close()
    front_desk.start()
    expect(chat.get_by_text("The earlier chat is gone.")).to_have_count(1, timeout=PATIENCE_MS)
    is_sent(chat)
    expect(chat.get_by_text("written in the dark")).to_have_count(1)
    expect(chat.get_by_text("first", exact=True)).to_have_count(0)
    expect(chat.locator("#chat-text")).to_have_value("half a thou")


def test_an_answer_that_comes_after_a_kill_is_shown_once(
    visitor: Page, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    chat = opens(visitor, website.url)
    bot.bot.hangs()
    asks(chat, "a slow one")
    is_sent(chat)
    front_desk.kill()
    front_desk.start()
    bot.goes_on(reply("utter_greet"))
    hears(chat, "What would you like to know?")
    expect(said(chat, "What would you like to know?")).to_have_count(1)
