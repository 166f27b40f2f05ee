"""What keeps people from using a page: axe's rules of WCAG 2.2 AA and its best practices."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.end_to_end.chatting import PICTURES

LONG_PX = 1_600  # of a longer page a picture shows the first screen
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def problems_of(page: Page, name: str) -> list[str]:
    """What axe finds in light and in dark, and whether the page is wider than the screen."""
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        if folder := os.environ.get(PICTURES):
            called = name if theme == "light" else f"{name}-dark"
            is_long = page.evaluate("document.documentElement.scrollHeight") > LONG_PX
            page.screenshot(path=str(Path(folder) / f"{called}.png"), full_page=not is_long)
        for violation in Axe().run(page, options=RULES).response["violations"]:
            for node in violation["nodes"]:
                found.append(
                    f"{theme}: {violation['id']}: {node['html'][:150]} {node['failureSummary'][:200]}"
                )
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("the page is wider than the screen")
    return found
