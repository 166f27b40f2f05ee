"""From a question that nobody answered to an answer and back: owner, clinician and visitor, all real.

A real build in between, and SIGKILLs of bot and web half at the places where it would hurt.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from tests.end_to_end.chatting import asks, hears, opens, said
from tests.end_to_end.desk_cast import at_work, calls_in, hire
from tests.end_to_end.running import Running
from tests.end_to_end.test_releases import wait_until
from tests.end_to_end.test_supervisor import token_of
from web import recent
from web.app import create_app
from web.house import House
from web.settings import Settings

BUILT_WITHIN_MS = 600_000  # a busy machine; how long it takes is measured elsewhere
PATIENCE_MS = 60_000
ASKED = "can i wear my hearing aids during the session"
ASKED_AGAIN = "are my hearing aids allowed in the session?"
DECLINED, REPLY = "I don't have an answer to that", "You can keep your hearing aids in"
TITLE = "May I keep my hearing aids in?"
QUESTIONS = (
    ASKED, "may i keep my hearing aids in", "do i have to take my hearing aids out",
    "are hearing aids allowed", "hearing aids on or off", "what about my hearing aid",
    "should i leave my hearing aids at home", "is it fine to wear a hearing aid",
    "i wear hearing aids is that a problem", "do hearing aids get in the way",
)  # fmt: skip
TESTS = ("will i have to remove my hearing aids", "hearing aids during treatment ok?")
# What other visitors asked lately: of each chat one message after the other.
OTHERS = (
    ("what is a k-hole", "how long does it last", "is it dangerous"),
    ("my hearing aid whistles, may it stay in", "what are the side effects", "do you fix bicycles"),
    ("can i drive home", "hi", "what does it cost and where are you"),
)
Fate = tuple[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def site(running: Running) -> str:
    hire(running.var)
    return running.said[-1].split()[2].rstrip("/")


@pytest.fixture
def owner(browser: Browser, site: str) -> Iterator[Page]:
    page = at_work(browser, site, "owner")
    yield page
    page.context.close()


@pytest.fixture
def clinician(browser: Browser, site: str) -> Iterator[Page]:
    page = at_work(browser, site, "clinician")
    yield page
    page.context.close()


def test_a_missed_question_becomes_an_answer_that_can_be_undone(
    running: Running, site: str, phone: BrowserContext, owner: Page, clinician: Page
) -> None:
    chat = opens(phone.new_page(), site)
    asks(chat, ASKED)
    hears(chat, DECLINED)
    others_ask(site)
    kill(running, "web")
    draft_from_what_was_missed(owner, site)
    signs(clinician, site)
    release = builds(owner, site)
    reads_the_report(owner)
    counted_again(running, release)

    owner.get_by_role("button", name=f"Publish release {release}").click()
    expect(owner.get_by_role("status").first).to_contain_text("Published", timeout=PATIENCE_MS)
    kill(running, "web")
    wait_until_up(site)
    asks(chat, ASKED_AGAIN)
    hears(chat, REPLY)

    kill(running, "components.light_rasa")
    wait_until(lambda: not all_bots_are_warm(running))
    wait_until(lambda: all_bots_are_warm(running))
    owner.goto(f"{site}/studio/releases")
    owner.get_by_role("button", name="Undo the last publishing").click()
    expect(owner.get_by_role("status").first).to_contain_text("Undone", timeout=PATIENCE_MS)
    gets_the_old_behaviour(chat)


def others_ask(site: str) -> None:
    with httpx.Client(base_url=site, trust_env=False, timeout=60) as http:
        for texts in OTHERS:
            caller, heard = calls_in(http), 0
            for text in texts:
                caller.says(text)
                while not any(m["author"] == "bot" and m["seq"] > heard for m in caller.reads(wait=5)):
                    pass
                heard = max(m["seq"] for m in caller.reads())


def draft_from_what_was_missed(owner: Page, site: str) -> None:
    wait_until_up(site)
    owner.goto(f"{site}/studio/missed")
    gap = owner.locator(".gap", has_text=ASKED)
    gap.get_by_role("button", name=re.compile("^Make a draft")).click()
    expect(owner.get_by_label("Questions, one a line")).to_have_value(re.compile(ASKED))
    owner.get_by_label("Title", exact=True).fill(TITLE)
    owner.get_by_label("Questions, one a line").fill("\n".join(QUESTIONS))
    owner.get_by_label("Wording 1").fill(f"{REPLY}. Tell us about them when you arrive.")
    owner.get_by_label("Title, publisher, year").first.fill("The clinic's own rules, 2026")
    owner.get_by_label(re.compile("^Clinical")).check()
    owner.get_by_label(re.compile("^Switched on")).check()
    owner.locator("#topics").fill("hearing_aids")
    owner.locator("#review_by").fill("2099-01-01")
    for number, text in enumerate(TESTS):
        owner.locator(f"#test-{number}").fill(text)
    owner.get_by_role("button", name="Save", exact=True).click()
    expect(owner.get_by_role("status").first).to_contain_text("Saved", timeout=PATIENCE_MS)


def signs(clinician: Page, site: str) -> None:
    clinician.goto(f"{site}/studio/signing")
    sheet = clinician.locator("[data-sheet]", has_text=TITLE)
    sheet.get_by_role("button", name=f"Sign “{TITLE}”").click()
    expect(clinician.locator(".done-line")).to_contain_text("Signed until", timeout=PATIENCE_MS)


def builds(owner: Page, site: str) -> str:
    """Press Build and wait for the link to the report; returns the new release."""
    owner.goto(f"{site}/studio/releases")
    owner.get_by_role("button", name="Build", exact=True).click()
    link = owner.get_by_role("link", name="Read its report")
    expect(link.or_(owner.locator(".is-problem"))).to_be_visible(timeout=BUILT_WITHIN_MS)
    expect(owner.locator(".is-problem")).to_have_count(0)
    link.click()
    return owner.url.rstrip("/").rpartition("/")[2]


def reads_the_report(owner: Page) -> None:
    expect(owner.get_by_text("All gates are open.")).to_be_visible()
    expect(owner.locator("section", has=owner.locator("#changed"))).to_contain_text(f"{TITLE}: new")
    touched = owner.locator("section", has=owner.locator("#touched"))
    expect(touched).to_contain_text("Was not answered, now answered")
    row = touched.locator("tr", has_text=ASKED)
    expect(row.locator("[data-label=Was]")).to_have_text("declined")
    expect(row.locator("[data-label=Now]")).to_have_text(TITLE)


def counted_again(running: Running, release: str) -> None:
    """The report's list is what one by one comes out when both bots are asked at their doors."""
    before = (running.var / "releases" / "published").read_text(encoding="utf-8").strip()
    wait_until(lambda: all_bots_are_warm(running))
    counted = in_a_thread(running, lambda house: _recount(house, before, release))
    report = json.loads((running.var / "releases" / release / "report.json").read_text(encoding="utf-8"))
    listed = {row["id"]: (_fate(row["was"]), _fate(row["now"])) for row in report["replay"]["rows"]}
    assert report["replay"]["n"] == 1 + sum(map(len, OTHERS))
    assert counted == listed
    assert len(listed) >= 2


