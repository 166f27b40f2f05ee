"""The widget in Debian's WebKit: opened, asked, answered, and there again after a reload."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.browser_scripts import ASK, OPEN, READ
from tests.end_to_end.conftest import free_ports
from tests.end_to_end.two_sites import FrontDesk, Website
from tests.end_to_end.webkit import WebKit

FRAME = "return document.querySelector('front-desk-chat').shadowRoot.querySelector('iframe')"


@pytest.fixture
def webkit(tmp_path: Path) -> Iterator[WebKit]:
    browser = WebKit(tmp_path, port=free_ports(1)[0])
    yield browser
    browser.stop()


def test_a_conversation_in_webkit_survives_a_reload(
    webkit: WebKit, website: Website, front_desk: FrontDesk
) -> None:
    webkit.goes_to(website.url)
    webkit.run(OPEN)
    webkit.enters_frame(FRAME)
    webkit.run(ASK)
    first = webkit.run(READ)
    webkit.goes_to(f"{website.url}/?again")
    webkit.run(OPEN)
    webkit.enters_frame(FRAME)
    again = webkit.run(READ)
    for said in (first, again):
        assert said.count("hello from here") == 1
        assert said.count("What would you like to know?") == 1
