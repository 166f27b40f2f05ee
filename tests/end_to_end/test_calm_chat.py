"""A calmer chat: what is out of date goes, help can be pressed, and turning a phone loses nothing."""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.end_to_end.chatting import PATIENCE_MS, asks, hears, is_sent, opens
from tests.end_to_end.screens import PHONE
from tests.end_to_end.two_sites import BotThread, FrontDesk, Website
from tests.web.stand_in_bot import reply

PAPER: ViewportSize = {"width": 794, "height": 1123}  # A4
# How much darker or lighter than its bubble a link is: nothing, where both have one colour.
COLOURS = (
    "(link) => [getComputedStyle(link).color, getComputedStyle(link.closest('.chat-bubble')).backgroundColor]"
)


def test_a_pressed_starter_takes_the_others_away_and_the_focus_stays_in_the_conversation(
    visitor: Page, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.says(reply("utter_faq/what_is_a_crown"))
    chat = opens(visitor, website.url)
    chat.get_by_role("button", name="What is a crown?").press("Enter")
    hears(chat, "A crown is a cap")
    expect(chat.locator("[data-part=starters]")).to_be_hidden()
    expect(chat.locator(".by-visitor").last).to_be_focused()
    expect(chat.locator(".by-bot .chat-bubble").last).to_have_attribute("lang", "en")


def test_numbers_for_help_can_be_pressed_and_what_a_visitor_writes_can_be_read(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    chat = opens(visitor, website.url)
    notice = chat.locator(".chat-notice > p")
    expect(notice.get_by_role("link", name="988")).to_have_attribute("href", "tel:988")
    expect(notice.get_by_role("link", name="911")).to_have_attribute("href", "tel:911")
    asks(chat, "is it 988, or 1-800-988-4000? see https://example.com/a")
    is_sent(chat)
    links = chat.locator(".by-visitor .chat-bubble a")
    assert links.evaluate_all("(all) => all.map((each) => each.href)") == [
        "tel:988",
        "https://example.com/a",
    ]
    words, ground = links.last.evaluate(COLOURS)
    assert words != ground
    visitor.context.set_offline(True)
    asks(chat, "and now?")
    trouble = chat.locator("[data-part=trouble]")
    expect(trouble.get_by_role("link", name="911")).to_be_visible(timeout=30_000)
    expect(trouble.get_by_role("link", name="(555) 201-8834")).to_be_visible()


def test_a_link_of_the_website_opens_in_its_place_and_any_other_beside_it(
    visitor: Page, front_desk: FrontDesk
) -> None:
    visitor.goto(f"{front_desk.url}/chat?site=https%3A%2F%2Fwww.example.com")
    targets = """async (addresses) => {
      const { link } = await import('/static/chat/text.js');
      return addresses.map((address) => link(address, '').target);
    }"""
    addresses = ["https://www.example.com/prices", "https://www.example.com.elsewhere.org/", "tel:988"]
    assert visitor.evaluate(targets, addresses) == ["_top", "_blank", ""]


def test_a_phone_that_is_turned_still_shows_the_last_question(
    phone: BrowserContext, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.says(reply("utter_faq/what_is_a_crown"))
    page = phone.new_page()
    chat = opens(page, website.url)
    for _ in range(2):
        asks(chat, "what is a crown, and what is it made of, and how long does it last")
        hears(chat, "A crown is a cap")
        is_sent(chat)
    for width, height in ((640, 360), (360, 420), (PHONE["width"], PHONE["height"])):
        page.set_viewport_size({"width": width, "height": height})
        expect(chat.locator(".by-bot .chat-bubble").last).to_be_in_viewport()


def test_the_chats_page_prints_all_that_was_said_and_nothing_to_press(
    browser: Browser, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.says(reply("utter_faq/what_is_a_crown"))
    with browser.new_context(viewport=PAPER, color_scheme="dark") as context:
        page = context.new_page()
        page.goto(f"{front_desk.url}/chat")
        for number in range(8):
            asks(page, f"what is a crown, number {number}")
            expect(page.locator(".by-bot")).to_have_count(number + 1, timeout=PATIENCE_MS)
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollHeight") > PAPER["height"]
        words = page.locator(".by-visitor .chat-bubble").first
        expect(words).to_be_visible()
        assert words.evaluate("(each) => getComputedStyle(each).color") == "rgb(0, 0, 0)"
        for pressed in (".chat-composer", ".chat-bar", ".chat-menu summary", ".chat-rating"):
            expect(page.locator(pressed).first).to_be_hidden()


def test_the_field_asks_for_an_answer_wherever_a_question_was_asked(
    visitor: Page, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    chat = opens(visitor, website.url)
    field = chat.locator("#chat-text")
    expect(field).to_have_attribute("placeholder", "Write your question")
    # What stands behind the question makes it none the less a question.
    bot.bot.says(reply("utter_ask_number"))
    asks(chat, "call me")
    hears(chat, "You can skip it.")
    expect(field).to_have_attribute("placeholder", "Write your answer")
    bot.bot.says(reply("utter_faq/what_is_a_crown"))
    asks(chat, "what is a crown")
    hears(chat, "A crown is a cap")
    expect(field).to_have_attribute("placeholder", "Write your question")
