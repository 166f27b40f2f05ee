"""The widget in Debian's Firefox: on host pages, with nothing kept, and there again after a reload."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.any_browser import FORGET, REFUSES, visit
from tests.end_to_end.browser_scripts import ASK, OPEN, READ
from tests.end_to_end.firefox import Firefox
from tests.end_to_end.host_pages import SEEN, served
from tests.end_to_end.two_sites import FrontDesk, Website


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    browser = Firefox(tmp_path_factory.mktemp("firefox"))
    yield browser
    browser.stop()


@pytest.fixture
def refusing(tmp_path: Path) -> Iterator[Firefox]:
    browser = Firefox(tmp_path, refuses=True)
    yield browser
    browser.stop()


def test_a_conversation_in_firefox_survives_a_reload(
    firefox: Firefox, website: Website, front_desk: FrontDesk
) -> None:
    firefox.goes_to(website.url)
    firefox.run(OPEN)
    firefox.run_in_chat(ASK)
    first = firefox.run_in_chat(READ)
    firefox.goes_to(f"{website.url}/?again")
    firefox.run(OPEN)
    again = firefox.run_in_chat(READ)
    firefox.run(FORGET)
    for said in (first, again):
        assert said.count("hello from here") == 1
        assert said.count("What would you like to know?") == 1


@pytest.mark.parametrize("name", SEEN)
def test_in_firefox_too_a_host_page_gets_one_button_and_an_answer(
    firefox: Firefox, website: Website, front_desk: FrontDesk, name: str
) -> None:
    visit(firefox, served(website, front_desk.url, name), name)


def test_in_firefox_with_all_site_data_refused_a_message_is_answered(
    refusing: Firefox, website: Website, front_desk: FrontDesk
) -> None:
    refusing.goes_to(website.url)
    assert json.loads(refusing.run(REFUSES)) == ["localStorage", "sessionStorage", "cookies"]
    visit(refusing, website.url, "blocked")
