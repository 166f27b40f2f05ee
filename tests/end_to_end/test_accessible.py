"""The chat for everybody: axe in every state, the keyboard alone, what is read aloud, what is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Keyboard, Locator, Page, expect

from tests.end_to_end.accessibility import SEEN, problems_of
from tests.end_to_end.chatting import PATIENCE_MS, asks, chat_on, hears, is_sent, launcher, opens
from tests.end_to_end.screens import DESKTOP, PHONE
from tests.end_to_end.two_sites import BotThread, FrontDesk, Website
from tests.web.stand_in_bot import reply

ANSWER = reply("utter_faq/what_is_a_crown", (("Does it hurt?", "faq/does_it_hurt"),))
CROWN = "A crown is a cap"


@pytest.fixture(params=[f"{theme} {screen}" for screen, theme in SEEN])
def seen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    scheme, _, size = request.param.partition(" ")
    viewport = PHONE if size == "phone" else DESKTOP
    with browser.new_context(viewport=viewport, color_scheme=scheme) as context:
        yield context.new_page()


def complaints(page: Page) -> list[str]:
    """What axe has to say about the page and every frame in it."""
    found = []
    for frame in page.frames:
        found += [
            f"{each['id']}: {node['target']}"
            for each in Axe().run(frame, options={"resultTypes": ["violations"]}).response["violations"]
            for node in each["nodes"]
            # The host page is the test's own: only what is ours counts.
            if frame is not page.main_frame or "front-desk-chat" in str(node["target"])
        ]
    return found


def test_axe_finds_nothing_in_any_state(
    seen: Page, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.says(ANSWER)
    seen.goto(website.url)
    expect(launcher(seen)).to_be_visible()
    states = {"closed": complaints(seen)}
    launcher(seen).click()
    chat = chat_on(seen)
    states["opened"] = complaints(seen)
    asks(chat, "what is a crown")
    hears(chat, CROWN)
    chat.get_by_role("button", name="No", exact=True).click()
    chat.locator(".chat-about summary").click()
    expect(chat.locator(".chat-missing")).to_be_visible()
    states["answered and rated"] = complaints(seen)
    chat.locator(".chat-menu summary").click()
    chat.get_by_role("button", name="Larger text").click()
    states["menu"] = complaints(seen)
    chat.get_by_role("button", name="Forget this chat").click()
    states["asked before deleting"] = complaints(seen)
    chat.get_by_role("button", name="Keep the chat", exact=True).click()
    chat.locator("#chat-text").fill("x" * 2100)
    states["too long"] = complaints(seen)
    asks(chat, "i want to kill myself")
    expect(chat.locator(".chat-card")).to_be_visible(timeout=PATIENCE_MS)
    states["card"] = complaints(seen)
    seen.route("**/messages*", lambda route: route.abort())
    asks(chat, "lost on the way")
    expect(chat.get_by_text("Not sent")).to_be_visible(timeout=PATIENCE_MS)
    states["not sent"] = complaints(seen)
    assert {state: found for state, found in states.items() if found} == {}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("answers", "/answers"),
        ("answers-page", "/answers/what_is_a_crown"),
        ("answers-found", "/answers?q=crown"),
        ("answers-card", "/answers?q=i want to die"),
    ],
)
def test_axe_finds_nothing_on_the_answers_pages(
    visitor: Page, front_desk: FrontDesk, name: str, path: str
) -> None:
    visitor.goto(f"{front_desk.url}{path}")
    assert problems_of(visitor, name) == []


def test_a_whole_conversation_by_keyboard_alone(
    visitor: Page, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.says(ANSWER)
    visitor.goto(website.url)
    expect(launcher(visitor)).to_be_visible()
    keys = visitor.keyboard
    keys.press("Tab")  # the link of the page
    keys.press("Tab")
    keys.press("Enter")
    chat = chat_on(visitor)
    expect(chat.locator("#chat-text")).to_be_focused()
    keys.type("what is a crown")
    keys.press("Enter")
    hears(chat, CROWN)
    expect(chat.locator("#chat-text")).to_be_focused()  # an answer moves nothing
    keys.press("Shift+Tab")
    reach(keys, "Shift+Tab", chat.locator("[data-part=scroll]"))
    keys.press("End")
    expect(chat.locator("li.by-bot").last).to_be_focused()
    keys.press("ArrowUp")
    expect(chat.locator("li.by-visitor").last).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Enter")  # into the answer: its source
    expect(chat.locator(".chat-about summary")).to_be_focused()
    keys.press("Enter")
    expect(chat.locator(".chat-about li").first).to_be_visible()
    reach(keys, "Tab", chat.get_by_role("button", name="Yes", exact=True))
    keys.press("Space")
    expect(chat.get_by_role("button", name="Yes", exact=True)).to_have_attribute("aria-pressed", "true")
    keys.press("Escape")
    expect(chat.locator("#chat-text")).to_be_focused()
    keys.press("Escape")  # the panel closes, and focus goes back to where it came from
    expect(launcher(visitor)).to_be_focused()


def reach(keys: Keyboard, key: str, wanted: Locator) -> None:
    """Press a key until what is wanted has the focus."""
    for _ in range(25):
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
        keys.press(key)
    raise AssertionError("it was not reached")


def test_speaker_and_words_are_read_aloud_in_order_and_nothing_else(
    visitor: Page, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.says(ANSWER)
    chat = opens(visitor, website.url)
    inside = visitor.frames[1]
    inside.evaluate(
        """() => {
          globalThis.read = [];
          const region = document.querySelector('[aria-live]');
          new MutationObserver((changes) => {
            for (const { addedNodes } of changes) for (const node of addedNodes) read.push(node.textContent);
          }).observe(region, { childList: true, subtree: true });
        }"""
    )
    asks(chat, "what is a crown")
    hears(chat, CROWN)
    asks(chat, "i want to kill myself")
    expect(chat.locator(".chat-card")).to_be_visible(timeout=PATIENCE_MS)
    inside.wait_for_function("() => read.some((line) => line.includes('really glad'))")
    heard = [line for line in inside.evaluate("() => read") if line != "Still working on it"]
    assert heard[0] == "Sent"
    assert heard[1].startswith("Automated helper: A crown is a cap")
    assert heard[2] == "Sent"
    assert heard[3].startswith("Automated helper: I'm really glad you told me.")
    spoken = " ".join(heard)
    for silent in ("clinician", "Did this help", "Looking for", "dental association"):
        assert silent not in spoken
    expect(chat.locator("[aria-live] p")).to_have_count(0, timeout=PATIENCE_MS)  # nobody reads old news


def test_everything_to_press_is_large_enough(
    phone: BrowserContext, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.says(ANSWER)
    page = phone.new_page()
    chat = opens(page, website.url)
    asks(chat, "what is a crown")
    hears(chat, CROWN)
    chat.locator(".chat-menu summary").click()
    small = page.frames[1].evaluate(
        """() => [...document.querySelectorAll('button, summary, textarea, .chat-card a')]
          .filter((each) => each.checkVisibility())
          .map((each) => [each.textContent.trim() || each.ariaLabel, each.getBoundingClientRect()])
          .filter(([, box]) => box.height < 44 || box.width < 44).map(([name]) => name)"""
    )
    assert small == []


def test_at_200_percent_everything_is_reached_without_scrolling_sideways(
    browser: Browser, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.says(ANSWER)
    # 200 % on a window of 1280 x 800 leaves 640 x 400 to the page.
    with browser.new_context(viewport={"width": 640, "height": 400}, device_scale_factor=2) as context:
        page = context.new_page()
        chat = opens(page, website.url)
        asks(chat, "what is a crown")
        hears(chat, CROWN)
        wide = "() => document.querySelector('[data-part=scroll]').scrollWidth"
        room = "() => document.querySelector('[data-part=scroll]').clientWidth"
        assert page.frames[1].evaluate(wide) <= page.frames[1].evaluate(room)
        expect(chat.locator("[data-part=send]")).to_be_in_viewport(ratio=1)
        expect(chat.locator("[data-part=person]")).to_be_in_viewport(ratio=1)


def test_whoever_wants_no_motion_gets_none(
    browser: Browser, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.hangs()
    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        chat = opens(page, website.url)
        asks(chat, "hello")
        dots = chat.locator(".chat-dots i").first
        expect(dots).to_be_visible(timeout=PATIENCE_MS)
        assert dots.evaluate("(dot) => getComputedStyle(dot).animationName") == "none"
    bot.goes_on(reply("utter_greet"))


def test_with_forced_colours_every_border_is_there(
    browser: Browser, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.says(ANSWER)
    with browser.new_context(forced_colors="active") as context:
        page = context.new_page()
        chat = opens(page, website.url)
        asks(chat, "what is a crown")
        hears(chat, CROWN)
        for part in (".chat-bubble", ".chat-send", ".chat-choice"):
            width = chat.locator(part).last.evaluate("(each) => getComputedStyle(each).borderTopWidth")
            assert width != "0px", part


def test_a_phones_keyboard_does_not_cover_the_last_answer(
    phone: BrowserContext, website: Website, front_desk: FrontDesk
) -> None:
    page = phone.new_page()
    chat = opens(page, website.url)
    for number in range(3):
        asks(chat, f"question {number}")
        is_sent(chat)
        expect(chat.locator(".by-bot")).to_have_count(number + 1, timeout=PATIENCE_MS)
    # The keyboard leaves this much: as browsers tell it, by the visual viewport.
    page.evaluate(
        """() => {
          Object.defineProperty(visualViewport, 'height', { value: 330, configurable: true });
          visualViewport.dispatchEvent(new Event('resize'));
        }"""
    )
    panel = page.locator("front-desk-chat .panel")
    expect(panel).to_have_css("height", "330px")
    page.frames[1].wait_for_function(
        """() => {
          const said = [...document.querySelectorAll('.by-bot .chat-bubble')].at(-1).getBoundingClientRect();
          return said.bottom <= document.querySelector('.chat-composer').getBoundingClientRect().top;
        }"""
    )
    expect(chat.locator(".chat-composer")).to_be_in_viewport(ratio=1)


def test_the_language_can_be_changed_in_the_middle(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    chat = opens(visitor, website.url)
    asks(chat, "hello")
    is_sent(chat)
    chat.locator("#chat-text").fill("half a thou")
    chat.locator(".chat-menu summary").click()
    chat.get_by_role("button", name="Español").click()
    expect(chat.get_by_role("button", name="Hablar con una persona")).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.get_by_text("hello", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.locator("#chat-text")).to_have_value("half a thou")
    visitor.reload()
    chat = chat_on(visitor)
    expect(chat.locator(".chat-notice")).to_contain_text("asistente automático")


def test_the_chat_can_be_saved_as_a_text(
    visitor: Page, website: Website, front_desk: FrontDesk, bot: BotThread
) -> None:
    bot.bot.says(ANSWER)
    chat = opens(visitor, website.url)
    asks(chat, "what is a crown")
    hears(chat, CROWN)
    chat.locator(".chat-menu summary").click()
    with visitor.expect_download() as saving:
        chat.get_by_role("button", name="Save this chat").click()
    assert re.fullmatch(r"chat-\d{4}-\d\d-\d\d\.txt", saving.value.suggested_filename)
    text = saving.value.path().read_text(encoding="utf-8")
    for words in ("Riverside Dental", "You, ", "what is a crown", CROWN, "Crowns, a dental association"):
        assert words in text