async def _recount(house: House, before: str, after: str) -> dict[str, tuple[Fate, Fate]]:
    async with house.db.read() as tx:
        asked = await recent.asked(tx)
        facts = await house.facts(tx)
    found = {}
    for ask in asked:
        was, now = [await _told(house, release, ask, facts) for release in (before, after)]
        if was != now:
            found[str(ask["id"])] = (was, now)
    return found


async def _told(house: House, release: str, ask: dict[str, Any], facts: dict[str, Any]) -> Fate:
    events = [
        {"event": "slot", "name": name, "value": ask[name]} for name in ("topic", "it") if ask.get(name)
    ]
    events += [{"event": "action", "name": "action_listen"}] if events else []
    request = {
        "conversation_id": "recount", "message_id": ask["id"], "text": ask["text"],
        "events": events, "facts": facts, "language": "en",
    }  # fmt: skip
    result = await house.bot.turn_of(release, request)
    parts = tuple(str(part["intent"]) for part in result.understood["parts"])
    if result.outcome in ("declined", "asked_back"):
        return result.outcome, ()
    return result.outcome, parts or (str(result.understood["intent"]),)


def _fate(told: dict[str, Any]) -> Fate:
    return told["outcome"], tuple(told["gets"])


def gets_the_old_behaviour(chat: FrameLocator) -> None:
    answers = said(chat, REPLY).count()
    asks(chat, ASKED_AGAIN)
    hears(chat, re.compile("don't have an answer"))
    assert said(chat, REPLY).count() == answers


def kill(running: Running, half: str) -> None:
    """End every process of one half as a power cut would; the supervisor starts it again."""
    mine = [part for part in running.parts if half in _command(part)]
    assert mine
    for part in mine:
        part.kill()


def _command(part: psutil.Process) -> list[str]:
    try:
        return part.cmdline()
    except psutil.Error:
        return []


def wait_until_up(site: str) -> None:
    def answers() -> bool:
        try:
            return httpx.get(f"{site}/v1/health", trust_env=False).is_success
        except httpx.TransportError:
            return False

    wait_until(answers)


def all_bots_are_warm(running: Running) -> bool:
    """Whether the published release and the one beside it have their bots, as the supervisor tells."""
    told = json.loads((running.var / "releases" / "bots.json").read_text(encoding="utf-8"))
    return len(told["bots"]) == 2 and all(bot["is_ready"] for bot in told["bots"])


def in_a_thread(running: Running, work: Any) -> Any:
    """Use the rules on the running installation's files; the browser's loop runs in this thread."""
    environ = {"FRONT_DESK_VAR": str(running.var), "FRONT_DESK_BOT_TOKEN": token_of(running)}
    house: House = create_app(Settings.from_environment(environ)).ctx.house

    async def to_the_end() -> Any:
        try:
            return await work(house)
        finally:
            await house.db.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, to_the_end()).result()
