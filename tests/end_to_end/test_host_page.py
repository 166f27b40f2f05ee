"""The widget and the page it stands on: strict policies, other sites, forged messages, dead servers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.end_to_end.chatting import PATIENCE_MS, asks, chat_on, hears, is_sent, launcher, opens
from tests.end_to_end.conftest import plain_page
from tests.end_to_end.two_sites import FrontDesk, Website

HELP_MS = 15_000


def strict(desk: FrontDesk) -> dict[str, str]:
    """The lines of docs/clinics.md on an otherwise closed page."""
    lines = (
        "default-src 'none'",
        f"script-src {desk.url}",
        f"frame-src {desk.url}",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    return {"content-security-policy": "; ".join(lines)}


def test_two_lines_let_the_chat_onto_a_page_with_the_strictest_policy(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    refused: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Trusted Type" in message.text:
            refused.append(message.text)

    visitor.on("console", hear)
    website.pages["/strict"] = (plain_page(front_desk), strict(front_desk))
    chat = opens(visitor, f"{website.url}/strict")
    asks(chat, "hello")
    hears(chat, "What would you like to know?")
    assert refused == []
    position = visitor.locator("front-desk-chat .panel").evaluate(
        "(panel) => getComputedStyle(panel).position"
    )
    assert position == "fixed"  # its styles came through as well


def test_the_chat_works_on_a_page_that_is_isolated_from_other_origins(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    headers = {
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-opener-policy": "same-origin",
    }
    website.pages["/isolated"] = (plain_page(front_desk), headers)
    chat = opens(visitor, f"{website.url}/isolated")
    assert visitor.evaluate("() => crossOriginIsolated")
    asks(chat, "hello")
    hears(chat, "What would you like to know?")


def test_a_site_that_is_not_allowed_gets_a_clear_error_and_its_visitors_the_way_to_help(
    visitor: Page, front_desk: FrontDesk
) -> None:
    stranger = Website()
    stranger.pages["/"] = (plain_page(front_desk), {})
    said: list[str] = []
    visitor.on("console", lambda message: said.append(message.text))
    visitor.goto(stranger.url)
    launcher(visitor).click()
    expect(visitor.get_by_role("link", name="Call 988")).to_be_visible()
    expect(visitor.get_by_role("link", name="Call us: (555) 201-8834")).to_be_visible()
    assert any(stranger.url in text and "is not allowed (see the page Setup)" in text for text in said)
    stranger.stop()


def test_a_browser_frames_the_chat_nowhere_else(
    visitor: Page, front_desk: FrontDesk, website: Website
) -> None:
    stranger = Website()
    frame = f"{front_desk.url}/widget?site={website.url}&form=panel"
    stranger.pages["/"] = (f'<!doctype html><iframe src="{frame}"></iframe>', {})
    with visitor.expect_console_message(lambda message: "frame-ancestors" in message.text):
        visitor.goto(stranger.url)
    assert visitor.frame_locator("iframe").locator("#chat-text").count() == 0
    stranger.stop()


# What Chromium says when a frame's sandbox swallows a call.
SWALLOWED = "external protocol blocked by sandbox"


@pytest.mark.parametrize(
    ("link", "name"), [("tel:988", "Call 988"), ("sms:988", "Text 988"), ("tel:911", "Call 911")]
)
def test_pressing_a_button_of_the_card_makes_the_call(
    visitor: Page, website: Website, front_desk: FrontDesk, link: str, name: str
) -> None:
    said: list[str] = []
    visitor.on("console", lambda message: said.append(message.text))
    chat = opens(visitor, website.url)
    asks(chat, "i want to kill myself")
    card = chat.locator(".chat-card-buttons")
    # The browser hands it to the telephone: for the page the request ends there.
    with visitor.expect_event("requestfailed", lambda request: request.url == link, timeout=PATIENCE_MS):
        card.get_by_role("link", name=name).click(no_wait_after=True)
    assert [text for text in said if SWALLOWED in text] == []


def test_in_a_sandboxed_frame_the_same_press_would_do_nothing(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    """What the loader must never do; it shows that the test above can fail."""
    frame = f"{front_desk.url}/widget?site={website.url}&form=panel"
    sandbox = "allow-scripts allow-same-origin"
    website.pages["/sandbox"] = (f'<!doctype html><iframe sandbox="{sandbox}" src="{frame}"></iframe>', {})
    visitor.goto(f"{website.url}/sandbox")
    inside = visitor.frames[1]
    inside.evaluate(
        """() => { const link = document.createElement('a'); link.href = 'tel:988'; link.id = 'call';
        link.textContent = 'Call'; document.body.replaceChildren(link); }"""
    )
    with visitor.expect_console_message(lambda message: SWALLOWED in message.text):
        inside.locator("#call").click(no_wait_after=True)
    opens(visitor, website.url)
    assert visitor.locator("front-desk-chat iframe").get_attribute("sandbox") is None


def test_without_a_server_the_loader_shows_phone_988_and_911(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    visitor.goto(website.url)
    front_desk.kill()
    launcher(visitor).click()
    expect(visitor.get_by_role("link", name="Call 988")).to_be_visible(timeout=HELP_MS)
    for name, href in (("Text 988", "sms:988"), ("Call 911", "tel:911"), ("Call us", "tel:5552018834")):
        expect(visitor.get_by_role("link", name=name)).to_have_attribute("href", href)
    front_desk.start()
    visitor.get_by_role("button", name="Try again").click()
    chat = chat_on(visitor)
    expect(visitor.get_by_role("link", name="Call 988")).to_be_hidden()
    asks(chat, "hello")
    is_sent(chat)


def test_no_address_ever_holds_the_token(visitor: Page, website: Website, front_desk: FrontDesk) -> None:
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    chat = opens(visitor, website.url)
    asks(chat, "hello")
    is_sent(chat)
    kept = "() => JSON.parse(localStorage.getItem('front-desk.conversation')).token"
    token = visitor.evaluate(kept)
    assert len(token) >= 22
    visitor.reload()
    chat_on(visitor)
    assert [url for url in asked if token in url] == []


def test_the_frame_keeps_nothing_where_browsers_would_lose_it(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    chat = opens(visitor, website.url)
    asks(chat, "hello")
    is_sent(chat)
    assert visitor.frames[1].evaluate("() => { try { return localStorage.length } catch { return 0 } }") == 0


def test_forged_messages_of_the_host_page_or_of_another_frame_are_not_heard(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    forger = Website()
    forger.pages["/"] = (
        """<!doctype html><script>
        addEventListener('message', () => { parent.frames[0].postMessage({frontDesk: 1, type: 'kept',
          kept: {draft: '"forged"'}}, '*');
          parent.postMessage({frontDesk: 1, type: 'write', name: 'conversation', value: '"forged"'}, '*');
          parent.postMessage('done', '*'); });</script>""",
        {},
    )
    opens(visitor, website.url)
    visitor.evaluate(
        """async (url) => {
          const frame = document.body.appendChild(document.createElement('iframe'));
          frame.src = url;
          await new Promise((done) => { frame.onload = done; });
          const heard = new Promise((done) => {
            addEventListener('message', ({ data }) => data === 'done' && done());
          });
          frame.contentWindow.postMessage('go', '*');
          await heard;
        }""",
        forger.url,
    )
    assert visitor.evaluate("() => localStorage.getItem('front-desk.conversation')") is None
    expect(visitor.frame_locator("front-desk-chat iframe").locator("#chat-text")).to_have_value("")
    forger.stop()


def test_two_tabs_that_begin_at_once_share_one_conversation(
    desktop: BrowserContext, website: Website, front_desk: FrontDesk
) -> None:
    tabs = [desktop.new_page(), desktop.new_page()]
    chats = [opens(tab, website.url) for tab in tabs]
    for number, chat in enumerate(chats):
        chat.locator("#chat-text").fill(f"from tab {number}")
    for chat in chats:
        chat.locator("[data-part=send]").click(no_wait_after=True)
    for chat in chats:
        for number in range(2):
            expect(chat.locator(".by-visitor").filter(has_text=f"from tab {number}")).to_have_count(
                1, timeout=PATIENCE_MS
            )
    ids = {tab.evaluate("() => localStorage.getItem('front-desk.conversation')") for tab in tabs}
    assert len(ids) == 1


def test_the_chat_stands_inside_a_page_too(visitor: Page, website: Website, front_desk: FrontDesk) -> None:
    page = plain_page(front_desk, 'data-in="ask"').replace("<p>Welcome.</p>", '<div id="ask"></div>')
    website.pages["/inline"] = (page, {})
    visitor.goto(f"{website.url}/inline")
    chat = visitor.frame_locator("#ask iframe")
    asks(chat, "hello")
    hears(chat, "What would you like to know?")
    assert visitor.locator("front-desk-chat .launcher").count() == 0
    assert chat.locator("[data-part=close]").count() == 0


def test_any_element_of_the_page_can_open_the_chat(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    link = f'<p><a href="{front_desk.url}/chat" data-front-desk-open>Ask us</a></p>'
    website.pages["/link"] = (plain_page(front_desk).replace("<p>Welcome.</p>", link), {})
    visitor.goto(f"{website.url}/link")
    expect(launcher(visitor)).to_be_visible()
    visitor.get_by_text("Ask us").click()
    chat_on(visitor)
    assert visitor.url == f"{website.url}/link"


def test_the_chat_stands_alone_on_a_page_of_its_own(visitor: Page, front_desk: FrontDesk) -> None:
    visitor.goto(f"{front_desk.url}/chat")
    visitor.locator("#chat-text").fill("hello")
    visitor.keyboard.press("Enter")
    expect(visitor.locator(".by-bot").first).to_be_visible(timeout=PATIENCE_MS)
    visitor.reload()
    expect(visitor.get_by_text("hello", exact=True)).to_have_count(1)


def test_leaving_quickly_goes_away_and_leaves_nothing_on_this_device(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    elsewhere = re.compile("^https://www.weather.gov/")
    visitor.route(elsewhere, lambda route: route.fulfill(body="<title>Weather</title>"))
    chat = opens(visitor, website.url)
    asks(chat, "hello")
    is_sent(chat)
    chat.get_by_role("button", name="Leave quickly").click(no_wait_after=True)
    visitor.wait_for_url(elsewhere)
    visitor.goto(website.url)
    left = visitor.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('front-desk'))")
    assert left == []
