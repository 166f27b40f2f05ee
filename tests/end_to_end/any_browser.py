"""One visit of a host page in whatever browser: one button, the chat open, a message answered."""

from __future__ import annotations

import json
from typing import Any, Protocol

from tests.end_to_end.browser_scripts import OPEN, UNTIL, ask, heard

# What a visitor does before the line runs, where it waits for something.
FIRST = {
    "optimiser": "async () => { dispatchEvent(new Event('mousemove')); }",
    "consent": "async () => { document.querySelector('#agree').click(); }",
}
# How many of our elements there are, how far the button is from the lower edge, and how tall it is.
WHERE = f"""async () => {{ {UNTIL}
  const own = await until(() => document.querySelector('front-desk-chat'));
  const button = own.shadowRoot.querySelector('.launcher');
  const {"{ bottom, height }"} = button.getBoundingClientRect();
  const count = document.querySelectorAll('front-desk-chat').length;
  // A page may bend JSON.
  return `[${"{count}"}, ${"{Math.round(innerHeight - bottom)}"}, ${"{Math.round(height)}"}]`;
}}"""
IN_THE_CORNER = [1, 20, 56]
LINKS = f"""async () => {{ {UNTIL}
  const own = await until(() => document.querySelector('front-desk-chat'));
  return JSON.stringify([...own.querySelectorAll('a')].map((link) => link.getAttribute('href')));
}}"""
WIDTH = """async () => {
  const panel = document.querySelector('front-desk-chat').shadowRoot.querySelector('.panel');
  return String(Math.round(panel.getBoundingClientRect().width));
}"""
FULL_WIDTH = "408"
FORGET = """async () => {
  for (const name of ['localStorage', 'sessionStorage']) {
    try { window[name].clear(); } catch { /* refused */ }
  }
}"""
# Everything that a browser may refuse to keep.
REFUSES = """async () => {
  const refused = [];
  for (const name of ['localStorage', 'sessionStorage']) {
    try { window[name].length; } catch { refused.push(name); }
  }
  document.cookie = 'a=1';
  if (!document.cookie) refused.push('cookies');
  return JSON.stringify(refused);
}"""


class AnyBrowser(Protocol):
    """What a test needs of a browser."""

    def goes_to(self, url: str) -> None:
        """Load a page."""

    def run(self, script: str) -> Any:
        """Run an async function in the page."""

    def run_in_chat(self, script: str) -> Any:
        """Run an async function in the chat's frame."""


def visit(browser: AnyBrowser, url: str, name: str) -> None:
    """Go to a host page, have a message answered in the chat there, and leave nothing behind."""
    browser.goes_to(url)
    try:
        _have_a_message_answered(browser, name)
    finally:
        browser.run(FORGET)


def _have_a_message_answered(browser: AnyBrowser, name: str) -> None:
    if name in FIRST:
        browser.run(FIRST[name])
    if name == "no_shadow":
        links = json.loads(browser.run(LINKS))
        assert {"tel:988", "sms:988", "tel:911", "tel:5552018834"} <= set(links), links
        return
    where = json.loads(browser.run(WHERE))
    assert where == IN_THE_CORNER, where
    browser.run(OPEN)
    width = browser.run(WIDTH)
    assert width == FULL_WIDTH, width
    words = f"hello from {name}"
    browser.run_in_chat(ask(words))
    assert "What would you like to know?" in browser.run_in_chat(heard(words))
