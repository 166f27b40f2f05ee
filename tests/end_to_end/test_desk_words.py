"""Words land with the patient they were written for: typing, leaving, whom one writes to, and being told."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import APIResponse, Browser, Locator, Page, Route, ViewportSize, expect

from tests.end_to_end.chatting import PATIENCE_MS, PICTURES, picture
from tests.end_to_end.desk_cast import Caller, at_work, calls_in
from tests.end_to_end.screens import DESKTOP, PHONE
from tests.end_to_end.two_sites import BotThread, FrontDesk
from tests.web.conftest import CAST, PASSWORD
from tests.web.stand_in_bot import callback, handoff, reply

CRISIS = "I want to kill myself"
DRAFT = "Please come at nine"
COUNTS_TONES = (
    "const start = OscillatorNode.prototype.start; window.tones = 0;"
    "OscillatorNode.prototype.start = function (...at) {"
    "  window.tones += 1; return start.apply(this, at); };"
)
LETTER_MS = 60  # between two letters of somebody who types
SECONDS_AFTER_TYPING = 1200


@pytest.fixture
def caller(http: httpx.Client, bot: BotThread) -> Iterator[Caller]:
    """A visitor who waits for a person."""
    bot.bot.says(reply("utter_greet"), requests=(handoff(),))
    made = calls_in(http)
    made.says("may I talk to somebody about my appointment?")
    made.hears_the_bot()
    yield made
    http.delete(f"/v1/conversations/{made.id}", headers=made.headers)


@pytest.fixture
def in_crisis(http: httpx.Client) -> Iterator[Caller]:
    """Another visitor, in a live crisis."""
    made = calls_in(http)
    made.says(CRISIS)
    yield made
    http.delete(f"/v1/conversations/{made.id}", headers=made.headers)


@pytest.fixture
def nurse(browser: Browser, staffed: FrontDesk) -> Iterator[Page]:
    page = at_work(browser, staffed.url, "nurse")
    page.add_init_script(COUNTS_TONES)
    yield page
    page.context.close()


def opens_talk(nurse: Page, staffed: FrontDesk, caller: Caller) -> None:
    nurse.goto(f"{staffed.url}/desk/conversations/{caller.id}")
    expect(nurse.get_by_label("Your reply")).to_be_visible(timeout=PATIENCE_MS)


def sends(nurse: Page, text: str) -> None:
    nurse.get_by_label("Your reply").fill(text)
    nurse.keyboard.press("Control+Enter")
    expect(nurse.get_by_text("Sent.", exact=True)).to_be_visible(timeout=PATIENCE_MS)


def words_of_staff(caller: Caller) -> list[str]:
    return [each["text"] for each in caller.reads() if each["author"] == "staff"]


def test_what_is_typed_on_after_a_reply_stays_with_the_same_patient(
    nurse: Page, staffed: FrontDesk, caller: Caller, in_crisis: Caller
) -> None:
    opens_talk(nurse, staffed, caller)
    sends(nurse, "Hi, this is Nina")
    nurse.keyboard.type("now let me check everything, e", delay=LETTER_MS)
    expect(nurse.get_by_label("Your reply")).to_have_value("now let me check everything, e")
    nurse.keyboard.press("Control+Enter")
    expect(nurse.locator(".by-staff")).to_have_count(2, timeout=PATIENCE_MS)
    assert nurse.url.endswith(caller.id)
    assert words_of_staff(caller) == ["Hi, this is Nina", "now let me check everything, e"]
    assert words_of_staff(in_crisis) == []


def test_what_is_typed_while_a_reply_is_on_its_way_is_the_next_one(
    nurse: Page, staffed: FrontDesk, caller: Caller
) -> None:
    opens_talk(nurse, staffed, caller)
    held: list[Route] = []
    nurse.route("**/reply", lambda route: held.append(route) if not held else route.continue_())
    nurse.get_by_label("Your reply").fill("One moment")
    nurse.keyboard.press("Control+Enter")
    nurse.keyboard.type(", I look it up", delay=LETTER_MS)
    nurse.keyboard.press("Control+Enter")
    held[0].continue_()
    expect(nurse.locator(".by-staff")).to_have_count(2, timeout=PATIENCE_MS)
    assert words_of_staff(caller) == ["One moment", ", I look it up"]


def test_a_letter_in_a_word_or_right_after_typing_is_no_command(
    nurse: Page, staffed: FrontDesk, caller: Caller, in_crisis: Caller
) -> None:
    opens_talk(nurse, staffed, caller)
    sends(nurse, "Hi, this is Nina")
    nurse.keyboard.type("ok", delay=LETTER_MS)
    nurse.keyboard.press("Control+A")
    nurse.keyboard.press("Delete")
    nurse.keyboard.press("Escape")
    nurse.keyboard.press("e")
    expect(nurse.get_by_text("“e” did nothing")).to_be_visible()
    nurse.wait_for_timeout(SECONDS_AFTER_TYPING)
    nurse.keyboard.type("everything now let", delay=LETTER_MS)
    nurse.wait_for_timeout(SECONDS_AFTER_TYPING)
    assert nurse.url.endswith(caller.id)
    expect(nurse.get_by_text("This chat is yours. The bot is paused.")).to_be_visible()
    # Meant as a command, it is one.
    nurse.keyboard.press("e")
    nurse.wait_for_url(re.compile(r"/desk(\?|$)"))


@pytest.mark.parametrize("key", ["e", "n", "l"])
def test_no_key_leaves_a_live_crisis_without_a_question(
    nurse: Page, staffed: FrontDesk, caller: Caller, in_crisis: Caller, key: str
) -> None:
    opens_talk(nurse, staffed, in_crisis)
    nurse.keyboard.press(key)
    question = nurse.get_by_role("alertdialog")
    expect(question).to_contain_text("live crisis", timeout=PATIENCE_MS)
    # A crisis is closed with how it ended, so that comes first.
    first = (
        question.get_by_role("radio").first if key == "e" else question.get_by_role("button", name="Cancel")
    )
    expect(first).to_be_focused()
    picture(nurse, os.environ.get(PICTURES), f"desk-crisis-{key}")
    nurse.keyboard.press("Escape" if key == "e" else "Enter")
    expect(question).to_be_hidden()
    expect(nurse.locator(".talk-state.is-urgent")).to_be_visible()
    assert nurse.url.endswith(in_crisis.id)
    nurse.keyboard.press(key)
    expect(question).to_be_visible(timeout=PATIENCE_MS)
    if key == "e":
        expect(question.get_by_role("button", name="Resolve")).to_be_disabled()
        question.get_by_label("We spoke with the person").check()
    question.get_by_role("button").last.click()
    nurse.wait_for_url(lambda url: not url.endswith(in_crisis.id))


@pytest.mark.parametrize("deed", ["Not a crisis", "Hand back", "Resolve"])
def test_no_press_ends_a_live_crisis_without_a_question(
    nurse: Page, staffed: FrontDesk, in_crisis: Caller, deed: str
) -> None:
    opens_talk(nurse, staffed, in_crisis)
    sends(nurse, "I am here with you")
    nurse.get_by_role("button", name=re.compile(f"^{deed}")).click()
    expect(nurse.get_by_role("alertdialog")).to_be_visible(timeout=PATIENCE_MS)
    nurse.keyboard.press("Escape")
    expect(nurse.get_by_text("This chat is yours. The bot is paused.")).to_be_visible()
    expect(nurse.locator(".talk-state.is-urgent")).to_be_visible()


def reply_of(nurse: Page) -> Locator:
    return nurse.get_by_label("Your reply")


def test_a_draft_is_kept_wherever_one_goes_and_only_the_end_asks(
    nurse: Page, staffed: FrontDesk, caller: Caller
) -> None:
    opens_talk(nurse, staffed, caller)
    reply_of(nurse).press_sequentially(DRAFT)
    nurse.get_by_label("Private note").fill("has a dog")
    for leave in (
        lambda: nurse.get_by_role("navigation").get_by_role("link", name="Calls").click(),
        lambda: nurse.get_by_role("link", name="Lists").click(),
        lambda: nurse.get_by_role("button", name="Lock or switch user").click(),
    ):
        leave()
        nurse.wait_for_url(lambda url: not url.partition("?")[0].endswith(caller.id))
        if "/unlock" in nurse.url:
            nurse.get_by_label("Password").fill(PASSWORD)
            nurse.keyboard.press("Enter")
            nurse.wait_for_url(lambda url: "/unlock" not in url)
        opens_talk(nurse, staffed, caller)
        expect(reply_of(nurse)).to_have_value(DRAFT)
        expect(nurse.get_by_label("Private note")).to_have_value("has a dog")
    nurse.reload()
    expect(reply_of(nurse)).to_have_value(DRAFT)
    picture(nurse, os.environ.get(PICTURES), "desk-draft")
    nurse.get_by_role("button", name="Approved answer").click()
    nurse.locator(".answer").first.click()
    expect(reply_of(nurse)).not_to_have_value(DRAFT)
    nurse.get_by_role("button", name="Write instead").click()
    expect(reply_of(nurse)).to_have_value(DRAFT)
    nurse.locator("#resolve").click()
    question = nurse.get_by_role("alertdialog")
    expect(question).to_contain_text("is not sent", timeout=PATIENCE_MS)
    nurse.keyboard.press("Escape")
    nurse.goto(f"{staffed.url}/desk")
    expect(nurse.locator(".case", has_text="Your draft")).to_be_visible(timeout=PATIENCE_MS)


def test_a_session_that_ends_mid_word_and_another_device_lose_nothing(
    browser: Browser, nurse: Page, staffed: FrontDesk, caller: Caller
) -> None:
    opens_talk(nurse, staffed, caller)
    reply_of(nurse).press_sequentially("Please come at ")
    nurse.context.clear_cookies()
    reply_of(nurse).press_sequentially("nine")
    nurse.wait_for_url(re.compile("/sign-in"), timeout=PATIENCE_MS)
    nurse.get_by_label("Sign-in name").fill(CAST["nurse"][0])
    nurse.get_by_label("Password").fill(PASSWORD)
    nurse.keyboard.press("Enter")
    nurse.wait_for_url(re.compile(caller.id))
    expect(reply_of(nurse)).to_have_value(DRAFT)
    expect(nurse.get_by_text("Draft saved")).to_be_visible(timeout=PATIENCE_MS)
    other = at_work(browser, staffed.url, "nurse")
    opens_talk(other, staffed, caller)
    expect(reply_of(other)).to_have_value(DRAFT)
    reply_of(other).press("End")
    reply_of(other).press_sequentially(", room 2")
    expect(nurse.get_by_text("You continued in another window")).to_be_visible(timeout=2 * PATIENCE_MS)
    expect(reply_of(nurse)).to_have_value(f"{DRAFT}, room 2")
    sends(nurse, f"{DRAFT}, room 3")
    expect(reply_of(other)).to_have_value("", timeout=2 * PATIENCE_MS)
    nurse.reload()
    expect(reply_of(nurse)).to_have_value("")
    other.context.close()


def test_an_answer_from_before_the_draft_was_saved_empties_no_field(
    nurse: Page, staffed: FrontDesk, caller: Caller
) -> None:
    held: list[tuple[Route, APIResponse]] = []

    def keeps_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    nurse.route("**/live?*", keeps_the_first)
    opens_talk(nurse, staffed, caller)
    reply_of(nurse).press_sequentially(DRAFT)
    expect(nurse.get_by_text("Draft saved")).to_be_visible(timeout=PATIENCE_MS)
    route, answer = held[0]
    # What it says is not believed; a new one is asked for at once.
    with nurse.expect_request("**/live?*mark=&*wait=0*", timeout=PATIENCE_MS):
        route.fulfill(response=answer)
    expect(reply_of(nurse)).to_have_value(DRAFT)
    expect(nurse.get_by_text("sent or deleted in another window")).to_be_hidden()


def test_where_one_writes_it_says_to_whom(
    nurse: Page, staffed: FrontDesk, http: httpx.Client, bot: BotThread, caller: Caller
) -> None:
    opens_talk(nurse, staffed, caller)
    label = nurse.locator("label[for=reply]")
    when = re.compile(r"Visitor, (Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day \d+:\d\d:\d\d [ap]m")
    expect(label).to_contain_text(when)
    expect(nurse.get_by_role("heading", level=1)).to_have_text(when)
    # The name is left while the page is open.
    bot.bot.says(reply("utter_greet"), requests=(callback(first_name="Rosa", phone="+15552018834"),))
    caller.says("please call me back, I am Rosa")
    expect(label).to_contain_text("Your reply to Rosa", timeout=PATIENCE_MS)
    expect(nurse).to_have_title(re.compile("Rosa"))
    picture(nurse, os.environ.get(PICTURES), "desk-whom")


@pytest.mark.parametrize(
    "path", ["/desk/search", "/desk/replies", "/desk/numbers", "/desk/callbacks", "/account", "/studio/now"]
)
def test_a_crisis_reaches_every_page_of_staff(
    nurse: Page, staffed: FrontDesk, http: httpx.Client, path: str
) -> None:
    with nurse.expect_response(re.compile(r"/(pulse|live)\?"), timeout=PATIENCE_MS):
        nurse.goto(f"{staffed.url}{path}")
    nurse.locator("h1").click()  # somebody is here
    caller = calls_in(http)
    caller.says(CRISIS)
    strip = nurse.get_by_role("link", name="May be thinking about suicide")
    expect(strip).to_be_visible(timeout=PATIENCE_MS)
    expect(nurse.locator('[data-count="/desk"]')).to_have_class(re.compile("is-urgent"))
    expect(nurse).to_have_title(re.compile(r"^\(\d+\) Urgent: "))
    assert nurse.evaluate("window.tones") == 4
    picture(nurse, os.environ.get(PICTURES), f"desk-told{path.replace('/', '-')}")
    strip.click()
    nurse.wait_for_url(re.compile(f"/desk/conversations/{caller.id}"))
    http.delete(f"/v1/conversations/{caller.id}", headers=caller.headers)


def test_a_crisis_is_seen_on_a_phone_with_the_menu_folded(
    browser: Browser, staffed: FrontDesk, in_crisis: Caller
) -> None:
    nurse = at_work(browser, staffed.url, "nurse", viewport=PHONE)
    nurse.goto(f"{staffed.url}/desk/search")
    expect(nurse.get_by_role("link", name="May be thinking about suicide")).to_be_in_viewport(
        timeout=PATIENCE_MS
    )
    picture(nurse, os.environ.get(PICTURES), "desk-told-phone")
    nurse.context.close()


def test_a_card_names_the_nurse_who_has_the_chat_open(
    nurse: Page, staffed: FrontDesk, caller: Caller
) -> None:
    opens_talk(nurse, staffed, caller)
    sends(nurse, "Hi, this is Nina")
    caller.says(CRISIS)
    (card,) = [each for each in caller.reads() if each["kind"] == "card"]
    assert "Nina Nurse from our team has this chat open" in card["text"]
    assert "nobody may be reading" not in card["text"]


def test_with_the_bot_down_who_asks_for_a_person_is_in_waiting_now(
    nurse: Page, staffed: FrontDesk, http: httpx.Client, bot: BotThread
) -> None:
    nurse.goto(f"{staffed.url}/desk")
    bot.bot.breaks_off()
    words = ("I need to talk to a person", "quiero hablar con una persona")
    callers = [calls_in(http) for _ in words]
    for caller, text in zip(callers, words, strict=True):
        caller.says(text)
    for text in words:
        waiting = nurse.locator('[data-list="waiting"] .case', has_text=text)
        expect(waiting).to_be_visible(timeout=PATIENCE_MS)
    picture(nurse, os.environ.get(PICTURES), "desk-bot-down")
    for caller in callers:
        http.delete(f"/v1/conversations/{caller.id}", headers=caller.headers)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_crisis_shows_its_strongest_words_what_to_do_and_is_closed_with_how_it_ended(
    browser: Browser, staffed: FrontDesk, in_crisis: Caller, viewport: ViewportSize
) -> None:
    in_crisis.says("ok. thank you")
    nurse = at_work(browser, staffed.url, "nurse", viewport=viewport)
    nurse.goto(f"{staffed.url}/desk")
    row = nurse.locator(f'.case:has(a[href$="{in_crisis.id}"])')
    expect(row).to_contain_text(CRISIS, timeout=PATIENCE_MS)
    picture(nurse, os.environ.get(PICTURES), f"desk-list-crisis-{viewport['width']}")
    opens_talk(nurse, staffed, in_crisis)
    expect(nurse.locator(".talk-words")).to_have_text(CRISIS)
    first = nurse.locator(".step").first
    expect(nurse.get_by_role("heading", name="What to do now")).to_be_visible()
    if viewport == DESKTOP:  # every step at one glance, also on a small laptop
        nurse.set_viewport_size({"width": 1366, "height": 768})
        for step in nurse.locator(".step").all():
            expect(step).to_be_in_viewport(ratio=1)
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true", timeout=PATIENCE_MS)
    expect(first).to_contain_text("Nina Nurse")
    picture(nurse, os.environ.get(PICTURES), f"desk-steps-{viewport['width']}")
    nurse.locator("#resolve").click()
    question = nurse.get_by_role("alertdialog")
    expect(question).to_contain_text("How did it end?", timeout=PATIENCE_MS)
    question.get_by_label("988 was given to them").check()
    picture(nurse, os.environ.get(PICTURES), f"desk-outcome-{viewport['width']}")
    question.get_by_role("button", name="Resolve").click()
    nurse.wait_for_url(re.compile(r"/desk(\?|$)"))
    opens_talk(nurse, staffed, in_crisis)
    expect(nurse.get_by_text("resolved it: 988 was given to them")).to_be_visible(timeout=PATIENCE_MS)
    nurse.context.close()
