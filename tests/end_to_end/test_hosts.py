"""The button on pages as site builders, themes, routers and optimisers make them (`hosts/`)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.end_to_end.chatting import PATIENCE_MS, asks, chat_on, hears, launcher
from tests.end_to_end.host_pages import NAMES, SHOWN, host_page, served
from tests.end_to_end.screens import DESKTOP
from tests.end_to_end.two_sites import FrontDesk, Website

# What a visitor does before the line runs, where it waits for something.
FIRST = {"optimiser": "body", "consent": "#agree"}
# As large as the launcher's own rule says, wherever the page would have it.
PANEL_WIDTH = 408


@pytest.fixture
def hosts(website: Website, front_desk: FrontDesk) -> str:
    """The host pages, served by the website; the address of their folder."""
    for name in NAMES:
        served(website, front_desk.url, name)
    return f"{website.url}/hosts"


def goes_to(page: Page, hosts: str, name: str) -> None:
    page.goto(f"{hosts}/{name}")
    if name in FIRST:
        page.locator(FIRST[name]).click()


def is_in_the_corner(page: Page) -> None:
    expect(launcher(page)).to_be_visible(timeout=PATIENCE_MS)
    box = launcher(page).bounding_box()
    assert box
    assert box["height"] == 56
    assert DESKTOP["width"] - box["x"] - box["width"] == pytest.approx(20, abs=20)  # a scroll bar's width
    assert DESKTOP["height"] - box["y"] - box["height"] == pytest.approx(20, abs=1)
    on_top = "([x, y]) => document.elementFromPoint(x, y).localName"
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    assert page.evaluate(on_top, middle) == "front-desk-chat"


def test_on_a_page_that_is_transformed_as_a_whole_the_button_does_not_scroll_along(
    visitor: Page, hosts: str
) -> None:
    goes_to(visitor, hosts, "transformed")
    is_in_the_corner(visitor)
    visitor.evaluate("scrollTo(0, 900)")
    is_in_the_corner(visitor)


@pytest.mark.parametrize("name", SHOWN)
def test_every_page_gets_one_button_that_opens_a_chat_of_its_full_size(
    visitor: Page, hosts: str, name: str
) -> None:
    broken: list[str] = []
    visitor.on("pageerror", lambda error: broken.append(str(error)))
    goes_to(visitor, hosts, name)
    is_in_the_corner(visitor)
    visitor.wait_for_load_state("networkidle")
    assert launcher(visitor).count() == 1
    launcher(visitor).click()
    expect(visitor.locator("front-desk-chat iframe")).to_be_visible(timeout=PATIENCE_MS)
    chat = visitor.frames[1]  # a frame locator finds no frame on a page of XML
    panel = visitor.locator("front-desk-chat .panel").bounding_box()
    assert panel
    assert panel["width"] == PANEL_WIDTH
    assert panel["height"] >= 700
    asks(chat, "hello")
    hears(chat, "What would you like to know?")
    assert visitor.locator("front-desk-chat iframe").count() == 1
    assert broken == []


ROUTED = {
    "turbo": ("document.querySelector('[data-visit]').click()", "document.body.dataset.visited"),
    "react": ("dispatchEvent(new Event('hydrate'))", "document.body.innerText.includes('drawn')"),
    "squarespace": ("document.querySelector('#next').click()", "document.body.innerText.includes('Second')"),
    "tag_manager": ("dispatchEvent(new Event('view'))", "document.scripts.length > 3"),
}


@pytest.mark.parametrize("name", sorted(ROUTED))
def test_a_router_that_replaces_the_page_leaves_one_button_and_the_open_chat_with_its_draft(
    visitor: Page, hosts: str, name: str
) -> None:
    act, done = ROUTED[name]
    goes_to(visitor, hosts, name)
    launcher(visitor).click()
    chat = chat_on(visitor)
    asks(chat, "hello")
    hears(chat, "What would you like to know?")
    chat.locator("#chat-text").press_sequentially("half a thou")
    visitor.evaluate(act)
    visitor.wait_for_function(done)
    chat = chat_on(visitor)
    expect(chat.locator("#chat-text")).to_have_value("half a thou", timeout=PATIENCE_MS)
    hears(chat, "What would you like to know?")
    assert visitor.locator("front-desk-chat").count() == 1
    chat.locator("[data-part=close]").click()
    is_in_the_corner(visitor)


def test_in_an_older_browser_the_chat_itself_works_too(visitor: Page, hosts: str) -> None:
    inline = re.search("<script>(.*?)</script>", host_page("old_browser", ""), re.DOTALL)
    assert inline
    visitor.add_init_script(inline[1])  # in every frame
    broken: list[str] = []
    visitor.on("pageerror", lambda error: broken.append(str(error)))
    goes_to(visitor, hosts, "module")
    launcher(visitor).click()
    chat = chat_on(visitor)
    assert visitor.frames[1].evaluate("typeof HTMLFormElement.prototype.requestSubmit") == "undefined"
    asks(chat, "hello")
    hears(chat, "What would you like to know?")
    assert broken == []


def test_where_a_blocker_keeps_the_script_away_the_pages_own_link_leads_to_the_chat(
    visitor: Page, hosts: str, front_desk: FrontDesk
) -> None:
    visitor.route("**/widget.js*", lambda route: route.abort("blockedbyclient"))
    goes_to(visitor, hosts, "tag_manager")
    visitor.get_by_text("Ask us").click()
    visitor.wait_for_url(f"{front_desk.url}/chat")
    asks(visitor, "hello")
    hears(visitor, "What would you like to know?")


def test_where_nothing_can_start_the_ways_to_help_are_plain_links(
    visitor: Page, hosts: str, front_desk: FrontDesk
) -> None:
    with visitor.expect_console_message(lambda said: "the chat cannot start on this page" in said.text):
        visitor.goto(f"{hosts}/no_shadow")
    for href in (f"{front_desk.url}/chat", "tel:5552018834", "tel:988", "sms:988", "tel:911"):
        expect(visitor.locator(f"front-desk-chat a[href='{href}']")).to_be_visible()


def test_a_page_without_the_named_element_says_so_and_shows_the_ways_to_help(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    line = f'<!doctype html><p>Hi</p><script src="{front_desk.url}/widget.js?in=nowhere"></script>'
    website.pages["/nowhere"] = (line, {})
    with visitor.expect_console_message(lambda said: "no element with the id 'nowhere'" in said.text):
        visitor.goto(f"{website.url}/nowhere")
    expect(visitor.locator("front-desk-chat a[href='tel:988']")).to_be_visible()


def test_settings_in_the_address_count_where_a_tag_manager_drops_the_attributes(
    visitor: Page, hosts: str
) -> None:
    goes_to(visitor, hosts, "tag_manager")
    expect(launcher(visitor)).to_have_text("Haga una pregunta")


def test_the_chat_stands_in_an_element_named_in_the_address_of_a_module(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    line = f'<script type="module" src="{front_desk.url}/widget.js?in=ask"></script>'
    empty = "<style>div:empty { display: none }</style>"
    website.pages["/module-inline"] = (f'<!doctype html>{empty}<div id="ask"></div>{line}', {})
    visitor.goto(f"{website.url}/module-inline")
    asks(visitor.frame_locator("#ask iframe"), "hello")
    hears(visitor.frame_locator("#ask iframe"), "What would you like to know?")


def test_a_page_opens_and_closes_the_chat_and_hears_that_something_came(visitor: Page, hosts: str) -> None:
    goes_to(visitor, hosts, "module")
    expect(launcher(visitor)).to_be_visible()
    visitor.evaluate(
        """() => { window.came = []; for (const name of ["open", "message", "close"])
        FrontDesk.on(name, (about) => came.push([name, about ?? null])); FrontDesk.open(); }"""
    )
    chat = chat_on(visitor)
    asks(chat, "hello")
    hears(chat, "What would you like to know?")
    visitor.evaluate("FrontDesk.close()")
    expect(launcher(visitor)).to_be_visible()
    visitor.wait_for_function("came.length === 3")
    assert visitor.evaluate("came") == [["open", None], ["message", {"count": 1}], ["close", None]]


def test_a_button_of_the_page_opens_the_chat_although_the_page_stops_the_press(
    visitor: Page, hosts: str
) -> None:
    goes_to(visitor, hosts, "tag_manager")
    expect(launcher(visitor)).to_be_visible()
    visitor.get_by_text("Ask us").click()
    chat_on(visitor)
    assert visitor.url == f"{hosts}/tag_manager"


def test_the_button_makes_way_for_one_of_the_pages_own_in_its_corner(
    phone: BrowserContext, website: Website, front_desk: FrontDesk
) -> None:
    link = f'<a href="{front_desk.url}/chat" data-front-desk-open>Ask us</a>'
    body = f'<p style="margin: 570px 0 2000px; text-align: right">{link}</p>'
    viewport = '<meta name="viewport" content="width=device-width">'
    line = f'<script src="{front_desk.url}/widget.js"></script>'
    website.pages["/own-button"] = (f"<!doctype html>{viewport}{body}{line}", {})
    page = phone.new_page()
    page.goto(f"{website.url}/own-button")
    expect(launcher(page)).to_be_hidden()
    page.evaluate("scrollTo(0, 400)")
    expect(launcher(page)).to_be_visible()


def test_on_a_phone_the_button_is_round_and_keeps_its_name(phone: BrowserContext, hosts: str) -> None:
    page = phone.new_page()
    page.goto(f"{hosts}/shopify_dawn")
    button = page.get_by_role("button", name=re.compile("^Ask a question$"))
    box = button.bounding_box()
    assert box
    assert (box["width"], box["height"]) == (56, 56)


def test_the_pages_own_way_of_scrolling_is_put_back(phone: BrowserContext, hosts: str) -> None:
    page = phone.new_page()
    page.goto(f"{hosts}/module")
    expect(launcher(page)).to_be_visible()
    page.evaluate("document.documentElement.style.overflow = 'clip'")
    launcher(page).click()
    chat_on(page)
    assert page.evaluate("document.documentElement.style.overflow") == "hidden"
    page.evaluate("FrontDesk.close()")
    assert page.evaluate("document.documentElement.style.overflow") == "clip"
