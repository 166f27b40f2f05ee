"""From a question that nobody answered to an answer and back: owner, clinician and visitor, all real.

Owner and clinician have a keyboard alone. A real build in between, and SIGKILLs of bot and web half at
the places where it would hurt.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.end_to_end.chatting import asks, hears, opens, said
from tests.end_to_end.desk_cast import calls_in, hire
from tests.end_to_end.keyboard import IS_HERE, Keyboard
from tests.end_to_end.running import Running, started
from tests.end_to_end.test_releases import wait_until
from tests.end_to_end.test_supervisor import token_of
from web.app import create_app
from web.context import AppContext
from web.core.settings import Settings
from web.releases import replay_samples

BUILT_WITHIN_MIN = 40  # a busy machine; how long it takes is measured elsewhere
PATIENCE_MS = 120_000
ASKED = "do you offer aromatherapy"
ASKED_AGAIN = "could i have aromatherapy in the session?"
DECLINED, REPLY = "I don't have an answer to that", "We use no scented oils in our rooms"
TITLE = "Do you offer aromatherapy?"
QUESTIONS = (
    ASKED, "can i have aromatherapy", "do you use scented oils", "aromatherapy yes or no",
    "may i bring my own scented oil", "is aromatherapy part of it", "what about aromatherapy",
    "lavender oil in the room please", "do you diffuse essential oils", "are essential oils used",
)  # fmt: skip
TESTS = ("any aromatherapy with the treatment", "will there be essential oils?")
# What other visitors asked lately: of each chat one message after the other.
OTHERS = (
    ("what is a k-hole", "how long does it last", "is it dangerous"),
    ("is there aromatherapy", "what are the side effects", "do you fix bicycles"),
    ("can i drive home", "hi", "what does it cost and where are you"),
)
Fate = tuple[str, tuple[str, ...]]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """An installation of the story's own: a second try must not meet what the first one left."""
    with started(tmp_path) as up:
        yield up


@pytest.fixture
def site(running: Running) -> str:
    hire(running.var)
    return running.said[-1].split()[2].rstrip("/")


def test_a_missed_question_becomes_an_answer_that_can_be_undone(
    running: Running, site: str, phone: BrowserContext, owner: Page, clinician: Page
) -> None:
    chat = opens(phone.new_page(), site)
    asks(chat, ASKED)
    hears(chat, DECLINED)
    others_ask(site)
    kill(running, "web")
    keys = Keyboard(owner)
    draft_from_what_was_missed(keys, site)
    signs(Keyboard(clinician), site)
    release = builds(keys)
    reads_the_report(owner)
    counted_again(running, release)

    keys.follows(owner.get_by_role("button", name=f"Publish release {release}"))
    keys.hears(owner.get_by_text("Published. Visitors get it"))
    kill(running, "web")
    wait_until_up(site)
    asks(chat, ASKED_AGAIN)
    hears(chat, REPLY)

    kill(running, "components.rasa_patches.no_tensorflow")
    wait_until(lambda: not all_bots_are_warm(running))
    wait_until(lambda: all_bots_are_warm(running))
    keys.follows(owner.get_by_role("button", name="Undo the last release"))
    keys.hears(owner.get_by_text("Undone."))
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


def draft_from_what_was_missed(owner: Keyboard, site: str) -> None:
    """From the menu to the draft, field by field, to "Saved"."""
    page = owner.page
    wait_until_up(site)
    page.goto(f"{site}/studio")
    owner.follows(page.get_by_role("link", name="Missed questions", exact=True))
    # A group is called by any of its wordings, and other groups offer to be merged with it.
    owner.follows(page.get_by_role("button", name=re.compile("^Make a draft of “.*aromatherapy")))
    owner.hears(page.get_by_text("A draft was made of what visitors asked."))
    owner.reaches(page.get_by_label("Title", exact=True))
    owner.write(TITLE)
    owner.reaches(page.get_by_label("Wording 1"))
    owner.write(f"{REPLY}. Some people feel sick from them.")
    owner.reaches(page.get_by_label("Questions, one per line"))
    expect(page.get_by_label("Questions, one per line")).to_have_value(re.compile(ASKED))
    owner.write("\n".join(QUESTIONS))
    for number, text in enumerate(TESTS, 1):
        owner.reaches(page.get_by_label(f"Test {number}"))
        owner.write(text)
    owner.reaches(page.get_by_label("Title, publisher, year").first)
    owner.write("The clinic's own rules, 2026")
    owner.reaches(page.get_by_label(re.compile("^Clinical")))
    owner.press("Space")
    owner.reaches(page.get_by_label(re.compile("^Switched on")))
    owner.press("Space")
    owner.reaches(page.get_by_label("Review by"))
    page.keyboard.type("01012099")
    owner.reaches(page.get_by_text("More: topics, follow-ups"))
    owner.press("Enter")
    owner.reaches(page.get_by_label("Topics"))
    owner.write("aromatherapy")
    owner.follows(page.get_by_role("button", name="Save", exact=True))
    owner.hears(page.get_by_text("Saved.").first)


