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
    owner.get_by_label("Questions, one a line").fill("can i bring my dog\nis my dog ok")
    expect(owner.locator("[data-count=questions]")).to_have_text("2 questions")
    reply = owner.get_by_label("Wording 1")
    reply.fill("It **helps**. <b>Now</b>. See [us](javascript:x).")
    expect(owner.locator("#about-reply")).to_contain_text("would be seen as it stands")
    expect(owner.locator("#about-reply")).to_contain_text("A link begins with https://")
    expect(owner.locator("[data-preview] strong")).to_have_text("helps")
    assert owner.locator("[data-preview] a").count() == 0
    reply.fill("Please leave your dog at home. **Thank you.**")
    expect(owner.locator("#about-reply")).not_to_contain_text("link")


def test_leaving_an_unsaved_form_asks_first(owner: Page, site: str) -> None:
    owner.goto(f"{site}/studio/answers/new")
    owner.get_by_label("Title", exact=True).press_sequentially("Half written")
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(getattr(dialog, "type", ""))
        dialog.accept()  # type: ignore[attr-defined]

    owner.on("dialog", stay)
    owner.get_by_role("link", name="All answers").click()
    owner.wait_for_url(re.compile("/studio/answers$"))
    assert asked == ["beforeunload"]
