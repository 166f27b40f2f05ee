"""The widget in Debian's WebKit (Safari's engine): on host pages, with nothing kept, and after a reload."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.parties import free_ports
from tests.end_to_end.any_browser import FORGET, REFUSES, visit
from tests.end_to_end.browser_scripts import ASK, OPEN, READ
from tests.end_to_end.host_pages import SEEN, served
from tests.end_to_end.two_sites import FrontDesk, Website
from tests.end_to_end.webkit import WebKit


@pytest.fixture(scope="module")
def webkit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebKit]:
    browser = WebKit(tmp_path_factory.mktemp("webkit"), port=free_ports(1)[0])
    yield browser
    browser.stop()


@pytest.fixture
def refusing(tmp_path: Path) -> Iterator[WebKit]:
    browser = WebKit(tmp_path, port=free_ports(1)[0], refuses=True)
    yield browser
    browser.stop()


def test_a_conversation_in_webkit_survives_a_reload(
    webkit: WebKit, website: Website, front_desk: FrontDesk
) -> None:
    webkit.goes_to(website.url)
    webkit.run(OPEN)
    webkit.run_in_chat(ASK)
    first = webkit.run_in_chat(READ)
    webkit.goes_to(f"{website.url}/?again")
    webkit.run(OPEN)
    again = webkit.run_in_chat(READ)
    webkit.run(FORGET)
    for said in (first, again):
        assert said.count("hello from here") == 1
        assert said.count("What would you like to know?") == 1


@pytest.mark.parametrize("name", SEEN)
def test_in_webkit_too_a_host_page_gets_one_button_and_an_answer(
    webkit: WebKit, website: Website, front_desk: FrontDesk, name: str
) -> None:
    visit(webkit, served(website, front_desk.url, name), name)


def test_in_webkit_with_nothing_kept_a_message_is_answered(
    refusing: WebKit, website: Website, front_desk: FrontDesk
) -> None:
    refusing.goes_to(website.url)
    assert json.loads(refusing.run(REFUSES)) == ["localStorage", "cookies"]
    visit(refusing, website.url, "blocked")
