"""Every staff page in every state, on a phone and a desktop, light and dark: axe finds nothing (WCAG 2.2 AA).

The pages stand in `staff_pages.py`. With FRONT_DESK_SCREENSHOTS a run leaves a picture of each there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.end_to_end import staff
from tests.end_to_end.chatting import PICTURES
from tests.end_to_end.conftest import DESKTOP, PHONE
from tests.end_to_end.staff_pages import LOOKS, Look
from tests.end_to_end.two_sites import FrontDesk
from tests.web.conftest import CAST

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
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


def problems_of(page: Page, name: str) -> list[str]:
    """What axe finds in light and in dark, and whether the page is wider than the screen."""
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        if folder := os.environ.get(PICTURES):
            page.screenshot(path=str(Path(folder) / f"{name}-{theme}.png"), full_page=True)
        for violation in Axe().run(page, options=RULES).response["violations"]:
            for node in violation["nodes"]:
                found.append(
                    f"{theme}: {violation['id']}: {node['html'][:150]} {node['failureSummary'][:200]}"
                )
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("the page is wider than the screen")
    return found
