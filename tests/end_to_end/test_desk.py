"""The desk in real Chromium: two nurses and a visitor at once, twelve waiting, and nothing that runs."""

from __future__ import annotations

import contextlib
import re
import time

import httpx
import psutil
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, expect

from tests.end_to_end.chatting import PATIENCE_MS, asks, chat_on, hears, opens
from tests.end_to_end.desk_cast import at_work, calls_in, hire
from tests.end_to_end.running import Running
from tests.end_to_end.two_sites import BotThread, FrontDesk
from tests.web.stand_in_bot import callback, handoff, reply

TALK = re.compile(r"/desk/conversations/")
LISTS = re.compile(r"/desk(\?|$)")


def test_from_a_question_to_a_person_and_back_with_everything_killed_in_between(
    browser: Browser, running: Running, phone: BrowserContext
) -> None:
    site = running.said[-1].split()[2].rstrip("/")
    hire(running.var)
    visitor = phone.new_page()
    chat = opens(visitor, site)
    asks(chat, "what is a k-hole")
    hears(chat, "street word")
    asks(chat, "i want to talk to a person")
    nurse, second = at_work(browser, site, "nurse"), at_work(browser, site, "second_nurse")
    for page in (nurse, second):
        page.goto(f"{site}/desk")
        page.locator('[data-list="waiting"] .case a').first.click()
    expect(nurse.get_by_text("Sam Second is looking")).to_be_visible(timeout=PATIENCE_MS)
    nurse.get_by_label("Your reply").fill("Hello, I am Nina. How can I help?")
    nurse.keyboard.press("Control+Enter")
    hears(chat, "I am Nina")
    expect(chat.locator(".chat-who").last).to_have_text("Nina Nurse, Our team")
    # The buttons follow without a reload, though a colleague is there to assign it to.
    expect(nurse.get_by_role("button", name=re.compile("^Hand back"))).to_be_visible(timeout=PATIENCE_MS)
    # The second nurse sees it without a reload, and is told who has it when she tries.
    expect(second.get_by_text("Nina Nurse has this chat")).to_be_visible(timeout=PATIENCE_MS)
    second.get_by_label("Your reply").fill("me too")
    second.keyboard.press("Control+Enter")
    expect(second.get_by_text(re.compile("Nina Nurse took this over already"))).to_be_visible()
    expect(second.get_by_label("Your reply")).to_have_value("me too")
    kill_the_halves(running)
    asks(chat, "are you still there?")
    expect(nurse.get_by_text("are you still there?")).to_be_visible(timeout=2 * PATIENCE_MS)
    nurse.get_by_label("Your reply").fill("Yes, I am.")
    nurse.keyboard.press("Control+Enter")
    hears(chat, "Yes, I am.")
    visitor.reload()
    visitor.locator("front-desk-chat .launcher").click()
    chat = chat_on(visitor)
    hears(chat, "Yes, I am.")
    nurse.reload()
    expect(nurse.get_by_text("Yes, I am.")).to_be_visible()
    resolves(nurse)
    hears(chat, "Nina Nurse has left")
    bot_is_back(site)
    asks(chat, "what are the side effects?")
    hears(chat, "dizziness")
    for page in (nurse, second):
        page.context.close()


def bot_is_back(site: str) -> None:
    """Wait for the bot that was killed: on a busy machine it loads longer than a visitor waits."""
    until = time.monotonic() + 4 * PATIENCE_MS / 1000
    while not httpx.get(f"{site}/health", trust_env=False, timeout=PATIENCE_MS / 1000).is_success:
        assert time.monotonic() < until, "the bot did not come back"


def resolves(nurse: Page, *, is_crisis: bool = False) -> None:
    """Let the conversation go; from a live crisis only after a question."""
    nurse.locator("#resolve").click()
    if is_crisis:
        question = nurse.get_by_role("alertdialog")
        question.get_by_label("We spoke with the person").check()
        question.get_by_role("button", name="Resolve").click()
    nurse.wait_for_url(LISTS)


def kill_the_halves(running: Running) -> None:
    """End the bot and the web half as a power cut would; the supervisor starts them again."""
    killed = set()
    for part in running.parts:
        with contextlib.suppress(psutil.Error):
            half = next(
                (name for name in ("components.rasa_patches.no_tensorflow", "web") if name in part.cmdline()),
                None,
            )
            if half:
                part.kill()
                killed.add(half)
    assert killed == {"components.rasa_patches.no_tensorflow", "web"}


