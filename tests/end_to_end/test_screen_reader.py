"""What a screen reader is given: the browser's own accessibility tree, and where Tab leads."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.chatting import PATIENCE_MS, asks, chat_on, hears, launcher, opens
from tests.end_to_end.screens import PHONE
from tests.end_to_end.two_sites import BotThread, FrontDesk, Website
from tests.web.stand_in_bot import reply

ANSWER = reply("utter_faq/what_is_a_crown", (("Does it hurt?", "faq/does_it_hurt"),))
TOLD = frozenset(
    {"article", "banner", "button", "contentinfo", "dialog", "DisclosureTriangle", "group", "heading",
     "link", "log", "main", "navigation", "region", "searchbox", "status", "textbox"}
)  # fmt: skip
NAMELESS = frozenset({"article", "banner", "contentinfo", "group", "main", "status"})


def told(page: Page, *, in_frame: bool = False) -> list[tuple[str, str]]:
    """Role and name of landmarks, groups and controls, in the order in which they are read."""
    tree = page.context.new_cdp_session(page)
    where: dict[str, Any] = {}
    if in_frame:
        frames = tree.send("Page.getFrameTree")["frameTree"]["childFrames"]
        where["frameId"] = frames[0]["frame"]["id"]
    nodes = {each["nodeId"]: each for each in tree.send("Accessibility.getFullAXTree", where)["nodes"]}
    found: list[tuple[str, str]] = []

    def read(node: dict[str, Any]) -> None:
        role, name = node["role"]["value"], node.get("name", {}).get("value", "")
        if not node["ignored"] and role in TOLD and (name or role != "group"):
            found.append((role, name))
        for child in node["childIds"]:
            if child in nodes:
                read(nodes[child])

    read(next(iter(nodes.values())))
    return found


HEAD = [
    ("region", "Ask us"),
    ("heading", "Riverside Dental"),
    ("DisclosureTriangle", "More"),
    ("button", "Close the chat"),
    ("button", "Talk to a person"),
    ("button", "Leave quickly"),
    ("region", "Conversation"),
]
NOTICE = [("link", "911"), ("link", "988"), ("DisclosureTriangle", "What we keep")]
END = [("textbox", "Your message"), ("button", "Send"), ("log", "New messages")]


def test_the_chat_is_told_in_its_order_in_every_state(
    visitor: Page, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.says(ANSWER)
    visitor.goto(front_desk.url)  # a page of the same origin: the frame is in its process
    assert told(visitor)[-1] == ("button", "Ask a question")
    launcher(visitor).click()
    chat = chat_on(visitor)
    titles = ("What is a crown?", "Does it hurt?", "When are you open?")
    starters = [("group", "Common questions"), *(("button", title) for title in titles)]
    assert told(visitor, in_frame=True) == [*HEAD, *NOTICE, *starters, *END]
    asks(chat, "what is a crown")
    hears(chat, "A crown is a cap")
    answered = [
        ("DisclosureTriangle", "Not yet reviewed by a clinician"),
        ("group", "Did this help?"), ("button", "Yes"), ("button", "No"), ("link", "Open as a page"),
        ("group", "Choices"), ("button", "Does it hurt?"),
    ]  # fmt: skip
    assert told(visitor, in_frame=True) == [*HEAD, *NOTICE, *answered, *END]
    asks(chat, "i want to kill myself")
    expect(chat.locator(".chat-card")).to_be_visible(timeout=PATIENCE_MS)
    card = [("group", "Help right now"), *(("link", name) for name in ("Call 988", "Text 988", "Call 911")),
            ("DisclosureTriangle", "More ways to get help")]  # fmt: skip
    heard = told(visitor, in_frame=True)
    start = heard.index(card[0])
    assert heard[start : start + len(card)] == card
    chat.locator(".chat-menu summary").click()
    chat.get_by_role("button", name="Forget this chat").click()
    asked = [("dialog", "Forget this chat?"), ("heading", "Forget this chat?"), ("button", "Keep the chat"),
             ("button", "Delete it")]  # fmt: skip
    expect(chat.get_by_role("button", name="Delete it")).to_be_visible(timeout=PATIENCE_MS)
    assert told(visitor, in_frame=True) == asked  # all else is out of reach


@pytest.mark.parametrize("path", ["/answers", "/answers/what_is_a_crown", "/answers?q=crown"])
def test_an_answers_page_has_one_heading_first_and_a_name_for_everything(
    visitor: Page, front_desk: FrontDesk, path: str
) -> None:
    visitor.goto(f"{front_desk.url}{path}")
    expect(launcher(visitor)).to_be_attached()
    heard = told(visitor)
    assert [name or role for role, name in heard[:3]] == ["Skip to content", "banner", "Riverside Dental"]
    assert [role for role, name in heard if not name and role not in NAMELESS] == []
    inside = heard[heard.index(("main", "")) :]
    assert {("contentinfo", ""), ("searchbox", "Search the answers")} <= set(inside)


def test_where_the_chat_fills_the_window_tab_never_leads_behind_it(
    browser: Browser, website: Website, front_desk: FrontDesk
) -> None:
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        chat = opens(page, website.url)
        expect(chat.locator("#chat-text")).to_be_focused()
        for _ in range(25):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.localName") in ("front-desk-chat", "body")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        expect(launcher(page)).to_be_focused()
