"""Every staff page in every state, on a phone and a desktop, light and dark: axe finds nothing (WCAG 2.2 AA).

The pages stand in `staff_pages.py`. With FRONT_DESK_SCREENSHOTS a run leaves a picture of each there.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.end_to_end import staff
from tests.end_to_end.accessibility import problems_of
from tests.end_to_end.screens import DESKTOP, PHONE
from tests.end_to_end.staff_pages import LOOKS, Look
from tests.end_to_end.two_sites import FrontDesk
from tests.web.conftest import CAST

SCREENS: list[tuple[str, Any]] = [("phone", PHONE), ("desktop", DESKTOP)]


@pytest.fixture(scope="module")
def signed_in(browser: Browser, clinic: FrontDesk) -> dict[str, Any]:
    """What the browser of each of the cast keeps after signing in."""
    kept: dict[str, Any] = {"stranger": {}}
    for who, (sign_in_name, _name, _roles) in CAST.items():
        with browser.new_context() as context:
            staff.sign_in(context.new_page(), clinic.url, name=sign_in_name)
            kept[who] = context.storage_state()
    return kept


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_page_of_staff_is_accessible(
    browser: Browser, clinic: FrontDesk, signed_in: dict[str, Any], look: Look
) -> None:
    found = []
    for screen, size in SCREENS:
        with context_of(browser, signed_in[look.who], size) as context:
            page = opened(context, clinic, look)
            found += [f"{screen}: {each}" for each in problems_of(page, f"{look.name}-{screen}")]
    assert found == []


def context_of(browser: Browser, kept: Any, size: Any) -> BrowserContext:
    # axe is put into the page from outside, which the page's policy would rightly refuse.
    return browser.new_context(
        viewport=size, storage_state=kept or None, bypass_csp=True, reduced_motion="reduce"
    )


def opened(context: BrowserContext, clinic: FrontDesk, look: Look) -> Page:
    page = context.new_page()
    page.goto(clinic.url + look.path)
    if look.prepare:
        look.prepare(page)
    return page