def test_a_locked_screen_sounds_for_a_crisis_and_shows_no_word_of_it(
    browser: Browser, staffed: FrontDesk, http: httpx.Client
) -> None:
    nurse = at_work(browser, staffed.url, "nurse")
    # What plays is counted; no ear is needed.
    nurse.add_init_script(
        "const start = OscillatorNode.prototype.start; window.tones = 0;"
        "OscillatorNode.prototype.start = function (...at) {"
        "  window.tones += 1; return start.apply(this, at); };"
    )
    nurse.goto(f"{staffed.url}/desk")
    nurse.get_by_role("button", name="Lock or switch user").click()
    nurse.wait_for_url(re.compile("/unlock"))
    expect(nurse.get_by_text("Waiting now: 0. To call: 0.")).to_be_visible(timeout=PATIENCE_MS)
    caller = calls_in(http)
    caller.says("I want to kill myself, says Canary")
    expect(nurse.get_by_text("Waiting now: 1 (1 urgent). To call: 0.")).to_be_visible(timeout=PATIENCE_MS)
    assert "Canary" not in nurse.content()
    assert nurse.evaluate("window.tones") == 4
    expect(nurse.get_by_text("This screen makes no sound right now.")).to_be_hidden()
    http.delete(f"/v1/conversations/{caller.id}", headers=caller.headers)
    nurse.context.close()


def test_twelve_who_wait_are_worked_with_two_keys_each(
    browser: Browser, staffed: FrontDesk, http: httpx.Client, bot: BotThread
) -> None:
    bot.bot.says(reply("utter_greet"), requests=(handoff(),))
    callers = [calls_in(http) for _ in range(12)]
    for number, caller in enumerate(callers):
        caller.says(f"visitor {number} would like to talk to a person")
        caller.hears_the_bot()
    nurse = at_work(browser, staffed.url, "nurse")
    nurse.goto(f"{staffed.url}/desk")
    expect(nurse.locator('[data-list="waiting"] .case')).to_have_count(12, timeout=PATIENCE_MS)
    keys = 0
    for number in range(12):
        for key, done in (("n", TALK), ("Control+Shift+Enter", LISTS)):
            nurse.keyboard.press(key)
            keys += 1
            nurse.wait_for_url(done)
            if key == "n":
                expect(nurse.get_by_label("Your reply")).to_be_focused()
                nurse.keyboard.type(f"Hello, this is answer {number}.")
        # A second after the last letter a key is a command again.
        nurse.wait_for_timeout(1000)
    assert keys == 24
    expect(nurse.get_by_text("Nobody is waiting.")).to_be_visible()
    for number, caller in enumerate(callers):
        words = [each["text"] for each in caller.reads() if each["author"] == "staff"]
        assert words == [f"Hello, this is answer {number}."]
    nurse.context.close()


