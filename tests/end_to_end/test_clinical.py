"""Clinical by its text, in a real browser: the page says why, a clinician signs, visitors read it then."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.two_sites import FrontDesk

# Pictures for whoever wants to look: FRONT_DESK_PICTURES=folder pytest ...
PICTURES = os.environ.get("FRONT_DESK_PICTURES")
REASON = "It names the street and no part of the body."


@pytest.fixture
def site(clinic: FrontDesk) -> str:
    return clinic.url


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def writes(owner: Page, site: str, title: str, reply: str) -> None:
    """Write an answer, with "clinical" off, and save it."""
    owner.goto(f"{site}/studio/answers/new")
    owner.get_by_label("Title", exact=True).fill(title)
    owner.get_by_label("Questions, one per line").fill(f"{title} one\n{title} two")
    owner.get_by_label("Wording 1").fill(reply)
    owner.get_by_label("Title, publisher, year").first.fill("The clinic")


def test_the_form_says_while_one_writes_which_words_make_it_clinical(owner: Page, site: str) -> None:
    writes(owner, site, "Before your visit", "You can stop your tablets the day before.")
    why = owner.locator("#about-clinical")
    expect(why).to_contain_text("because it says “stop your tablets”")
    owner.get_by_label("Wording 1").fill("The door is on the left.")
    expect(why).not_to_contain_text("stop your tablets")
    owner.get_by_label("Wording 1").fill("You can stop your tablets the day before.")
    owner.get_by_role("button", name="Save the new answer").click()
    flag = owner.get_by_label("Clinical: it says something about health or treatment")
    expect(flag).to_be_checked()
    expect(flag).to_be_disabled()
    expect(owner.locator("#about-clinical")).to_contain_text("Locked as clinical because it says")
    expect(owner.get_by_text("This is not clinical")).to_have_count(0)
    picture(owner, "answer-locked")


def test_a_clinician_takes_it_off_with_a_reason(owner: Page, clinician: Page, site: str) -> None:
    writes(owner, site, "Way in from Heart Street", "Come in from the old heart house.")
    owner.get_by_role("button", name="Save the new answer").click()
    expect(owner.locator("#about-clinical")).to_contain_text("Locked as clinical")
    clinician.goto(owner.url)
    clinician.get_by_text("This is not clinical").click()
    clinician.get_by_label("Reason").fill(REASON)
    picture(clinician, "answer-not-clinical")
    clinician.get_by_role("button", name="Take “clinical” off").click()
    expect(clinician.get_by_role("status").first).to_contain_text("Taken off")
    owner.reload()
    expect(owner.get_by_text(REASON)).to_be_visible()
    expect(owner.get_by_label("Clinical: it says something about health or treatment")).to_be_enabled()


def test_one_wrong_fact_loses_no_other_and_a_clinical_one_waits(
    owner: Page, clinician: Page, site: str
) -> None:
    owner.goto(f"{site}/studio/facts")
    owner.get_by_label("Prices").fill("$450 a visit, $100 fee for late changes.")
    owner.get_by_label("Parking").fill("Behind the house. Take your pills an hour before.")
    owner.get_by_label("Phone", exact=True).fill("call me")
    owner.get_by_role("button", name="Save the facts").click()
    expect(owner.get_by_role("alert").first).to_contain_text("Saved: Prices, Parking. 1 field was not saved")
    expect(owner.get_by_label("Phone", exact=True)).to_have_value("call me")
    expect(owner.get_by_label("Prices")).to_have_value("$450 a visit, $100 fee for late changes.")
    expect(owner.get_by_text("visitors read nothing of it")).to_be_visible()
    picture(owner, "facts-one-wrong")
    clinician.goto(f"{site}/studio/signing")
    waiting = clinician.get_by_role("region", name="Facts and notices that wait")
    expect(waiting).to_contain_text("Take your pills an hour before.")
    expect(waiting).to_contain_text("because it says “Take your pills”")
    picture(clinician, "signing")
    waiting.get_by_role("button", name="Sign “Parking”").click()
    expect(clinician.get_by_role("status").first).to_contain_text("Visitors read it")
    owner.goto(f"{site}/studio/facts/history/parking")
    expect(owner.get_by_text("signed by Carl Clinician")).to_be_visible()
    picture(owner, "fact-history")


def test_a_notice_that_promises_a_cure_is_not_shown(owner: Page, site: str) -> None:
    owner.goto(f"{site}/studio/facts")
    owner.get_by_label("Notice", exact=True).fill("New: our therapy cures back pain.")
    owner.get_by_label("Until").fill("2030-01-01T10:00")
    owner.get_by_role("button", name="Show the notice").click()
    expect(owner.get_by_role("status").first).to_contain_text("once a clinician has signed it")
    assert httpx.get(f"{site}/v1/now", trust_env=False).json()["notices"] == []
    picture(owner, "notice-waits")
