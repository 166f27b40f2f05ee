"""The answers as a list inside a page of the clinic's website, by one line."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.chatting import PATIENCE_MS
from tests.end_to_end.two_sites import FrontDesk, Website

THEME = "<style>div:empty, ul { display: none } li { float: left } a { font-size: 3px !important }</style>"
FALLBACK = '<div id="faq"><a href="/questions">Questions and answers</a></div>'


@pytest.fixture
def line(front_desk: FrontDesk) -> str:
    return f'<script src="{front_desk.url}/answers.js" data-in="faq" async></script>'


def put(website: Website, body: str) -> str:
    website.pages["/faq"] = (f'<!doctype html><html lang="en">{THEME}<h1>Dental</h1>{body}</html>', {})
    return f"{website.url}/faq"


def test_one_line_puts_the_list_on_a_page_and_each_title_leads_to_its_answer(
    visitor: Page, website: Website, front_desk: FrontDesk, line: str
) -> None:
    visitor.goto(put(website, FALLBACK + line + line))
    listed = visitor.locator("#faq front-desk-answers")
    link = listed.get_by_role("link", name="What is a crown?")
    expect(link).to_be_visible(timeout=PATIENCE_MS)
    assert listed.count() == 1
    expect(visitor.get_by_text("Questions and answers")).to_have_count(0)
    box = link.bounding_box()
    assert box
    assert box["height"] >= 44
    listed.get_by_role("searchbox").fill("crown")
    listed.get_by_role("button", name="Search").click()
    visitor.wait_for_url(f"{front_desk.url}/answers?q=crown")
    visitor.go_back()
    link.click()
    visitor.wait_for_url(f"{front_desk.url}/answers/what_is_a_crown")
    expect(visitor.get_by_role("heading", name="What is a crown?")).to_be_visible()


def test_a_list_that_a_router_takes_away_comes_back(visitor: Page, website: Website, line: str) -> None:
    visitor.goto(put(website, FALLBACK + line))
    link = visitor.get_by_role("link", name="What is a crown?")
    expect(link).to_be_visible(timeout=PATIENCE_MS)
    visitor.evaluate(
        """() => { const body = document.createElement('body');
        body.innerHTML = '<div id="faq"></div>'; document.body.replaceWith(body); }"""
    )
    expect(link).to_be_visible()
    assert visitor.locator("front-desk-answers").count() == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "its line names no element"),
        ("?in=nowhere", "there is no element with the id 'nowhere'"),
        ("?in=faq&section=none", "there is no section 'none'"),
    ],
)
def test_a_list_that_cannot_be_shown_says_why_and_leaves_the_page_alone(
    visitor: Page, website: Website, front_desk: FrontDesk, asked: str, said: str
) -> None:
    script = f'<script type="module" src="{front_desk.url}/answers.js{asked}"></script>'
    with visitor.expect_console_message(lambda message: said in message.text):
        visitor.goto(put(website, FALLBACK + script))
    expect(visitor.get_by_text("Questions and answers")).to_be_visible()


def test_a_script_that_never_comes_leaves_the_pages_own_link(
    visitor: Page, website: Website, line: str
) -> None:
    visitor.route("**/answers.js", lambda route: route.abort())
    visitor.goto(put(website, FALLBACK + line))
    expect(visitor.get_by_role("link", name="Questions and answers")).to_be_visible()