def test_an_approved_answer_is_sent_by_keys_alone(
    browser: Browser, staffed: FrontDesk, http: httpx.Client, bot: BotThread
) -> None:
    caller = calls_in(http)
    caller.says("will it hurt?")
    caller.hears_the_bot()
    nurse = at_work(browser, staffed.url, "nurse")
    nurse.goto(f"{staffed.url}/desk/conversations/{caller.id}")
    nurse.keyboard.press("/")
    nurse.keyboard.type("hurt")
    expect(nurse.locator(".answer").first).to_contain_text("Does it hurt?")
    nurse.keyboard.press("Enter")
    nurse.keyboard.press("Control+Enter")
    expect(nurse.locator(".by-staff").get_by_text("We numb the tooth first.")).to_be_visible()
    nurse.keyboard.press("Escape")
    nurse.wait_for_timeout(1000)  # a second after the last letter a key is a command again
    nurse.keyboard.press("?")
    expect(nurse.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
    nurse.keyboard.press("Escape")
    resolves(nurse)
    nurse.context.close()


def test_a_new_case_appears_without_a_reload_and_focus_stays(
    browser: Browser, staffed: FrontDesk, http: httpx.Client, bot: BotThread
) -> None:
    bot.bot.says(reply("utter_greet"), requests=(handoff(),))
    first, second = calls_in(http), calls_in(http)
    first.says("I am the first")
    first.hears_the_bot()
    nurse = at_work(browser, staffed.url, "nurse")
    nurse.goto(f"{staffed.url}/desk")
    nurse.locator(f"#case-{first.id}").focus()
    second.says("I want to kill myself")
    expect(nurse.locator(".case.is-urgent")).to_contain_text("suicide", timeout=PATIENCE_MS)
    expect(nurse.locator(f"#case-{first.id}")).to_be_focused()
    expect(nurse.locator("[data-live-words]")).to_have_text("urgent, please look")
    assert nurse.title().startswith("(2) ")
    for caller in (first, second):
        nurse.goto(f"{staffed.url}/desk/conversations/{caller.id}")
        resolves(nurse, is_crisis=caller is second)
    nurse.context.close()


MARKS = (
    '<img src=x onerror="window.owned=1">',
    "<script>window.owned=1</script>",
    '"><svg/onload=window.owned=1>',
    "javascript:window.owned=1",
    "{{ 7*7 }}${7*7}",
    "</textarea><script>window.owned=1</script>",
    "' onmouseover='window.owned=1",
    "<a href=javascript:window.owned=1>x</a>",
)


def test_nothing_that_a_visitor_or_a_colleague_writes_ever_runs(
    browser: Browser, staffed: FrontDesk, http: httpx.Client, bot: BotThread
) -> None:
    """By the doors that people use; `test_injection.py` has every place and page."""
    wish = callback(first_name=MARKS[0], phone="+15552018834", best_time=MARKS[2])
    bot.bot.says(reply("utter_greet"), requests=(wish, handoff()))
    caller = calls_in(http)
    for mark in MARKS:
        caller.says(mark)
    caller.hears_the_bot()
    nurse = at_work(browser, staffed.url, "nurse")
    complaints = complaints_of(nurse)
    talk = f"{staffed.url}/desk/conversations/{caller.id}"
    nurse.goto(talk)
    nurse.get_by_label("Private note").fill(MARKS[0])
    nurse.get_by_role("button", name="Save note").click()
    nurse.get_by_label("Your reply").fill(MARKS[1])
    nurse.keyboard.press("Control+Enter")
    expect(nurse.get_by_text("Sent.", exact=True)).to_be_visible()
    for address in (
        talk,
        "/desk",
        "/desk/callbacks",
        "/desk/hours",
        "/desk?said=" + MARKS[1],
        "/desk/search?words=" + MARKS[2],
    ):
        nurse.goto(address if address.startswith("http") else f"{staffed.url}{address}")
        assert nurse.evaluate("window.owned") is None
    assert complaints == []
    nurse.goto(talk)
    resolves(nurse)
    nurse.context.close()


def complaints_of(page: Page) -> list[str]:
    """Boxes that open, and what the browser says about its policy."""
    complaints: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        complaints.append(dialog.message)
        dialog.dismiss()

    def on_console(line: ConsoleMessage) -> None:
        if "Content Security" in line.text or "TrustedHTML" in line.text:
            complaints.append(line.text)

    page.on("dialog", on_dialog)
    page.on("console", on_console)
    return complaints


def test_a_visitor_sees_that_the_nurse_types_and_nothing_reads_it_out(
    browser: Browser, staffed: FrontDesk, bot: BotThread, phone: BrowserContext
) -> None:
    bot.bot.says(reply("utter_greet"), requests=(handoff(),))
    visitor = phone.new_page()
    visitor.goto(f"{staffed.url}/chat")
    visitor.locator("#chat-text").fill("may I talk to somebody who types?")
    visitor.keyboard.press("Enter")
    expect(visitor.locator(".by-bot")).to_have_count(1, timeout=PATIENCE_MS)
    nurse = at_work(browser, staffed.url, "nurse")
    nurse.goto(f"{staffed.url}/desk")
    # By its words, for others may wait as well.
    mine = nurse.locator('[data-list="waiting"] .case', has_text="somebody who types")
    mine.locator("a").first.click(timeout=PATIENCE_MS)
    nurse.wait_for_url("**/desk/conversations/**")
    nurse.keyboard.press("Escape")
    nurse.keyboard.press("t")
    expect(visitor.get_by_text("Nina Nurse from our team has joined.").first).to_be_visible(
        timeout=PATIENCE_MS
    )
    header = visitor.locator('[data-part="who-speaks"]')
    expect(header).to_have_text("Nina Nurse, Our team")
    nurse.get_by_label("Your reply").press_sequentially("Good morning")
    typing = visitor.locator('[data-part="typing"]')
    expect(typing).to_have_text("Nina Nurse is typing", timeout=PATIENCE_MS)
    expect(visitor.locator('[data-part="live"]')).not_to_contain_text("typing")
    nurse.keyboard.press("Control+Enter")
    expect(visitor.locator(".by-staff")).to_have_count(1, timeout=PATIENCE_MS)
    expect(typing).to_be_hidden()
    resolves(nurse)
    expect(header).to_have_text("Automated helper", timeout=PATIENCE_MS)
    nurse.context.close()
