"""A crisis while no server answers: the chat helps by itself, by rules made from safety's own data."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from safety.browser_rules import examples
from safety.check import check_by_rules, matchers
from safety.rules import SIGNALS
from tests.end_to_end.chatting import PATIENCE_MS, asks, is_sent, opens
from tests.end_to_end.two_sites import FrontDesk, Website

# Letters drawn with signs and digits are left to the server.
DISGUISES = set("@$!|*0134")
CRISIS = ("crisis", "crisis_other")


def kind_of(text: str) -> str:
    """What the rules say, all that a browser has; whose crisis it is may be seen differently by it."""
    kind = check_by_rules(text).kind
    return "crisis" if kind in CRISIS else kind if kind in SIGNALS else "none"


@pytest.mark.parametrize("language", sorted(matchers()))
def test_the_browser_finds_in_every_example_what_safety_finds(
    visitor: Page, front_desk: FrontDesk, language: str
) -> None:
    texts = [text for text in examples(matchers()[language]) if not is_disguised(text)]
    visitor.goto(f"{front_desk.url}/chat")
    found = visitor.evaluate(
        """async (texts) => {
          const { PlainRules } = await import('/static/chat/plain.js');
          const { rules } = await (await fetch('/widget/plain.json')).json();
          const plain = new PlainRules(rules);
          return texts.map((text) => plain.check(text)?.kind ?? 'none');
        }""",
        texts,
    )
    seen = dict(zip(texts, ("crisis" if kind in CRISIS else kind for kind in found), strict=True))
    assert {text: kind for text, kind in seen.items() if kind != kind_of(text)} == {}


def is_disguised(text: str) -> bool:
    return any(set(word[:-1]) & DISGUISES and any(map(str.isalpha, word)) for word in text.split())


@pytest.mark.parametrize(
    ("words", "button"),
    [("i want to kill myself", "Call 988"), ("quiero morirme", "Llamar al 988 (oprima 2)")],
)
def test_a_crisis_gets_its_card_while_the_server_is_dead(
    visitor: Page, website: Website, front_desk: FrontDesk, words: str, button: str
) -> None:
    with visitor.expect_response("**/widget/plain.json", timeout=PATIENCE_MS):
        chat = opens(visitor, website.url)
    asks(chat, "hello")
    is_sent(chat)
    front_desk.kill()
    asks(chat, words)
    expect(chat.locator(".chat-card").get_by_role("link", name=button)).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.locator(".chat-card-team")).to_have_count(0)  # nobody was told: nothing is claimed
    front_desk.start()
    is_sent(chat)  # by itself, as soon as the server answers again
    expect(chat.locator(".chat-card")).to_have_count(
        1, timeout=PATIENCE_MS
    )  # the server's own took its place


@pytest.mark.parametrize("size", ["100%", "130%"])
def test_the_card_fits_a_small_phone(
    phone: BrowserContext, website: Website, front_desk: FrontDesk, size: str
) -> None:
    page = phone.new_page()
    chat = opens(page, website.url)
    page.frames[1].evaluate("(size) => { document.documentElement.style.fontSize = size }", size)
    asks(chat, "i want to kill myself")
    card = chat.locator(".chat-card")
    expect(card).to_be_visible(timeout=PATIENCE_MS)
    expect(card.locator("p").first).to_be_in_viewport(ratio=1)
    for link in card.locator(".chat-card-buttons a").all():
        expect(link).to_be_in_viewport(ratio=1)
    text, buttons = (
        card.locator("> p").first.bounding_box(),
        card.locator(".chat-card-buttons").bounding_box(),
    )
    composer = chat.locator(".chat-composer").bounding_box()
    assert text
    assert buttons
    assert composer
    assert text["y"] >= 0
    assert buttons["y"] + buttons["height"] <= composer["y"]


def test_the_rules_travel_as_data(visitor: Page, front_desk: FrontDesk) -> None:
    told = json.loads(visitor.request.get(f"{front_desk.url}/widget/plain.json").text())
    assert set(told["rules"]) == set(matchers())
    assert set(told["cards"]["en"]) == {"crisis", "crisis_other", "emergency", "harm"}
    assert all("team" not in card["details"] for card in told["cards"]["es"].values())
