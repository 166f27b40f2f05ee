"""What the button and the answers' pages cost a browser: requests, bytes, shifts, long tasks."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.end_to_end.chatting import launcher
from tests.end_to_end.two_sites import FrontDesk, Website

# Before the page runs: what a browser reports of its own work.
WATCH = """
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shifts += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
"""
LONG_TASK_S = 0.05
BYTES = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)"""
REQUESTS = "() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname).sort()"


def test_the_button_moves_nothing_and_asks_once(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    visitor.add_init_script(WATCH)
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    visitor.goto(website.url)
    expect(launcher(visitor)).to_be_visible()
    assert visitor.evaluate("shifts") == 0
    assert len([url for url in asked if url.startswith(front_desk.url)]) == 1


def test_all_of_the_buttons_work_on_a_page_is_less_than_one_long_task(
    visitor: Page, website: Website, front_desk: FrontDesk
) -> None:
    """In processor time of the page's thread: what else the machine does is not counted."""
    session = visitor.context.new_cdp_session(visitor)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    visitor.goto(website.url)
    expect(launcher(visitor)).to_be_visible()
    told = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    work = told["ScriptDuration"] + told["LayoutDuration"] + told["RecalcStyleDuration"]
    assert 0 < work < LONG_TASK_S


def test_an_answers_page_is_light_and_moves_nothing(visitor: Page, front_desk: FrontDesk) -> None:
    visitor.add_init_script(WATCH)
    for path in ("/answers", "/answers/what_is_a_crown"):
        visitor.goto(f"{front_desk.url}{path}")
        expect(launcher(visitor)).to_be_attached()
        assert visitor.evaluate(BYTES) < 50_000
        assert visitor.evaluate("shifts") < 0.02
        asked = {"/answers/look.css", "/static/site/mark.svg", "/widget.js"}
        assert {
            re.sub("/static/[0-9a-f]{16}/", "/static/", url) for url in visitor.evaluate(REQUESTS)
        } == asked


def test_an_answers_page_is_read_without_script_and_printed_without_what_is_around_it(
    visitor: Page, front_desk: FrontDesk
) -> None:
    visitor.route("**/widget.js", lambda route: route.abort())
    visitor.goto(f"{front_desk.url}/answers/what_is_a_crown")
    expect(visitor.get_by_role("heading", name="What is a crown?")).to_be_visible()
    visitor.emulate_media(media="print")
    for printed in (
        visitor.get_by_text("It can last for many years."),
        visitor.get_by_text("Crowns, a dental"),
    ):
        expect(printed).to_be_visible()
    for around in (".answers-search", ".answers-helpful", ".answers-ask", ".masthead nav"):
        expect(visitor.locator(around).first).to_be_hidden()


def test_ask_a_question_opens_the_chat_on_an_answers_page(visitor: Page, front_desk: FrontDesk) -> None:
    visitor.goto(f"{front_desk.url}/answers/what_is_a_crown")
    expect(launcher(visitor)).to_be_visible()
    visitor.get_by_role("link", name="Ask a question").click()
    expect(visitor.frame_locator("front-desk-chat iframe").locator("#chat-text")).to_be_visible()
    assert visitor.url.endswith("/answers/what_is_a_crown")


def test_a_search_and_a_vote_need_no_script(visitor: Page, front_desk: FrontDesk) -> None:
    visitor.goto(f"{front_desk.url}/answers")
    visitor.get_by_role("searchbox").fill("crown")
    visitor.keyboard.press("Enter")
    visitor.get_by_role("link", name="What is a crown?").click()
    visitor.get_by_role("button", name="Yes").click()
    expect(visitor.get_by_text("Thank you.")).to_be_visible()
    assert visitor.context.cookies() == []
