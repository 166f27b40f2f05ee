"""Hostile words wherever words are kept, and every page that shows any: nothing runs, nothing is drawn.

A slice; with FRONT_DESK_PROVE set, two thousand texts in every place (`make prove`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from tests.end_to_end.desk_cast import at_work, in_the_record
from tests.end_to_end.payloads import (
    BODIES,
    BREAKOUTS,
    StoredPayloads,
    delete_payloads,
    joined,
    marks,
    store_payloads,
)
from tests.end_to_end.sinks import ECHOES, SINKS, names_in
from tests.end_to_end.test_desk import complaints_of
from tests.end_to_end.timeouts import within
from tests.end_to_end.two_sites import BotThread, FrontDesk
from tests.web.conftest import FIXTURES
from tests.web.stand_in_bot import reply
from tests.web.studio.test_releases import REPORT
from web.studio import missed_questions

PROVES = bool(os.environ.get("FRONT_DESK_PROVE"))
# A report shows a hundred rows of a gate.
COUNT, AT_ONCE = (2_000, 100) if PROVES else (20, 20)
# Texts before they are disguised: every body behind every breakout.
PLAIN = len(BODIES) * len(BREAKOUTS)
# A page that hangs says so; a busy machine needs a few seconds for the fullest one.
LOADS_WITHIN_S = 120
# What only markup could have put there, and addresses that run.
DRAWN = "x-owned, iframe[srcdoc], math, " + ", ".join(
    f"[on{event}]" for event in ("click", "error", "load", "mouseover", "focus", "toggle")
)
SEEN = """(drawn) => {
  const named = ["href", "src", "action", "formaction"];
  const all = [...document.querySelectorAll("[href], [src], [action], [formaction]")];
  const links = all.flatMap((each) => named.map((name) => each.getAttribute(name) ?? ""));
  const fields = [...document.querySelectorAll("input, textarea")].map((each) => each.value);
  return {
    harm: {
      ran: window.owned ?? null,
      drawn: [...document.querySelectorAll(drawn)].map((each) => each.outerHTML.slice(0, 200)),
      links: links.filter((link) => /^\\s*(javascript|vbscript|data:text)/i.test(link)),
    },
    words: [document.documentElement.textContent, ...fields].join(" "),
  };
}"""


@pytest.fixture(scope="module")
def cast(browser: Browser, staffed: FrontDesk) -> Iterator[dict[str, Page]]:
    """A browser of their own for everybody who looks."""
    pages = {
        who: at_work(browser, staffed.url, who) for who in ("nurse", "owner", "clinician", "administrator")
    }
    pages |= {who: browser.new_context().new_page() for who in ("stranger", "visitor")}
    yield pages
    for page in pages.values():
        page.context.close()


def test_no_hostile_words_run_or_draw_anything_anywhere(
    cast: dict[str, Page], staffed: FrontDesk, bot: BotThread
) -> None:
    complaints = {who: complaints_of(page) for who, page in cast.items()}
    asked: list[str] = []
    for page in cast.values():
        page.on("request", lambda request: asked.append(request.url))
    every = [text for _, text in marks(COUNT)]
    for start in range(0, COUNT, AT_ONCE):
        texts = every[start : start + AT_ONCE]
        in_the_record(staffed.var, delete_payloads)
        with bare(cast) if start >= PLAIN else nullcontext():
            echoes(cast, staffed.url, texts)
        stored = in_the_record(staffed.var, partial(store_payloads, texts=texts, now=datetime.now(UTC)))
        report_with(staffed, texts, stored)
        for sink in SINKS:
            where = sink.addresses(stored, texts)
            seen = set().union(*(look(cast[sink.who], staffed.url + path) for path in where))
            lacking = names_in(" ".join(texts)) - seen
            assert sink.shows != "all" or not lacking, (sink.path, lacking)
            assert sink.shows != "some" or seen, sink.path
        misses(cast["owner"], staffed, texts)
        with within(LOADS_WITHIN_S, "The visitor's chat"):
            chats(cast["visitor"], staffed.url, stored, texts)
        with within(LOADS_WITHIN_S, "Trying every text"):
            tries(cast["owner"], staffed.url, texts, bot)
        with within(LOADS_WITHIN_S, "Opening everything in a conversation"):
            answers_at_the_desk(cast["nurse"], staffed.url, stored)
    assert {who: ran for who, said in complaints.items() if (ran := scripts_in(said))} == {}
    assert [url for url in asked if "/owned/" in url] == []


def test_a_page_that_hangs_is_broken_off_with_its_name(cast: dict[str, Page]) -> None:
    said = "A page that never ends was not done within"
    with pytest.raises(TimeoutError, match=said), within(0.2, "A page that never ends"):
        cast["stranger"].evaluate("new Promise(() => {})")


def echoes(cast: dict[str, Page], site: str, texts: list[str]) -> None:
    """Open every page that shows words of its address, with all of the texts in addresses."""
    for echo in ECHOES:
        for path, names in echo.addresses(texts):
            seen = look(cast[echo.who], site + path)
            assert names <= seen, (path, names - seen)


@contextmanager
def bare(cast: dict[str, Page]) -> Iterator[None]:
    """Pages come without scripts and styles of ours: twice as fast, and as easily broken out of."""
    sessions = [page.context.new_cdp_session(page) for page in cast.values()]
    for session in sessions:
        session.send("Network.enable")
        session.send("Network.setBlockedURLs", {"urls": ["*/static/*"]})
    yield
    for session in sessions:
        session.detach()


def look(page: Page, address: str) -> set[str]:
    """Open a page, make sure that it holds nothing but words, and tell whose marks stand there."""
    with within(LOADS_WITHIN_S, f"Loading {address}"):
        answer = page.goto(address, timeout=0)  # the limit is ours
        assert answer, address
        assert answer.ok, (address, answer.status)
        assert answer.headers["content-type"].startswith("text/html"), address
        assert "/unlock" not in page.url, address
        return is_harmless(page, address)


def scripts_in(complaints: list[str]) -> list[str]:
    """What the policy had to stop from running, and boxes that opened; a style runs nothing."""
    return [each for each in complaints if "inline style" not in each]


def is_harmless(page: Page, where: str) -> set[str]:
    with within(LOADS_WITHIN_S, f"Looking at {where}"):
        seen = page.evaluate(SEEN, DRAWN)
    assert seen["harm"] == {"ran": None, "drawn": [], "links": []}, where
    return names_in(seen["words"])


def misses(page: Page, desk: FrontDesk, texts: list[str]) -> None:
    """An owner goes through the missed questions; those seen are set aside, so that others follow."""
    lacking = names_in(" ".join(texts))
    while lacking:
        seen = look(page, f"{desk.url}/studio/missed")
        assert lacking & seen, lacking
        lacking -= seen
        shown = page.locator("form input[name=message]").evaluate_all("all => all.map((each) => each.value)")
        which = [tuple(each.split(" ", 1)) for each in shown]
        in_the_record(
            desk.var,
            partial(missed_questions.mark, which=which, how="ignored", by=None, now=datetime.now(UTC)),
        )


def report_with(desk: FrontDesk, texts: list[str], stored: StoredPayloads) -> None:
    """A release whose report quotes every text, and that has them as titles and replies."""
    folder = desk.var / "releases" / "2"
    folder.mkdir(exist_ok=True)
    manifest = json.loads((FIXTURES / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"release": "2", "learnt": "2", "built_at": "2026-11-24T10:00:00+00:00"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    rows = [{"text": text, "was": text, "now": text, "wanted": text} for text in texts]
    gate = {"name": "must_keep", "passed": False, "sentence": texts[0], "rows": rows}
    fate = {"outcome": "answered", "gets": [f"faq/{texts[0]}"]}
    touched = [{"id": each, "kind": "other", "was": fate, "now": fate} for each in stored.message_ids]
    replay = {"n": 9, "changed": len(touched), "kinds": {"other": len(touched)}, "rows": touched}
    report = {**REPORT, "is_compared": True, "gates": [gate], "replay": replay, "model": texts[0]}
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")


def chats(page: Page, site: str, stored: StoredPayloads, texts: list[str]) -> None:
    """The visitor's own page, with everything that was said."""
    page.goto(f"{site}/chat")
    kept = json.dumps({"id": stored.conversation_id, "token": stored.token, "starters": []})
    page.evaluate("(kept) => localStorage.setItem('front-desk.conversation', kept)", kept)
    page.reload()
    page.locator(".chat-log .by-staff").nth(len(texts) - 1).wait_for()
    is_harmless(page, "/chat")
    for page_of_theirs in ("visitor", "bot", "staff", "system"):
        said = page.locator(f".chat-log .by-{page_of_theirs}").all_inner_texts()
        assert len(names_in(" ".join(said))) == len(texts), page_of_theirs


def tries(page: Page, site: str, texts: list[str], bot: BotThread) -> None:
    """An owner tries the words on two releases."""
    bot.bot.says(reply("utter_faq/does_it_hurt", tuple((text[:100], "faq/does_it_hurt") for text in texts)))
    page.goto(f"{site}/studio/try")
    for chunk in joined(texts, 1_500):
        page.locator("#text").fill(chunk)
        with page.expect_response("**/studio/try/say"):
            page.get_by_role("button", name="Send to both").click()
        is_harmless(page, "/studio/try")


def answers_at_the_desk(page: Page, site: str, stored: StoredPayloads) -> None:
    """A nurse opens every box of the conversation, and looks for an approved answer."""
    page.goto(f"{site}/desk/conversations/{stored.conversation_id}")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    with page.expect_response("**/answers?q=*"):
        page.locator("[data-open-answers]").click()
    is_harmless(page, "the opened conversation")
