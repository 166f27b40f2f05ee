"""Somebody of staff in a real browser, from the first start on."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.end_to_end.running import Running

NAME, SIGN_IN_NAME, PASSWORD = "Ada", "ada@clinic.example", "a lamp beside the harbour"


def set_up_link(running: Running) -> str:
    """The one-time link that the first start printed."""
    return next(line for line in running.said if "/setup/start/" in line)


def set_up(page: Page, running: Running) -> None:
    """Make the administrator with the link; the browser is signed in then."""
    link = set_up_link(running)
    page.goto(link)
    page.get_by_label("Your name").fill(NAME)
    page.get_by_label("Sign-in name").fill(SIGN_IN_NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create my account").click()
    page.wait_for_url(re.compile(f"^{re.escape(site_of(link))}/(?!setup/start)"))


def sign_in(page: Page, site: str, *, name: str = SIGN_IN_NAME, password: str = PASSWORD) -> None:
    """Sign in with a name and a password."""
    page.goto(f"{site}/sign-in")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def site_of(link: str) -> str:
    """The address before the path."""
    parts = urlsplit(link)
    return f"{parts.scheme}://{parts.netloc}"
