"""Blockers hide what is named like a chat: no name of ours is one that their lists look for."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from tests.end_to_end.chatting import asks, chat_on, hears, launcher, opens
from tests.end_to_end.conftest import plain_page
from tests.end_to_end.two_sites import FrontDesk, Website

# As "EasyList Chat Widgets", "AdGuard Widgets" and people's own filters write them, for every website.
FILTERS = (
    *(f".{name}" for name in ("chat-widget", "chat-widget-container", "chat-bot", "chatbot", "chatbox",
      "chat-box", "chat-button", "chat-launcher", "chat-popup", "chat-float", "chat-fab", "chat-toggler",
      "chat-trigger", "chat-wrapper", "floating-chat", "live-chat", "livechat", "live-chat-button",
      "webchat", "web-chat", "help-chat", "chat-icon-wrapper", "m-chat-toggler", "intercom-launcher",
      "intercom-lightweight-app", "drift-facade", "joinchat--chatbox", "b24-widget-button-wrapper",
      "sticky-button--whatsapp", "widget-button", "floating-button", "floating-widget", "fab", "popup",
      "modal-overlay", "sticky-banner", "cookie-banner", "newsletter-popup", "support-widget")),
    *(f"#{name}" for name in ("chat-widget", "chat-widget-container", "chat-button", "chat-launcher",
      "chatbot", "chatbox", "livechat", "live-chat", "launcher", "webWidget", "tidio-chat",
      "hubspot-messages-iframe-container", "WACLauncher__Button",
      "popin-salescontact", "support-widget", "help-widget")),
    *(f'[{name}*="{word}" i]' for name in ("id", "class", "src", "title", "aria-label", "data-testid")
      for word in ("chat-widget", "chatwidget", "chatbot", "chat-bot", "livechat", "live-chat", "webchat",
                   "intercom", "messenger", "cookie", "newsletter", "popup", "advert", "sponsor")),
    'iframe[id^="chat"]', 'iframe[class*="chat"]', 'iframe[name*="chat"]', 'iframe[src*="/chat/"]',
    'div[style*="z-index: 2147483647"]', 'div[style*="z-index:2147483647"]',
)  # fmt: skip
# So broad that they would hide half of the web's forums; on a website's own page we stand even these.
BROAD = (
    'body > div[id^="chat"]',
    '[id^="chat"]',
    '[class^="chat"]',
    '[class*="chat-"]',
    '[id*="chat"]',
    '[class*="widget"]',
)
HIT = """(filters) => {
  const own = document.querySelector('front-desk-chat');
  const all = own ? [own, ...own.shadowRoot.querySelectorAll('*')] : [...document.querySelectorAll('*')];
  return filters.filter((filter) => all.some((each) => each.matches(filter)));
}"""
# A blocker's sheet counts above all of the page's and ours.
HIDE = """() => {
  const root = document.querySelector('front-desk-chat').shadowRoot;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(':host { display: none !important }');
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}"""


def test_no_filter_hits_the_button_the_panel_or_the_chat_in_it(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    chat = opens(visitor, website.url)
    asks(chat, "hello")
    hears(chat, "What would you like to know?")
    assert visitor.evaluate(HIT, [*FILTERS, *BROAD]) == []
    assert visitor.frames[1].evaluate(HIT, FILTERS) == []


def test_no_filter_hits_the_chat_as_a_page_or_the_answers(visitor: Page, front_desk: FrontDesk) -> None:
    for path in ("/chat", "/answers", "/answers/what_is_a_crown"):
        visitor.goto(f"{front_desk.url}{path}")
        assert visitor.evaluate(HIT, FILTERS) == [], path


def test_where_a_blocker_hides_the_button_the_pages_own_link_leads_to_the_chat(
    desktop: BrowserContext, website: Website, front_desk: FrontDesk
) -> None:
    link = f'<p><a href="{front_desk.url}/chat" data-front-desk-open>Ask us</a></p>'
    website.pages["/blocked"] = (plain_page(front_desk).replace("</h1>", f"</h1>{link}"), {})
    page = desktop.new_page()
    page.goto(f"{website.url}/blocked")
    expect(launcher(page)).to_be_visible()
    page.get_by_text("Ask us").click()
    chat_on(page)  # as long as nothing hides it
    page.evaluate("FrontDesk.close()")
    page.evaluate(HIDE)
    page.get_by_text("Ask us").click()
    page.wait_for_url(f"{front_desk.url}/chat")
    asks(page, "hello")
    hears(page, "What would you like to know?")
