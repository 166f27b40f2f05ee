"""The form of an answer in a real browser: hints come while typing, and nothing unsaved is lost."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, update

from tests.end_to_end.desk_cast import in_the_record
from tests.end_to_end.two_sites import FrontDesk
from tests.web.studio.test_releases import AWAITED, REPORT, make_release
from web.core.db import Transaction
from web.core.settings import Settings
from web.schema import builds, new_id


@pytest.fixture
def site(clinic: FrontDesk) -> str:
    return clinic.url


def test_hints_and_the_preview_come_while_an_owner_writes(owner: Page, site: str) -> None:
    owner.goto(f"{site}/studio/answers/new")
    owner.get_by_label("Title", exact=True).fill("May I bring my dog?")
    owner.get_by_label("Questions, one per line").fill("can i bring my dog\nis my dog ok")
    expect(owner.locator("[data-count=questions]")).to_have_text("2 questions")
    reply = owner.get_by_label("Wording 1")
    reply.fill("It **helps**. <b>Now</b>. See [us](javascript:x).")
    expect(owner.locator("#about-reply")).to_contain_text("would be seen as it stands")
    expect(owner.locator("#about-reply")).to_contain_text("A link begins with https://")
    expect(owner.locator("[data-preview] strong")).to_have_text("helps")
    assert owner.locator("[data-preview] a").count() == 0
    reply.fill("Please leave your dog at home. **Thank you.**")
    expect(owner.locator("#about-reply")).not_to_contain_text("link")


def test_what_was_typed_is_there_again_after_leaving_and_after_a_saving_that_came_to_nothing(
    owner: Page, site: str
) -> None:
    owner.goto(f"{site}/studio/answers/new")
    title = owner.get_by_label("Title", exact=True)
    title.press_sequentially("Half written")
    expect(owner.locator("[data-kept]")).to_contain_text("Kept at")
    title.press_sequentially(", half kept")  # and gone before it is kept
    owner.get_by_role("link", name="All answers").click()
    owner.get_by_role("link", name=re.compile("^Half written")).click()
    expect(title).to_have_value("Half written, half kept")
    # Nobody can save for a moment: the tab holds the words, and brings them back.
    owner.route("**/studio/unsaved**", lambda route: route.abort())
    title.fill("Written in the dark")
    expect(owner.locator("[data-kept]")).to_contain_text("Your words stay in this tab")
    owner.unroute("**/studio/unsaved**")
    owner.goto(owner.url)
    expect(title).to_have_value("Written in the dark")
    expect(owner.get_by_text("and did not save it. It is in the form below.")).to_be_visible()
    owner.get_by_role("button", name="Discard it").click()
    owner.wait_for_url(re.compile("/studio/answers"))
    assert owner.get_by_text("Written in the dark").count() == 0


def test_publishing_opens_on_the_report_once_its_conversations_are_done(
    owner: Page, site: str, clinic: FrontDesk
) -> None:
    settings, now, build_id = Settings(var=clinic.var), datetime.now(UTC), new_id()
    shutil.rmtree(settings.releases / "2", ignore_errors=True)  # of a run before
    make_release(settings, "2", gates=[AWAITED])
    row: dict[str, Any] = {
        "id": build_id, "slot": "only", "state": "running", "step": "converse", "share": 0.8, "release": "2",
        "problems": [], "started_by": "host", "started_at": now, "alive_at": now + timedelta(hours=1),
    }  # fmt: skip

    async def begin(tx: Transaction) -> None:
        await tx.execute(delete(builds))
        await tx.execute(builds.insert().values(**row))

    async def end(tx: Transaction) -> None:
        done = {"state": "done", "slot": None, "ended_at": now}
        await tx.execute(update(builds).where(builds.c.id == build_id).values(**done))

    in_the_record(clinic.var, begin)
    owner.goto(f"{site}/studio/releases/2?said=early")
    expect(owner.get_by_role("progressbar")).to_be_visible()
    assert owner.get_by_role("button", name="Publish release 2").count() == 0
    make_report_again(settings, "2")
    in_the_record(clinic.var, end)
    expect(owner.get_by_role("button", name="Publish release 2")).to_be_visible(timeout=60_000)
    expect(owner.locator("[data-live]")).to_contain_text("The practice conversations are done.")
    assert "said=early" in owner.url  # the page was not left


def make_report_again(settings: Settings, release: str) -> None:
    """The report as a build leaves it, every gate open."""
    path = settings.releases / release / "report.json"
    path.write_text(json.dumps({**REPORT, "release": release}), encoding="utf-8")
