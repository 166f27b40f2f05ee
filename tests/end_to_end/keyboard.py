"""Somebody who has only a keyboard: finds things by Tab, always sees where they are, is never trapped."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.end_to_end.chatting import PATIENCE_MS

MOST_TABS = 400
MOST_PARTS = 5  # a date has fields of its own: month, day, year, and what opens the calendar
# An outline around what has the focus, on the screen and not behind something that sticks there.
SEEN = """() => {
  const at = document.activeElement;
  window.tabs = window.stood === at ? window.tabs + 1 : 1;
  window.stood = at;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const x = Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1);
  const middle = (Math.max(box.y, 0) + Math.min(box.bottom, innerHeight)) / 2;
  const top = document.elementFromPoint(x, middle);
  return {
    what: at.outerHTML.slice(0, 120),
    outlined: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    uncovered: box.bottom > 0 && box.y < innerHeight && !!top && (at.contains(top) || top.contains(at)),
    nowhere: at === document.body,
    tabs: window.tabs,
  };
}"""
IS_HERE = "(wanted) => document.activeElement === wanted"


@dataclass(frozen=True)
class Keyboard:
    """The keys of one page."""

    page: Page

    def __post_init__(self) -> None:
        self.page.emulate_media(reduced_motion="reduce")  # where the focus is, is seen at once

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type over what a field holds."""
        self.press("Control+A")
        self.page.keyboard.type(text)

    def reaches(self, wanted: Locator, *, key: str = "Tab") -> None:
        """Press Tab until something has the focus; on the way the focus is seen, and never stands still."""
        expect(wanted).to_be_visible(timeout=PATIENCE_MS)
        for _ in range(MOST_TABS):
            self.press(key)
            if wanted.evaluate(IS_HERE):
                return self.sees_the_focus()
            seen = self.page.evaluate(SEEN)
            # Inside of a date its parts are lit one after the other; the outline is at the first.
            assert seen["nowhere"] or seen["outlined"] or 1 < seen["tabs"] <= MOST_PARTS, seen
        raise AssertionError(f"Tab never came to {wanted}; it last was at {seen['what']}")

    def sees_the_focus(self) -> None:
        """The focus is somewhere, has an outline, and nothing covers it."""
        seen = self.page.evaluate(SEEN)
        assert seen["outlined"], seen
        assert seen["uncovered"], seen

    def follows(self, link: Locator) -> None:
        """Go to a link or a button, press Enter, and wait for the page it leads to."""
        self.reaches(link)
        with self.page.expect_navigation():
            self.press("Enter")

    def hears(self, sentence: Locator) -> None:
        """After a deed the focus stands on the sentence about it: from there Tab goes on."""
        expect(sentence).to_be_focused(timeout=PATIENCE_MS)
        self.sees_the_focus()
