"""The form of an answer in a real browser: hints come while typing, and nothing unsaved is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.two_sites import FrontDesk


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
