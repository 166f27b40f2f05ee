"""The first day, in a real browser: set up, invite a nurse, her second step, her lost phone's paper."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.settings import ROOT, WEB_PYTHON
from tests.bench.parties import free_ports
from tests.end_to_end.accessibility import problems_of
from tests.end_to_end.screens import DESKTOP, PHONE
from tests.end_to_end.staff import PASSWORD
from tests.end_to_end.two_sites import BotThread, FrontDesk
from tests.web.conftest import FIXTURES, publish
from web.core.settings import Settings

NURSES_PASSWORD = "forty tame otters swim"


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory, bot: BotThread) -> Iterator[FrontDesk]:
    """Front Desk before anybody has an account."""
    folder = tmp_path_factory.mktemp("new")
    (folder / "var").mkdir()
    facts = Path(shutil.copy(FIXTURES / "clinic.yml", folder))
    publish(Settings(var=folder / "var"))
    desk = FrontDesk(folder / "var", facts, free_ports(1)[0], bot.bot.url, "")
    desk.start()
    yield desk
    desk.kill()


def link_from_the_host(desk: FrontDesk) -> str:
    """Break the glass on the machine itself: the same link as at the first start."""
    environ = os.environ | {"FRONT_DESK_VAR": str(desk.var), "FRONT_DESK_PORT": str(desk.port)}
    command = [str(WEB_PYTHON), "-m", "web", "break-glass"]
    said = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout
    found = re.search(r"http://\S+/setup/start/\S+", said)
    assert found
    return found.group(0)


def somebody(browser: Browser, size: object, refused: list[str]) -> Page:
    """A browser of somebody's own; what the page's policy refuses is collected."""
    page = browser.new_context(viewport=size, reduced_motion="reduce").new_page()  # type: ignore[arg-type]
    page.on("console", lambda line: refused.append(line.text) if "Security Policy" in line.text else None)
    return page


def test_from_the_first_link_to_a_nurse_with_a_second_step(browser: Browser, new: FrontDesk) -> None:
    problems: list[str] = []
    ada, nina = somebody(browser, DESKTOP, problems), somebody(browser, PHONE, problems)
    sets_up(ada, link_from_the_host(new), problems)
    link = invites_a_nurse(ada, new.url)
    secret, paper = begins_to_work(nina, link, problems)
    signs_in_again(nina, new.url, pyotp.TOTP(secret).at(int(time.time()) + 30), problems)
    signs_in_again(nina, new.url, paper, problems)
    ada.goto(f"{new.url}/audit?check=yes")
    expect(ada.get_by_text("The audit log has not been altered")).to_be_visible()
    assert problems == []
    for page in (ada, nina):
        page.context.close()


def sets_up(page: Page, link: str, problems: list[str]) -> None:
    """Make the administrator, tell the clinic's facts, allow the website, try the bot."""
    page.goto(link)
    problems += problems_of(page, "set-up-start")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Sign-in name").fill("ada@clinic.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create my account").click()
    page.get_by_label("The clinic's name").fill("Harbour Clinic")
    page.get_by_label("Phone").fill("555 201 4411")
    page.get_by_role("button", name="Save and continue").click()
    problems += problems_of(page, "set-up-content")
    page.get_by_role("radio", name="as it comes").check()
    page.get_by_role("button", name="Start with this").click()
    page.get_by_label("Your website's address").fill("www.harbour.example")
    page.get_by_role("button", name="Allow this website").click()
    expect(page.get_by_text("https://www.harbour.example", exact=True).first).to_be_visible()
    expect(page.locator("#line")).to_contain_text("/widget.js")
    page.get_by_role("button", name="Send a test message").click()
    expect(page.get_by_text("The bot answered")).to_be_visible()
    expect(page.get_by_role("banner").get_by_text("Harbour Clinic")).to_be_visible()
    problems += problems_of(page, "set-up-done")


def invites_a_nurse(page: Page, site: str) -> str:
    """Invite Nina and take her link."""
    page.goto(f"{site}/people")
    page.get_by_label("Name", exact=True).fill("Nina Nurse")
    page.get_by_label("Sign-in name").fill("nina")
    page.get_by_role("checkbox", name="Front desk").check()
    page.get_by_role("button", name="Create invitation").click()
    return page.locator("#link").inner_text()


def begins_to_work(page: Page, link: str, problems: list[str]) -> tuple[str, str]:
    """Choose a password and set the second step up; the answer is its secret and a code on paper."""
    page.goto(link)
    problems += problems_of(page, "invitation")
    page.get_by_label("Password").fill(NURSES_PASSWORD)
    page.get_by_role("button", name="Save").click()
    page.goto(link.partition("/invitation")[0] + "/account/second-factor")
    secret = page.locator(".hint .code").inner_text().replace(" ", "")
    page.get_by_label("6-digit code").fill(pyotp.TOTP(secret).now())
    page.get_by_label("Your password").fill(NURSES_PASSWORD)
    page.get_by_role("button", name="Turn it on").click()
    paper = page.locator(".codes li").first.inner_text()
    problems += problems_of(page, "recovery-codes")
    return secret, paper


def signs_in_again(page: Page, site: str, code: str, problems: list[str]) -> None:
    """Sign in on a browser that nobody knows yet, with a code."""
    page.context.clear_cookies()
    page.goto(f"{site}/sign-in")
    page.get_by_label("Sign-in name").fill("nina")
    page.get_by_label("Password").fill(NURSES_PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code", exact=True).fill(code)
    problems += problems_of(page, "second-step-asked")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{site}/desk")
