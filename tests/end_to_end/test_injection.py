"""Hostile words wherever words are kept, and every page that shows any: nothing runs, nothing is drawn.

A slice; with FRONT_DESK_PROVE set, two thousand texts in every place (`make prove`).
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.end_to_end.desk_cast import at_work, hire
from tests.end_to_end.planted import Planted, joined, marks, plant
from tests.end_to_end.test_desk import complaints_of
from tests.end_to_end.two_sites import BotThread, FrontDesk
from tests.web.conftest import FIXTURES
from tests.web.stand_in_bot import reply
from tests.web.test_studio_releases import REPORT
from web.db import Database

# As many as a page of search results, a week's lot and a list show at once.
AT_ONCE = 20
COUNT = 2_000 if os.environ.get("FRONT_DESK_PROVE") else AT_ONCE
NAME = re.compile(r"zq\d{4}", re.IGNORECASE)
# What only markup could have put there, and addresses that run.
DRAWN = "x-owned, iframe[srcdoc], math, " + ", ".join(
    f"[on{event}]" for event in ("click", "error", "load", "mouseover", "focus", "toggle")
)
HARM = """(drawn) => {
  const named = ["href", "src", "action", "formaction"];
  const all = [...document.querySelectorAll("[href], [src], [action], [formaction]")];
  const links = all.flatMap((each) => named.map((name) => each.getAttribute(name) ?? ""));
  return {
    ran: window.owned ?? null,
    drawn: [...document.querySelectorAll(drawn)].map((each) => each.outerHTML.slice(0, 200)),
    links: links.filter((link) => /^\\s*(javascript|vbscript|data:text)/i.test(link)),
  };
}"""
WORDS = """() => {
  const fields = [...document.querySelectorAll("input, textarea")].map((each) => each.value);
  return [document.documentElement.textContent, ...fields].join(" ");
}"""
# Each page: who looks at it, and whether all texts stand on it at once, or some of them.
SINKS = [
    ("nurse", "/desk", "all"),
    ("nurse", "/desk/conversations/{busy}", "all"),
    ("nurse", "/desk/callbacks", "all"),
    ("nurse", "/desk/hours", "all"),
    ("nurse", "/desk/replies", "all"),
    ("nurse", "/desk/search", "some"),
    ("nurse", "/desk/search?words={words}", "some"),
    ("nurse", "/desk?said={said}", "some"),
    ("nurse", "/desk/numbers", "none"),
    ("nurse", "/studio/now", "all"),
    ("clinician", "/desk/week", "some"),
    ("clinician", "/desk/conversations/{busy}", "all"),
    ("clinician", "/studio/signing", "all"),
    ("clinician", "/studio/signing/sheet", "all"),
    ("owner", "/studio", "some"),
    ("owner", "/studio/missed", "some"),
    ("owner", "/studio/answers", "all"),
    ("owner", "/studio/answers?q={words}", "some"),
    ("owner", "/studio/answers/new?question={words}", "some"),
    ("owner", "/studio/answers/{answer}", "all"),
    ("owner", "/studio/answers/{answer}/history", "some"),
    ("owner", "/studio/releases", "some"),
    ("owner", "/studio/releases/2", "all"),
    ("owner", "/studio/try?release={words}", "none"),
    ("owner", "/studio/facts", "all"),
    ("owner", "/studio/tables", "none"),
    ("administrator", "/people", "all"),
    ("administrator", "/people/{account}", "some"),
    ("administrator", "/audit?did={words}&about_id={words}", "some"),
    ("administrator", "/setup/clinic", "none"),
    ("administrator", "/setup/site", "none"),
    ("stranger", "/sign-in?name={words}&next={words}", "some"),
    ("stranger", "/", "none"),
]


@pytest.fixture(scope="module")
def staffed(front_desk: FrontDesk) -> FrontDesk:
    hire(front_desk.var)
    return front_desk


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
    every = marks(COUNT)
    for start in range(0, COUNT, AT_ONCE):
        texts = [text for _, text in every[start : start + AT_ONCE]]
        planted = planted_in(staffed, texts)
        report_with(staffed, texts, planted)
        for who, path, shows in SINKS:
            look(cast[who], staffed.url, path, planted, texts, shows)
        chats(cast["visitor"], staffed.url, planted, texts)
        tries(cast["owner"], staffed.url, texts, bot)
        answers_at_the_desk(cast["nurse"], staffed.url, planted)
    assert {who: ran for who, said in complaints.items() if (ran := scripts_in(said))} == {}
    assert [url for url in asked if "/owned/" in url] == []


def look(page: Page, site: str, path: str, planted: Planted, texts: list[str], shows: str) -> None:
    """Open a page, make sure that the words stand there, and that they are nothing but words."""
    chunks = list(joined(texts, 180)) if "{words}" in path or "{said}" in path else [""]
    seen = ""
    for chunk in chunks:
        words = quote(chunk, safe="")
        ids = {"busy": planted.conversation_id, "answer": planted.answer_id, "account": planted.account_id}
        answer = page.goto(site + path.format(words=words, said=words, **ids))
        assert answer, path
        assert answer.ok, (path, answer.status)
        assert answer.headers["content-type"].startswith("text/html"), path
        is_harmless(page, path)
        seen += page.evaluate(WORDS)
    names = {each.lower() for each in NAME.findall(seen)}
    wanted = {each.lower() for each in NAME.findall(" ".join(texts))}
    if shows == "all":
        assert wanted <= names, (path, wanted - names)
    elif shows == "some":
        assert wanted & names, path


def scripts_in(complaints: list[str]) -> list[str]:
    """What the policy had to stop from running, and boxes that opened; a style runs nothing."""
    return [each for each in complaints if "inline style" not in each]


def is_harmless(page: Page, where: str) -> None:
    assert page.evaluate(HARM, DRAWN) == {"ran": None, "drawn": [], "links": []}, where


def planted_in(desk: FrontDesk, texts: list[str]) -> Planted:
    """Plant into the record of a running service."""

    async def planting() -> Planted:
        db = Database(f"sqlite:///{desk.var / 'front-desk.sqlite3'}")
        try:
            async with db.write() as tx:
                return await plant(tx, texts, now=datetime.now(UTC))
        finally:
            await db.close()

    with ThreadPoolExecutor(1) as thread:  # the browser's loop runs in this one
        return thread.submit(lambda: asyncio.run(planting())).result()


def report_with(desk: FrontDesk, texts: list[str], planted: Planted) -> None:
    """A release whose report quotes every text, and that has them as titles and replies."""
    folder = desk.var / "releases" / "2"
    folder.mkdir(exist_ok=True)
    manifest = json.loads((FIXTURES / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"release": "2", "learnt": "2", "built_at": "2026-11-24T10:00:00+00:00"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    rows = [{"text": text, "was": text, "now": text, "wanted": text} for text in texts]
    gate = {"name": "must_keep", "passed": False, "sentence": texts[0], "rows": rows}
    fate = {"outcome": "answered", "gets": [f"faq/{texts[0]}"]}
    touched = [{"id": each, "kind": "other", "was": fate, "now": fate} for each in planted.message_ids]
    replay = {"n": 9, "changed": len(touched), "kinds": {"other": len(touched)}, "rows": touched}
    report = {**REPORT, "is_compared": True, "gates": [gate], "replay": replay, "model": texts[0]}
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")


def chats(page: Page, site: str, planted: Planted, texts: list[str]) -> None:
    """The visitor's own page, with everything that was said."""
    page.goto(f"{site}/chat")
    kept = json.dumps({"id": planted.conversation_id, "token": planted.token, "starters": []})
    page.evaluate("(kept) => localStorage.setItem('front-desk.conversation', kept)", kept)
    page.reload()
    page.locator(".chat-log .by-staff").nth(len(texts) - 1).wait_for()
    is_harmless(page, "/chat")
    for page_of_theirs in ("visitor", "bot", "staff", "system"):
        said = page.locator(f".chat-log .by-{page_of_theirs}").all_inner_texts()
        assert len(set(NAME.findall(" ".join(said).lower()))) == len(texts), page_of_theirs


def tries(page: Page, site: str, texts: list[str], bot: BotThread) -> None:
    """An owner tries the words on two releases."""
    bot.bot.says(reply("utter_faq/does_it_hurt", tuple((text[:100], "faq/does_it_hurt") for text in texts)))
    page.goto(f"{site}/studio/try")
    for chunk in joined(texts, 1_500):
        page.locator("#text").fill(chunk)
        with page.expect_response("**/studio/try/say"):
            page.get_by_role("button", name="Send to both").click()
        is_harmless(page, "/studio/try")


def answers_at_the_desk(page: Page, site: str, planted: Planted) -> None:
    """A nurse opens every box of the conversation, and looks for an approved answer."""
    page.goto(f"{site}/desk/conversations/{planted.conversation_id}")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    with page.expect_response("**/answers?q=*"):
        page.locator("[data-open-answers]").click()
    is_harmless(page, "the opened conversation")
