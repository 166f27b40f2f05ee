"""The calls in real Chromium: from one to the next by keyboard alone."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.end_to_end.chatting import PATIENCE_MS
from tests.end_to_end.desk_cast import at_work, calls_in, hire
from tests.end_to_end.two_sites import BotThread, FrontDesk
from tests.web.stand_in_bot import callback, reply


@pytest.fixture
def three_calls(front_desk: FrontDesk, bot: BotThread) -> FrontDesk:
    """Three visitors who asked for a call, the first one first."""
    hire(front_desk.var)
    with httpx.Client(base_url=front_desk.url, trust_env=False, timeout=30) as http:
        for number, name in enumerate(("Ana", "Ben", "Cleo")):
            wish = callback(phone=f"+1555201883{number}", first_name=name)
            bot.bot.says(reply("utter_greet"), requests=(wish,))
            caller = calls_in(http)
            caller.says("please call me")
            caller.hears_the_bot()
    return front_desk


def test_calls_are_worked_through_without_a_mouse(browser: Browser, three_calls: FrontDesk) -> None:
    nurse = at_work(browser, three_calls.url, "nurse")
    nurse.goto(f"{three_calls.url}/desk")
    nurse.keyboard.press("c")
    nurse.wait_for_url("**/desk/callbacks")
    rows = nurse.locator("[data-call] > summary")
    expect(rows).to_have_count(3)
    nurse.keyboard.press("ArrowDown")
    expect(rows.first).to_be_focused()
    nurse.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    nurse.keyboard.press("Enter")
    ben = nurse.locator("[data-call][open]")
    expect(ben.get_by_role("link", name="(555) 201-8831")).to_be_visible()
    nurse.keyboard.press("c")
    expect(ben.get_by_text("Nina Nurse is calling")).to_be_visible(timeout=PATIENCE_MS)
    note = ben.get_by_label("Note")
    note.fill("mailbox is full")
    note.press("Enter")
    expect(ben.get_by_text("Note, by Nina Nurse: mailbox is full")).to_be_visible(timeout=PATIENCE_MS)
    expect(note).to_have_value("")
    # What is begun stays while the list is drawn anew, also when the cursor is elsewhere.
    note.fill("half a sent")
    ben.get_by_label("Call again").focus()
    another = at_work(browser, three_calls.url, "second_nurse")
    another.goto(f"{three_calls.url}/desk/callbacks")
    another.locator("[data-call] > summary").first.click()
    another.keyboard.press("c")
    expect(rows.first).to_contain_text("Sam Second is calling", timeout=PATIENCE_MS)
    expect(note).to_have_value("half a sent")
    note.fill("")
    note.press("Escape")
    expect(rows.nth(1)).to_be_focused()
    # A note and the outcome without a Tab: into the note, out again, and the outcome's number at once.
    nurse.keyboard.type("rrang ten times")
    expect(note).to_have_value("rang ten times")
    nurse.keyboard.press("Escape")
    nurse.keyboard.press("3")
    expect(rows.nth(1)).to_contain_text("1 attempt: no answer", timeout=PATIENCE_MS)
    expect(ben.get_by_text("rang ten times")).to_be_visible()
    nurse.keyboard.press("f")
    expect(ben.get_by_label("Call again")).to_be_focused()
    # What is put off goes to its place below; the next call comes under the fingers.
    nurse.keyboard.press("ArrowDown")
    nurse.keyboard.press("Escape")
    nurse.keyboard.press("s")
    expect(rows.nth(1)).to_contain_text("Cleo", timeout=PATIENCE_MS)
    expect(rows.nth(1)).to_be_focused()
    expect(nurse.locator("[data-call][open]")).to_have_count(0)
    nurse.keyboard.press("z")
    expect(rows.nth(1)).to_contain_text("Ben", timeout=PATIENCE_MS)
    rows.nth(1).press("Enter")
    nurse.keyboard.press("1")
    expect(rows).to_have_count(2, timeout=PATIENCE_MS)
    expect(rows.nth(1)).to_be_focused()
    expect(rows.nth(1)).to_contain_text("Cleo")
    nurse.wait_for_timeout(1000)  # a second after the last letter a key is a command again
    nurse.keyboard.press("l")
    nurse.wait_for_url("**/desk")
    for page in (nurse, another):
        page.context.close()
