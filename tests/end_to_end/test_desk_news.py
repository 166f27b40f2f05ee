"""Every page of staff is alive: who waits, what was given to me, new words, silence, and what is gone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.end_to_end.chatting import PATIENCE_MS, PICTURES, picture
from tests.end_to_end.desk_cast import Caller, at_work, calls_in
from tests.end_to_end.screens import DESKTOP, PHONE
from tests.end_to_end.test_desk_words import COUNTS_TONES
from tests.end_to_end.two_sites import BotThread, FrontDesk
from tests.web.stand_in_bot import handoff, reply


@pytest.fixture
def nurse(browser: Browser, staffed: FrontDesk) -> Iterator[Page]:
    page = at_work(browser, staffed.url, "nurse")
    page.add_init_script(COUNTS_TONES)
    yield page
    page.context.close()


def waits(http: httpx.Client, bot: BotThread, text: str) -> Caller:
    """A visitor who wants a person."""
    bot.bot.says(reply("utter_greet"), requests=(handoff(),))
    caller = calls_in(http)
    caller.says(text)
    caller.hears_the_bot()
    return caller


def listens(nurse: Page, staffed: FrontDesk, path: str) -> None:
    """Open a page and sit before it."""
    with nurse.expect_response(re.compile(r"/(pulse|live)\?"), timeout=PATIENCE_MS):
        nurse.goto(f"{staffed.url}{path}")
    nurse.locator("h1").click()


def heard(nurse: Page) -> int:
    return int(nurse.evaluate("window.tones"))


def test_who_waits_what_was_given_to_me_and_new_words_reach_every_page(
    browser: Browser, nurse: Page, staffed: FrontDesk, http: httpx.Client, bot: BotThread
) -> None:
    line = nurse.locator("[data-news]")
    listens(nurse, staffed, "/account")
    caller = waits(http, bot, "may I talk to a person")
    expect(line).to_have_text("A visitor is waiting for a person. Open", timeout=PATIENCE_MS)
    expect(nurse).to_have_title(re.compile(r"^\(1\) "))
    assert heard(nurse) == 2
    picture(nurse, os.environ.get(PICTURES), "desk-news-account")
    second = at_work(browser, staffed.url, "second_nurse")
    second.goto(f"{staffed.url}/desk/conversations/{caller.id}")
    second.get_by_label("Assign to").select_option("Nina Nurse")
    second.get_by_role("button", name="Assign", exact=True).click()
    expect(line).to_have_text("Sam Second assigned you a chat. Open", timeout=PATIENCE_MS)
    expect(nurse).to_have_title(re.compile(r"^\(1\) For you: "))
    assert heard(nurse) == 5
    second.context.close()
    line.click()
    nurse.wait_for_url(re.compile(caller.id))
    nurse.get_by_label("Your reply").fill("Hello, I am Nina.")
    nurse.keyboard.press("Control+Enter")
    expect(nurse.get_by_text("Sent.", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    listens(nurse, staffed, "/desk/search")
    expect(line).to_be_hidden()
    caller.says("Hello Nina?")
    expect(line).to_have_text("New message in one of your chats. Open", timeout=PATIENCE_MS)
    expect(nurse).to_have_title(re.compile(r"^\(1\) New message: "))
    assert heard(nurse) == 1
    line.click()
    nurse.wait_for_url(re.compile(caller.id))
    http.delete(f"/v1/conversations/{caller.id}", headers=caller.headers)


def test_headings_and_counts_change_with_the_lists(
    nurse: Page, staffed: FrontDesk, http: httpx.Client, bot: BotThread
) -> None:
    listens(nurse, staffed, "/desk")
    heading = nurse.locator("#list-waiting")
    expect(heading.locator(".count")).to_have_text("0")
    callers = [waits(http, bot, "a person please"), calls_in(http)]
    callers[1].says("I want to kill myself")
    expect(heading.locator(".count.is-urgent")).to_have_text("2", timeout=PATIENCE_MS)
    expect(nurse.get_by_text("Nobody is waiting.")).to_be_hidden()
    for caller in callers:
        http.delete(f"/v1/conversations/{caller.id}", headers=caller.headers)
    expect(heading.locator(".count")).to_have_text("0", timeout=PATIENCE_MS)
    expect(nurse.get_by_text("Nobody is waiting.")).to_be_visible()


def test_the_page_of_a_deleted_chat_asks_for_it_no_more_and_stays_alive(
    nurse: Page, staffed: FrontDesk, http: httpx.Client, bot: BotThread
) -> None:
    caller = waits(http, bot, "a person please")
    nurse.goto(f"{staffed.url}/desk/conversations/{caller.id}")
    asked: list[str] = []
    nurse.on("request", lambda request: asked.append(request.url))
    http.delete(f"/v1/conversations/{caller.id}", headers=caller.headers)
    gone = nurse.get_by_text("This chat is no longer available.")
    expect(gone).to_be_visible(timeout=PATIENCE_MS)
    asked.clear()
    other = waits(http, bot, "me too please")
    expect(nurse.locator("[data-news]")).to_have_text(
        "A visitor is waiting for a person. Open", timeout=PATIENCE_MS
    )
    assert [url for url in asked if "/live" in url] == []
    http.delete(f"/v1/conversations/{other.id}", headers=other.headers)


def test_a_page_that_cannot_sound_says_so_until_it_is_touched(nurse: Page, staffed: FrontDesk) -> None:
    page = nurse.context.new_page()
    page.goto(f"{staffed.url}/account")
    silent = page.get_by_text("Sounds are not on yet")
    expect(silent).to_be_visible(timeout=PATIENCE_MS)
    with page.expect_response(lambda answer: "heard=&" in f"{answer.url}&", timeout=PATIENCE_MS):
        page.reload()
    expect(silent).to_be_visible(timeout=PATIENCE_MS)
    picture(page, os.environ.get(PICTURES), "desk-silent")
    page.locator("h1").click()
    expect(silent).to_be_hidden()


def test_what_was_resolved_by_mistake_is_back_by_one_key(
    nurse: Page, staffed: FrontDesk, http: httpx.Client, bot: BotThread
) -> None:
    caller = waits(http, bot, "a person please")
    nurse.goto(f"{staffed.url}/desk/conversations/{caller.id}")
    nurse.keyboard.press("t")
    expect(nurse.get_by_text("This chat is yours. The bot is paused.")).to_be_visible(timeout=PATIENCE_MS)
    nurse.keyboard.press("e")
    nurse.wait_for_url(re.compile(r"/desk(\?|$)"))
    undo = nurse.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    picture(nurse, os.environ.get(PICTURES), "desk-undo")
    nurse.keyboard.press("z")
    nurse.wait_for_url(re.compile(caller.id))
    expect(nurse.get_by_text("This chat is yours. The bot is paused.")).to_be_visible(timeout=PATIENCE_MS)
    expect(nurse.get_by_text("Undone: resolved.")).to_be_visible()
    expect(undo).to_be_hidden()
    http.delete(f"/v1/conversations/{caller.id}", headers=caller.headers)


def test_on_a_phone_the_last_words_and_the_reply_are_in_view(
    browser: Browser, staffed: FrontDesk, http: httpx.Client, bot: BotThread
) -> None:
    caller = waits(http, bot, "a person please")
    for number in range(8):
        caller.says(f"and this is line {number} of a story that is longer than a phone")
    nurse = at_work(browser, staffed.url, "nurse", viewport=PHONE)
    nurse.goto(f"{staffed.url}/desk/conversations/{caller.id}")
    send = nurse.get_by_role("button", name="Send", exact=True)
    for words in ("this is line 7", "one more thing"):
        if words == "one more thing":
            caller.says(words)
        expect(nurse.locator(".by-visitor", has_text=words)).to_be_in_viewport(timeout=PATIENCE_MS)
        expect(send).to_be_in_viewport(ratio=1)
    picture(nurse, os.environ.get(PICTURES), "desk-phone")
    nurse.context.close()
    http.delete(f"/v1/conversations/{caller.id}", headers=caller.headers)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_nobody_has_answered_is_in_view_however_much_the_bot_said_behind_it(
    browser: Browser, staffed: FrontDesk, http: httpx.Client, bot: BotThread, viewport: ViewportSize
) -> None:
    bot.bot.says(*[reply("utter_greet")] * 12, requests=(handoff(),))
    caller = calls_in(http)
    caller.says("my question for a person")
    caller.hears_the_bot()
    nurse = at_work(browser, staffed.url, "nurse", viewport=viewport)
    nurse.goto(f"{staffed.url}/desk/conversations/{caller.id}")
    send = nurse.locator("[data-send]")
    words = nurse.locator(".by-visitor", has_text="my question for a person")
    expect(words).to_be_in_viewport(ratio=0.9, timeout=PATIENCE_MS)
    expect(send).to_be_in_viewport(ratio=1)
    caller.says("and one thing more")
    expect(nurse.locator(".by-visitor", has_text="and one thing more")).to_be_in_viewport(timeout=PATIENCE_MS)
    expect(send).to_be_in_viewport(ratio=1)
    nurse.context.close()
    http.delete(f"/v1/conversations/{caller.id}", headers=caller.headers)


def test_what_is_being_read_stays_in_its_place_and_what_is_new_comes_after(
    nurse: Page, staffed: FrontDesk, http: httpx.Client, bot: BotThread
) -> None:
    def is_not_understood() -> Caller:
        bot.bot.says(reply("utter_greet"), outcome="declined")
        made = calls_in(http)
        made.says("is the moon a lamp")
        made.hears_the_bot()
        return made

    callers = [is_not_understood(), is_not_understood()]
    listens(nurse, staffed, "/desk")
    cases = nurse.locator('[data-list="to_read"] .case')
    expect(cases).to_have_count(2, timeout=PATIENCE_MS)
    cases.first.hover()
    where, was = cases.first.bounding_box(), cases.first.get_attribute("data-key")
    callers += [is_not_understood(), waits(http, bot, "a person please")]
    # The one who waits is there at once: by then the other was known as well.
    expect(nurse.locator('[data-list="waiting"] .case')).to_have_count(1, timeout=PATIENCE_MS)
    assert (cases.first.bounding_box(), cases.first.get_attribute("data-key")) == (where, was)
    nurse.locator("h1").hover()
    expect(cases).to_have_count(3, timeout=PATIENCE_MS)
    for caller in callers:
        http.delete(f"/v1/conversations/{caller.id}", headers=caller.headers)


def test_that_there_is_something_to_read_is_seen_however_many_wait(
    browser: Browser, staffed: FrontDesk, http: httpx.Client, bot: BotThread
) -> None:
    bot.bot.says(reply("utter_greet"), outcome="declined")
    callers = [calls_in(http)]
    callers[0].says("is the moon a lamp")
    callers[0].hears_the_bot()
    callers += [waits(http, bot, f"visitor {number} would like a person") for number in range(10)]
    for viewport in (DESKTOP, PHONE):
        nurse = at_work(browser, staffed.url, "nurse", viewport=viewport)
        nurse.goto(f"{staffed.url}/desk")
        expect(nurse.locator('[data-list="waiting"] .case')).to_have_count(10, timeout=PATIENCE_MS)
        link = nurse.get_by_role("navigation", name="Lists").get_by_role("link", name="To read 1")
        expect(link).to_be_in_viewport(ratio=1)
        if viewport == DESKTOP:
            expect(nurse.locator('[data-list="to_read"] .case')).to_be_in_viewport(ratio=1)
        else:
            link.click()
            expect(nurse.locator('[data-list="to_read"] .case')).to_be_in_viewport()
        nurse.context.close()
    for caller in callers:
        http.delete(f"/v1/conversations/{caller.id}", headers=caller.headers)
