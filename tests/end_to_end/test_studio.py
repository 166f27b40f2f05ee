"""The studio in a real browser: an owner writes by keyboard, a clinician signs, hints come while typing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end import staff
from tests.end_to_end.conftest import DESKTOP
from tests.end_to_end.two_sites import FrontDesk
from tests.web.conftest import CAST


def page_of(browser: Browser, clinic: FrontDesk, who: str) -> Page:
    page = browser.new_context(viewport=DESKTOP).new_page()
    staff.sign_in(page, clinic.url, name=CAST[who][0])
    return page


@pytest.fixture
def owner(browser: Browser, clinic: FrontDesk) -> Iterator[Page]:
    page = page_of(browser, clinic, "owner")
    yield page
    page.context.close()


@pytest.fixture
def clinician(browser: Browser, clinic: FrontDesk) -> Iterator[Page]:
    page = page_of(browser, clinic, "clinician")
    yield page
    page.context.close()


def test_an_owner_writes_by_keyboard_and_a_clinician_signs(
    owner: Page, clinician: Page, clinic: FrontDesk
) -> None:
    owner.goto(f"{clinic.url}/studio/answers/new")
    owner.get_by_label("Title", exact=True).focus()
    owner.keyboard.type("May I bring my dog?")
    owner.keyboard.press("Tab")
    owner.keyboard.type("can i bring my dog\nis my dog ok")
    expect(owner.locator("[data-count=questions]")).to_have_text("2 questions")
    owner.keyboard.press("Tab")
    owner.keyboard.type("It **helps**. <b>Now</b>. See [us](javascript:x).")
    expect(owner.locator("#about-reply")).to_contain_text("would be seen as it stands")
    expect(owner.locator("#about-reply")).to_contain_text("A link begins with https://")
    expect(owner.locator("[data-preview] strong")).to_have_text("helps")
    assert owner.locator("[data-preview] a").count() == 0
    owner.keyboard.press("Control+A")
    owner.keyboard.type("Please leave your dog at home. **Thank you.**")
    expect(owner.locator("#about-reply")).not_to_contain_text("link")
    owner.get_by_label("Title, publisher, year").first.fill("The clinic's rules")
    owner.get_by_label(re.compile("^Clinical")).check()
    owner.get_by_role("button", name="Save the new answer").press("Enter")
    expect(owner.get_by_role("status").first).to_contain_text("Saved")

    clinician.goto(f"{clinic.url}/studio/signing")
    sheet = clinician.locator("[data-sheet]", has_text="May I bring my dog?")
    expect(sheet.locator("strong")).to_contain_text(["Thank you."])
    sheet.get_by_role("button", name="Sign “May I bring my dog?”").press("Enter")
    expect(clinician.locator(".done-line")).to_contain_text("Signed until")

    owner.reload()
    expect(owner.locator(".page-head").get_by_text("Signed", exact=True)).to_be_visible()


def test_leaving_an_unsaved_form_asks_first(owner: Page, clinic: FrontDesk) -> None:
    owner.goto(f"{clinic.url}/studio/answers/new")
    owner.get_by_label("Title", exact=True).press_sequentially("Half written")
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(getattr(dialog, "type", ""))
        dialog.accept()  # type: ignore[attr-defined]

    owner.on("dialog", stay)
    owner.get_by_role("link", name="All answers").click()
    owner.wait_for_url(re.compile("/studio/answers$"))
    assert asked == ["beforeunload"]
