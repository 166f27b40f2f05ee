"""What keeps people from using a page: axe's rules of WCAG 2.2 AA and its best practices."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.end_to_end.chatting import PICTURES
from tests.end_to_end.screens import DESKTOP, PHONE

LONG_PX = 1_600  # of a longer page a picture shows the first screen
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # the rest would be gathered and sent for nothing
}


# A slice: each width and each theme once. With FRONT_DESK_PROVE, or for pictures, every pair.
IS_WHOLE = bool(os.environ.get("FRONT_DESK_PROVE") or os.environ.get(PICTURES))
SCREENS: dict[str, ViewportSize] = {"phone": PHONE, "desktop": DESKTOP}
SEEN = [
    ("phone", "light"),
    ("desktop", "dark"),
    *((("phone", "dark"), ("desktop", "light")) if IS_WHOLE else ()),
]


def problems_of(page: Page, name: str) -> list[str]:
    """What axe finds on a phone and a desktop, in light and dark, and whether the page is wider than them."""
    found = []
    for screen, theme in SEEN:
        page.set_viewport_size(SCREENS[screen])
        page.emulate_media(color_scheme=theme)
        _take_a_picture(page, f"{name}-{screen}" if theme == "light" else f"{name}-{screen}-dark")
        for violation in Axe().run(page, options=RULES).response["violations"]:
            for node in violation["nodes"]:
                what = f"{violation['id']}: {node['html'][:150]} {node['failureSummary'][:200]}"
                found.append(f"{screen}, {theme}: {what}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{screen}: the page is wider than the screen")
    return found


def _take_a_picture(page: Page, name: str) -> None:
    if folder := os.environ.get(PICTURES):
        is_long = page.evaluate("document.documentElement.scrollHeight") > LONG_PX
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=not is_long)