def signs(clinician: Keyboard, site: str) -> None:
    """Through the session by its keys, to the answer that is new."""
    page = clinician.page
    page.goto(f"{site}/studio")
    clinician.follows(page.get_by_role("link", name="Signing", exact=True))
    clinician.reaches(page.get_by_role("button", name="Start", exact=True))
    clinician.press("Enter")
    sheet = page.locator("[data-sheet]", has_text=TITLE)
    while not sheet.evaluate(IS_HERE):
        clinician.sees_the_focus()
        clinician.press("n")
    clinician.press("s")
    expect(page.locator(".done-line")).to_contain_text("Signed until", timeout=PATIENCE_MS)
    clinician.sees_the_focus()


def builds(owner: Keyboard) -> str:
    """On from "Saved": to the releases, and build; the report opens by itself. Returns the new release."""
    page = owner.page
    owner.follows(page.get_by_role("link", name="build a release"))
    owner.follows(page.get_by_role("button", name="Build", exact=True))
    owner.hears(page.get_by_text("The build has started."))
    # With some practice conversations left the report opens early, and can be published when they are done.
    ready = page.get_by_text("The release is built.").or_(page.get_by_text("The report is ready to read."))
    waits_for(page, ready.or_(page.locator(".note.is-problem")))
    expect(page.locator(".note.is-problem")).to_have_count(0)
    owner.hears(ready)
    release = page.url.partition("?")[0].rpartition("/")[2]
    waits_for(page, page.get_by_role("button", name=f"Publish release {release}"))
    return release


def waits_for(page: Page, sight: Locator) -> None:
    """Stay at the page until this is seen: a screen that nobody uses would lock."""
    for _ in range(BUILT_WITHIN_MIN):
        page.keyboard.press("Shift")
        with suppress(PlaywrightTimeout):
            return sight.wait_for(timeout=60_000)
    raise AssertionError(f"not seen in {BUILT_WITHIN_MIN} minutes: {sight}")


def reads_the_report(owner: Page) -> None:
    expect(owner.get_by_text("All gates are open.")).to_be_visible()
    expect(owner.locator("section", has=owner.locator("#changed"))).to_contain_text(f"{TITLE}: new")
    touched = owner.locator("section", has=owner.locator("#touched"))
    expect(touched).to_contain_text("Was not answered, now answered")
    row = touched.locator("tr", has_text=ASKED).first
    expect(row.locator("[data-label=Was]")).to_contain_text("declined")
    expect(row.locator("[data-label=Now]")).to_contain_text(TITLE)


def counted_again(running: Running, release: str) -> None:
    """The report's list is what one by one comes out when both bots are asked at their doors."""
    before = (running.var / "releases" / "published").read_text(encoding="utf-8").strip()
    wait_until(lambda: all_bots_are_warm(running))
    counted = in_a_thread(running, lambda context: _recount(context, before, release))
    report = json.loads((running.var / "releases" / release / "report.json").read_text(encoding="utf-8"))
    listed = {row["id"]: (_fate(row["was"]), _fate(row["now"])) for row in report["replay"]["rows"]}
    assert report["replay"]["n"] == 1 + sum(map(len, OTHERS))
    assert counted == listed
    assert len(listed) >= 2


async def _recount(context: AppContext, before: str, after: str) -> dict[str, tuple[Fate, Fate]]:
    async with context.db.read() as tx:
        asked = await replay_samples.asked(tx)
        facts = await context.facts(tx)
    found = {}
    for ask in asked:
        was, now = [await _told(context, release, ask, facts) for release in (before, after)]
        if was != now:
            found[str(ask["id"])] = (was, now)
    return found


async def _told(context: AppContext, release: str, ask: dict[str, Any], facts: dict[str, Any]) -> Fate:
    events = [
        {"event": "slot", "name": name, "value": ask[name]} for name in ("topic", "it") if ask.get(name)
    ]
    events += [{"event": "action", "name": "action_listen"}] if events else []
    request = {
        "conversation_id": "recount", "message_id": ask["id"], "text": ask["text"],
        "events": events, "facts": facts, "language": "en",
    }  # fmt: skip
    result = await context.bot.turn_of(release, request)
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
    context: AppContext = create_app(Settings.from_environment(environ)).ctx.context

    async def to_the_end() -> Any:
        try:
            return await work(context)
        finally:
            await context.db.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, to_the_end()).result()
