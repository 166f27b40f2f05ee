"""Every staff page in every state, on a phone and a desktop, light and dark: axe finds nothing (WCAG 2.2 AA).

The pages stand in `staff_pages.py`; `make test` looks at each on a phone in light and on a desktop in
dark, `make prove` at all pairs. With FRONT_DESK_SCREENSHOTS a run leaves a picture of each there.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from deploy.settings import ROOT
from tests.end_to_end import staff
from tests.end_to_end.accessibility import problems_of
from tests.end_to_end.desk_cast import in_the_record
from tests.end_to_end.screens import PHONE
from tests.end_to_end.seed_data import like_a_bot, release, store_seed_data
from tests.end_to_end.staff_pages import BUSY, LOOKS, Look
from tests.end_to_end.two_sites import BotThread, FrontDesk
from tests.web.conftest import CAST
from web.core.settings import Settings


@pytest.fixture(scope="module")
def signed_in(browser: Browser, clinic: FrontDesk) -> dict[str, Any]:
    """What the browser of each of the cast keeps after signing in."""
    kept: dict[str, Any] = {"stranger": {}}
    for who, (sign_in_name, _name, _roles) in CAST.items():
        with browser.new_context() as context:
            staff.sign_in(context.new_page(), clinic.url, name=sign_in_name)
            kept[who] = context.storage_state()
    return kept


@pytest.fixture(scope="module")
def seeded(clinic: FrontDesk) -> dict[str, Any]:
    """Asked for after the empty pages were looked at: it fills them."""
    found = in_the_record(clinic.var, partial(store_seed_data, now=datetime.now(UTC)))
    policy = clinic.clinic.parent / "data" / "policy.yml"
    policy.parent.mkdir(parents=True)
    shutil.copy(ROOT / "data" / "policy.yml", policy)
    for name in ("2", "3"):
        release(Settings(var=clinic.var), name, found["asked"], is_closed=name == "2")
    return dict(found)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_page_of_staff_is_accessible(
    browser: Browser, clinic: FrontDesk, signed_in: dict[str, Any], look: Look
) -> None:
    assert problems_everywhere(browser, clinic, signed_in, look) == []


@pytest.mark.parametrize("look", BUSY, ids=lambda look: look.name)
def test_a_page_of_a_busy_morning_is_accessible(
    browser: Browser, clinic: FrontDesk, seeded: dict[str, Any], signed_in: dict[str, Any],
    bot: BotThread, look: Look,
) -> None:  # fmt: skip
    bot.bot.does(like_a_bot)
    place = replace(look, path=look.path.format(**seeded))
    assert problems_everywhere(browser, clinic, signed_in, place) == []


def problems_everywhere(
    browser: Browser, clinic: FrontDesk, signed_in: dict[str, Any], look: Look
) -> list[str]:
    kept = signed_in[look.who] or None
    # axe is put into the page from outside, which the page's policy would rightly refuse.
    with browser.new_context(
        viewport=PHONE, storage_state=kept, bypass_csp=True, reduced_motion="reduce"
    ) as context:
        return problems_of(opened(context, clinic, look), look.name)


def opened(context: BrowserContext, clinic: FrontDesk, look: Look) -> Page:
    page = context.new_page()
    page.goto(clinic.url + look.path)
    if look.prepare:
        look.prepare(page)
    return page
