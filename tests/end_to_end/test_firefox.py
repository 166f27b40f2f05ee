"""The widget in Debian's Firefox: opened, asked, answered, and there again after a reload."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.browser_scripts import ASK, OPEN, READ, UNTIL
from tests.end_to_end.firefox import Firefox
from tests.end_to_end.host_pages import host_page
from tests.end_to_end.two_sites import FrontDesk, Website


@pytest.fixture
def firefox(tmp_path: Path) -> Iterator[Firefox]:
    browser = Firefox(tmp_path)
    yield browser
    browser.stop()


def test_a_conversation_in_firefox_survives_a_reload(
    firefox: Firefox, website: Website, front_desk: FrontDesk
) -> None:
    firefox.goes_to(website.url)
    firefox.run(OPEN)
    firefox.run(ASK, frame=firefox.frame())
    first = firefox.run(READ, frame=firefox.frame())
    firefox.goes_to(f"{website.url}/?again")
    firefox.run(OPEN)
    again = firefox.run(READ, frame=firefox.frame())
    for said in (first, again):
        assert said.count("hello from here") == 1
        assert said.count("What would you like to know?") == 1


WHERE = f"""async () => {{ {UNTIL}
  const own = await until(() => document.querySelector('front-desk-chat'));
  const button = own.shadowRoot.querySelector('.launcher');
  const {"{ right, bottom, height }"} = button.getBoundingClientRect();
  const corner = [innerWidth - right, innerHeight - bottom, height].map(Math.round);
  return JSON.stringify([document.querySelectorAll('front-desk-chat').length, ...corner.slice(1)]);
}}"""


@pytest.mark.parametrize("name", ["hostile", "module", "shopify_dawn", "webflow", "wordpress"])
def test_in_firefox_too_the_button_stands_in_the_corner(
    firefox: Firefox, website: Website, front_desk: FrontDesk, name: str
) -> None:
    website.pages[f"/{name}"] = (host_page(name, front_desk.url), {})
    firefox.goes_to(f"{website.url}/{name}")
    assert firefox.run(WHERE) == "[1,20,56]"
