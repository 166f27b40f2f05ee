"""The widget in Debian's Firefox: opened, asked, answered, and there again after a reload."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.firefox import Firefox
from tests.end_to_end.two_sites import FrontDesk, Website

# Waits until what a function looks for is there; the browser's own clock gives up, not ours.
UNTIL = """const until = async (look) => {
  for (const end = Date.now() + 50_000; Date.now() < end; await new Promise((go) => setTimeout(go, 50))) {
    const found = look();
    if (found) return found;
  }
  throw new Error(`not there: ${look}`);
};"""
OPEN = f"""async () => {{ {UNTIL}
  const shadow = () => document.querySelector('#front-desk')?.shadowRoot;
  if (!shadow()?.querySelector('iframe')) (await until(() => shadow()?.querySelector('.launcher'))).click();
  await until(() => shadow().querySelector('iframe:not([hidden])'));
}}"""
ASK = f"""async () => {{ {UNTIL}
  const text = await until(() => document.querySelector('#chat:not([hidden]) #chat-text'));
  text.value = 'hello from Firefox';
  text.dispatchEvent(new Event('input'));
  document.querySelector('[data-part=composer]').requestSubmit();
}}"""
READ = f"""async () => {{ {UNTIL}
  const list = document.querySelector('[data-part=log]');
  await until(() => list.querySelector('.by-bot'));
  await until(() => list.querySelector('.chat-state')?.textContent === 'Sent');
  return list.innerText;
}}"""


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
        assert said.count("hello from Firefox") == 1
        assert said.count("What would you like to know?") == 1
